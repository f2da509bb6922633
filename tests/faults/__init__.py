"""What becomes of every row when processes are killed, disks fill, servers go away: see docs/reliability.md."""
