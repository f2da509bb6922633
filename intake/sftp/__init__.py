"""The built-in SFTP server: a provider signs in, drops files into its folder and fetches outcomes. Nothing else."""
