"""Where files come in and outcomes go back: drop folders and private storage."""
