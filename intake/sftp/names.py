"""What the paths that a client sends mean, and which names a file may be given.

A provider sees two folders: `/`, its drop folder, and `/outcomes`. Paths are resolved as text, before any of them
reaches the file system, and what comes out is at most one name in one of the two folders. Touches no file.
"""

import unicodedata
from typing import NamedTuple

import asyncssh

from intake.dropped_names import OUTCOMES

OUTCOMES_NAME = OUTCOMES.encode()
NAME_LIMIT_BYTES = 200  # below the 255 of file systems: whoever takes the file up may add to its name
TURNING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}  # show what follows from right to left: "slx.exe"

NO_FOLDERS = "There are no folders here but outcomes. Drop files right into your own folder."
READ_ONLY = "outcomes is for reading only. Drop files into the folder above it."
NOT_HERE = "There is no such file."


class Place(NamedTuple):
    """A name in one of the two folders; an empty name is the folder itself."""

    is_in_outcomes: bool
    name: bytes

    @property
    def is_folder(self) -> bool:
        """Whether it is the folder itself."""
        return not self.name


def resolve(path: bytes) -> bytes:
    """Return the absolute path that the client means; `..` never leads out of `/`."""
    parts: list[bytes] = []
    for part in path.split(b"/"):
        if part == b"..":
            parts = parts[:-1]
        elif part not in (b"", b"."):
            parts.append(part)
    return b"/" + b"/".join(parts)


def find_place(path: bytes) -> Place:
    """Return the place that a path names, whether or not there is anything.

    Raises:
        asyncssh.SFTPNoSuchFile: nothing of this name is ever shown: deeper folders, and names that begin with a dot.
    """
    parts = [part for part in resolve(path).split(b"/") if part]
    is_in_outcomes = parts[:1] == [OUTCOMES_NAME]
    names = parts[1:] if is_in_outcomes else parts
    if len(names) > 1 or any(is_hidden(name) or b"\0" in name or len(name) > 255 for name in names):
        raise asyncssh.SFTPNoSuchFile(NOT_HERE)
    return Place(is_in_outcomes, names[0] if names else b"")


def is_hidden(name: bytes) -> bool:
    """Whether a name is kept from providers: ours begin with a dot, and theirs may not."""
    return name.startswith(b".")


def find_new_place(path: bytes) -> bytes:
    """Return the name that a client wants to give to a file in its drop folder.

    Raises:
        asyncssh.SFTPError: no file may have this name or lie in this place; the text says why.
    """
    parts = [part for part in resolve(path).split(b"/") if part]
    if parts[:1] == [OUTCOMES_NAME]:
        raise asyncssh.SFTPPermissionDenied(READ_ONLY)
    if len(parts) != 1:
        raise asyncssh.SFTPPermissionDenied(NO_FOLDERS)
    if fault := find_fault(parts[0]):
        raise asyncssh.SFTPPermissionDenied(fault)
    return parts[0]


def find_fault(name: bytes) -> str:
    """Say why a file may not have this name, or return an empty text."""
    text = name.decode("utf-8", "replace")
    if is_hidden(name):
        return "File names that begin with a dot are not taken. Rename the file and send it again."
    if len(name) > NAME_LIMIT_BYTES:
        return f"The file's name is too long: at most {NAME_LIMIT_BYTES} bytes. Rename the file and send it again."
    if any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") or ord(sign) in TURNING for sign in text):
        return "The file's name holds characters that can't be shown. Rename the file and send it again."
    if not text.strip():
        return "The file's name is blank. Rename the file and send it again."
    if text.strip().casefold() == OUTCOMES:
        return "outcomes is the name of the folder in which outcomes come back. Rename the file and send it again."
    return ""
