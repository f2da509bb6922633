"""The area of learners: finding, creating, changing and deleting them by hand [manual 5, 6].

`states` and `profile_parts` are the dashboard's and the learner's own page's too.
"""
