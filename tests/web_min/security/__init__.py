"""What signing in and permissions promise, each promise tried the way an attacker would."""
