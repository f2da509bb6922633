"""Writing into a provider's `outcomes/`: each file whole or not at all, and never through a link.

Whoever drops files may put links and folders of his own making there. So the folders are opened without following
links, once, and every name below is taken relative to what was opened. Knows nothing of what is written.
"""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from intake.drop_folders import OUTCOMES

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
PART_ENDING = ".part"
STALE_SECONDS = 3600.0  # what a killed process left half written is cleared away by the next one after that


class OutcomeFolder:
    """A provider's `outcomes/`, open.

    Args:
        path: where it is, for naming what was written.
        descriptor: of the folder.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    def has(self, name: str) -> bool:
        """Say whether there is a plain file of this name."""
        with suppress(OSError):
            os.close(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self._descriptor))
            return True
        return False

    def write(self, name: str, write: Callable[[BinaryIO], object]) -> Path:
        """Write a file, in place of one of the same name, and return its path.

        Raises:
            OSError: the folder can't be written to.
        """
        self._clear_stale(name)
        part = f".{name}.{secrets.token_hex(8)}{PART_ENDING}"
        try:
            with os.fdopen(os.open(part, NEW_FILE, 0o666, dir_fd=self._descriptor), "wb") as file:
                write(file)
            os.replace(part, name, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(part, dir_fd=self._descriptor)
        return self.path / name

    def _clear_stale(self, name: str) -> None:
        before = time.time() - STALE_SECONDS
        for found in os.listdir(self._descriptor):  # noqa: PTH208 (a descriptor, not a path)
            if found.startswith(f".{name}.") and found.endswith(PART_ENDING):
                with suppress(OSError):
                    if os.stat(found, dir_fd=self._descriptor, follow_symlinks=False).st_mtime < before:
                        os.unlink(found, dir_fd=self._descriptor)


@contextmanager
def open_outcome_folder(provider_folder: Path) -> Iterator[OutcomeFolder]:
    """Open `outcomes/` below a provider's folder; both are made where they are missing.

    Raises:
        OSError: one of them is a link or no folder, or can't be made.
    """
    provider_folder.mkdir(parents=True, exist_ok=True)
    above = os.open(provider_folder, FOLDER)
    try:
        with suppress(FileExistsError):
            os.mkdir(OUTCOMES, dir_fd=above)
        descriptor = os.open(OUTCOMES, FOLDER, dir_fd=above)
    finally:
        os.close(above)
    try:
        yield OutcomeFolder(provider_folder / OUTCOMES, descriptor)
    finally:
        os.close(descriptor)
