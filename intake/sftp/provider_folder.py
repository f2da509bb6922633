"""One provider's folder on disk: every look into it goes through descriptors, and no link is ever followed.

Whoever drops files over a share may lay links there, also while we look. So the folder is opened without following
links, names are taken relative to what was opened, and what was opened is looked at again. Knows nothing of SFTP.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from intake.dropped_names import OUTCOMES
from intake.sftp.names import is_hidden

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # not blocking: a FIFO would wait for a writer


class ListedFile(NamedTuple):
    """A plain file, as lists show it."""

    name: bytes
    status: os.stat_result


class ProviderFolder:
    """The folder of one provider.

    Args:
        root: the folder that holds one folder per provider.
        ukprn: the provider.
    """

    def __init__(self, root: Path, ukprn: str) -> None:
        self.root, self.ukprn = root, ukprn

    def make(self) -> None:
        """Make the folder and its `outcomes/` where they are missing.

        Raises:
            OSError: one of them can't be made, or is a link or no folder.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        above = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            with suppress(FileExistsError):
                os.mkdir(self.ukprn, dir_fd=above)
        finally:
            os.close(above)
        with self.open() as folder, suppress(FileExistsError):
            os.mkdir(OUTCOMES, dir_fd=folder)
        with self.open(is_outcomes=True):
            pass

    @contextmanager
    def open(self, *, is_outcomes: bool = False) -> Iterator[int]:
        """Open the folder, or its `outcomes/`, and give its descriptor.

        Raises:
            OSError: there is none, or it is a link.
        """
        descriptor = self.open_descriptor(is_outcomes=is_outcomes)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def open_descriptor(self, *, is_outcomes: bool = False) -> int:
        """Open the folder, or its `outcomes/`; whoever calls this closes it."""
        descriptor = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for name in [self.ukprn, OUTCOMES] if is_outcomes else [self.ukprn]:
            above = descriptor
            try:
                descriptor = os.open(name, FOLDER, dir_fd=above)
            finally:
                os.close(above)
        return descriptor


def list_files(folder: int) -> list[ListedFile]:
    """List the plain files of an open folder, by name, without the hidden ones."""
    files = []
    for name in sorted(os.fsencode(name) for name in os.listdir(folder)):
        if not is_hidden(name) and (status := find_plain(folder, name)):
            files.append(ListedFile(name, status))
    return files


def find_plain(folder: int, name: bytes) -> os.stat_result | None:
    """Look at a name in an open folder: a plain file, or None where there is nothing.

    A link, a folder or a special file counts as nothing; `is_taken` tells it from a free name.
    """
    try:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status if is_plain(status) else None


def is_plain(status: os.stat_result) -> bool:
    """Whether it is a file with one name. A second name may lead out of the folder, as a link does."""
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1


def is_taken(folder: int, name: bytes) -> bool:
    """Whether there is anything of this name in an open folder."""
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def open_plain(folder: int, name: bytes) -> int:
    """Open a plain file for reading.

    Raises:
        OSError: there is none, or it is a link, a folder or special (PermissionError).
    """
    if find_plain(folder, name) is None and is_taken(folder, name):
        raise PermissionError("not a plain file")
    descriptor = os.open(name, READING, dir_fd=folder)
    if not is_plain(os.fstat(descriptor)):  # swapped meanwhile
        os.close(descriptor)
        raise PermissionError("not a plain file")
    return descriptor
