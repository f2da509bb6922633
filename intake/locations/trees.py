"""What every drop location can do, wherever it lies: look, rename, read, write whole, remove.

A place in it is given by the names that lead to it from the location's root. No operation follows a link below the
root. Owns the words of that contract; `local_tree` and `remote_tree` keep it.
"""

from collections.abc import Callable, Container
from contextlib import AbstractContextManager
from typing import BinaryIO, NamedTuple, Protocol

FILE, FOLDER, LINK, SPECIAL = "file", "folder", "link", "special"
PART_ENDING = ".part"


class LocationAwayError(OSError):
    """A location does not answer, or refuses us; trying again later may help. The text names no file."""


class Entry(NamedTuple):
    """Something in a folder. `link_count` is 1 where the location can't tell; `inode` and `changed_ns` are then 0."""

    name: str
    kind: str
    size: int = 0
    modified_ns: int = 0
    inode: int = 0
    link_count: int = 1
    changed_ns: int = 0

    @property
    def state(self) -> tuple[int, int, int]:
        """What changes when somebody writes to the file or puts another in its place."""
        return self.size, self.modified_ns, self.inode


class Glance(NamedTuple):
    """What is in a root: the times in ns of those folders that were asked for, and everything else."""

    folder_times: dict[str, int]
    others: "list[Entry]"


class OpenFile(Protocol):
    """A file open for reading."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at its end."""

    def look(self) -> Entry:
        """Return how the open file stands now."""


class DropTree(Protocol):
    """One drop location. Every operation raises OSError; FileNotFoundError where there is nothing of that name."""

    def glance(self, names: Container[str]) -> "Glance":
        """Look over the root as cheaply as can be."""

    def list(self, *place: str) -> list[Entry]:
        """Return what is in a folder, in no order."""

    def look(self, *place: str) -> Entry:
        """Return what is at a place."""

    def make_folder(self, *place: str) -> None:
        """Make one folder; one that is there already is left as it is."""

    def rename(self, source: tuple[str, ...], target: tuple[str, ...]) -> None:
        """Move a file or folder to a name that nobody else uses, at one stroke."""

    def remove_file(self, *place: str) -> None:
        """Remove a file, or a link itself."""

    def remove_folder(self, *place: str) -> None:
        """Remove an empty folder."""

    def open(self, *place: str) -> AbstractContextManager[OpenFile]:
        """Open a file for reading."""

    def is_being_written(self, *place: str) -> bool | None:
        """Say whether somebody holds a file open for writing; None where that can't be known."""

    def write(self, place: tuple[str, ...], write: Callable[[BinaryIO], object]) -> None:
        """Write a file whole or not at all, in place of one of the same name. Its folders must be there."""

    def close(self) -> None:
        """Let go of connections."""
