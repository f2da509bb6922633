"""A drop location in a folder of this machine or on a mounted share.

Whoever drops files may put links and folders of his own making there, and swap them at any moment. So every folder
below the root is opened without following links, and names are taken relative to what was opened.
"""

import errno
import fcntl
import os
import secrets
import signal
import stat
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from intake.locations.trees import FILE, FOLDER, LINK, PART_ENDING, SPECIAL, Entry, Glance

OPEN_ROOT = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
OPEN_FOLDER = OPEN_ROOT | os.O_NOFOLLOW
OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe put in a file's place blocks nobody
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
STALE_SECONDS = 3600.0  # what a killed process left half written is cleared away by the next one after that


class LocalTree:
    """The folders below one root.

    Args:
        root: the folder that holds one folder per provider. It may itself be a link or a mount.
        makes_root: whether it is made when it is missing. A share that is not mounted must not be.
    """

    def __init__(self, root: Path, *, makes_root: bool = False) -> None:
        self.root = root
        self.makes_root = makes_root

    def glance(self, names: Container[str]) -> Glance:
        """Look over the root."""
        glance = Glance({}, [])
        with self._folder(()) as folder, os.scandir(folder) as found:
            for item in found:
                try:
                    status = item.stat(follow_symlinks=False)
                    if item.name in names and item.is_dir(follow_symlinks=False):
                        glance.folder_times[item.name] = status.st_mtime_ns
                    else:
                        glance.others.append(_describe(item.name, status))
                except FileNotFoundError:
                    continue  # taken away between listing and looking
        return glance

    def list(self, *place: str) -> list[Entry]:
        """Return what is in a folder; what goes away meanwhile is left out."""
        entries = []
        with self._folder(place) as folder, os.scandir(folder) as found:
            for item in found:
                with suppress(FileNotFoundError):
                    entries.append(_describe(item.name, item.stat(follow_symlinks=False)))
        return entries

    def look(self, *place: str) -> Entry:
        """Return what is at a place."""
        with self._folder(place[:-1]) as folder:
            return _describe(place[-1], os.stat(place[-1], dir_fd=folder, follow_symlinks=False))

    def make_folder(self, *place: str) -> None:
        """Make one folder unless something of that name is there."""
        with self._folder(place[:-1]) as folder, suppress(FileExistsError):
            os.mkdir(place[-1], dir_fd=folder)

    def rename(self, source: tuple[str, ...], target: tuple[str, ...]) -> None:
        """Move a file or folder at one stroke."""
        with self._folder(source[:-1]) as source_folder, self._folder(target[:-1]) as target_folder:
            os.rename(source[-1], target[-1], src_dir_fd=source_folder, dst_dir_fd=target_folder)

    def remove_file(self, *place: str) -> None:
        """Remove a file, or a link itself."""
        with self._folder(place[:-1]) as folder:
            os.unlink(place[-1], dir_fd=folder)

    def remove_folder(self, *place: str) -> None:
        """Remove an empty folder."""
        with self._folder(place[:-1]) as folder:
            os.rmdir(place[-1], dir_fd=folder)

    @contextmanager
    def open(self, *place: str) -> Iterator["LocalFile"]:
        """Open a plain file for reading."""
        with self._folder(place[:-1]) as folder:
            descriptor = os.open(place[-1], OPEN_FILE, dir_fd=folder)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(errno.EINVAL, "Not a plain file")
            yield LocalFile(file)

    def is_being_written(self, *place: str) -> bool | None:
        """Ask the kernel for a lease on the file, which it gives only when nobody holds it open for writing.

        None where it gives none: on network file systems, and for another user's files unless we may.
        """
        if not hasattr(fcntl, "F_SETLEASE"):
            return None
        with self.open(*place) as opened:
            descriptor = opened.file.fileno()
            try:
                # Whoever opens it in this instant has the kernel signal us; this signal's default is to be ignored.
                fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
                fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
                fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
            except OSError as refused:
                return True if refused.errno == errno.EAGAIN else None
        return False

    def write(self, place: tuple[str, ...], write: Callable[[BinaryIO], object]) -> None:
        """Write a file under a temporary name, then rename it."""
        name = place[-1]
        part = f".{name}.{secrets.token_hex(8)}{PART_ENDING}"
        with self._folder(place[:-1]) as folder:
            _clear_stale(folder, name)
            try:
                with os.fdopen(os.open(part, NEW_FILE, 0o666, dir_fd=folder), "wb") as file:
                    write(file)
                os.replace(part, name, src_dir_fd=folder, dst_dir_fd=folder)
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(part, dir_fd=folder)

    def close(self) -> None:
        """Nothing is held between two operations."""

    @contextmanager
    def _folder(self, place: tuple[str, ...]) -> Iterator[int]:
        descriptor = self._open_root()
        try:
            for name in place:
                below = os.open(name, OPEN_FOLDER, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = below
            yield descriptor
        finally:
            os.close(descriptor)

    def _open_root(self) -> int:
        try:
            return os.open(self.root, OPEN_ROOT)
        except FileNotFoundError:
            if not self.makes_root:
                raise
        self.root.mkdir(parents=True, exist_ok=True)
        return os.open(self.root, OPEN_ROOT)


class LocalFile:
    """A file of this machine, open for reading."""

    def __init__(self, file: FileIO) -> None:
        self.file = file

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at its end."""
        return self.file.read(size)

    def look(self) -> Entry:
        """Return how the open file stands now."""
        return _describe("", os.fstat(self.file.fileno()))


def _describe(name: str, status: os.stat_result) -> Entry:
    mode = status.st_mode
    if stat.S_ISREG(mode):
        kind = FILE
    elif stat.S_ISDIR(mode):
        kind = FOLDER
    else:
        kind = LINK if stat.S_ISLNK(mode) else SPECIAL
    return Entry(name, kind, status.st_size, status.st_mtime_ns, status.st_ino, status.st_nlink, status.st_ctime_ns)


def _clear_stale(folder: int, name: str) -> None:
    before = time.time() - STALE_SECONDS
    for found in os.listdir(folder):
        if found.startswith(f".{name}.") and found.endswith(PART_ENDING):
            with suppress(OSError):
                if os.stat(found, dir_fd=folder, follow_symlinks=False).st_mtime < before:
                    os.unlink(found, dir_fd=folder)
