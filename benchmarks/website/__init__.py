"""The website over a million learners."""
