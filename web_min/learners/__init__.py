"""The area of learners: finding, creating, changing and deleting them by hand [manual 5, 6]."""
