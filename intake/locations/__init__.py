"""Where drop folders lie: local folders and shares, remote SFTP servers, by their addresses and one small contract."""
