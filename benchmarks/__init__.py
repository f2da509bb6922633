"""Measurements against named peers, each as a whole process: `make bench`. Nothing that runs for users imports it."""
