"""Signing in and off: passwords, sessions, lockout, slow addresses, the second step, links by mail."""
