"""What a username must be like [manual 3.3, 5.1 c]: 6 to 256 characters, of learners 127; letters, numbers, @ . - _."""

import re

SHORTEST = 6
LONGEST_OF_STAFF, LONGEST_OF_LEARNERS = 256, 127
ALLOWED = re.compile(r"[A-Za-z0-9@._-]*")
NOT_ALLOWED = re.compile(r"[^A-Za-z0-9@._-]")


def find_username_fault(username: str, *, is_staff: bool) -> str | None:
    """Return what is wrong with a username and what to do, or None when it will do if nobody else has it."""
    if not username:
        return "Enter a username"
    if not ALLOWED.fullmatch(username):
        return "Username must have only letters a to z, numbers and the characters @ . - _"
    if len(username) < SHORTEST:
        return f"Username must be {SHORTEST} characters or more"
    longest = find_longest(is_staff=is_staff)
    return f"Username must be {longest} characters or fewer" if len(username) > longest else None


def to_username(email: str) -> str:
    """Return the username that an email address gives, with a "_" for each character that a username may not have."""
    return NOT_ALLOWED.sub("_", email)


def find_longest(*, is_staff: bool) -> int:
    """Return how many characters a username may have."""
    return LONGEST_OF_STAFF if is_staff else LONGEST_OF_LEARNERS
