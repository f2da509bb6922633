"""Hashing passwords, a few at a time: each hash takes a tenth of a second of a core and 64 MiB, on purpose.

The others wait their turn, so that a class that signs in at once leaves room for everybody's pages.
"""

import os
from threading import BoundedSemaphore

from flask import current_app
from flask_security.utils import hash_password, verify_password

AT_ONCE = max(2, os.cpu_count() or 2)

_turns = BoundedSemaphore(AT_ONCE)


def make_hash(password: str) -> str:
    """Return what is kept of a password."""
    with _turns:
        return str(hash_password(password))


def matches_hash(password: str, kept: str | None) -> bool:
    """Tell whether a password is the one whose hash is kept; where none is, take as long and say no."""
    wanted = kept or _get_stand_in()
    with _turns:
        is_right = verify_password(password, wanted)
    return bool(is_right) and kept is not None


def _get_stand_in() -> str:
    """Return a hash of nobody's password, to take as long over a name that there is not."""
    extensions = current_app.extensions
    if "stand_in_hash" not in extensions:
        extensions["stand_in_hash"] = make_hash("nobody's password 0")
    return str(extensions["stand_in_hash"])
