"""Private storage: the originals, under names that tell nothing, readable by the service only.

Owns how a file is kept whole; does not know what an import is.
"""

import hashlib
import os
import secrets
import time
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from intake.locations.local_tree import LocalTree
from intake.locations.trees import PART_ENDING, Entry, OpenFile
from intake.row_files import find_row_files
from records.stored_file import StoredFile

CHUNK_BYTES = 2**20
NAME_LIMIT = 255
NOT_HASHED = ""  # the hash of an original that is not kept: too large to be read
COUNT_LIMIT = 2**31 - 1  # what a row has room for; a file larger than that is refused in any case
STALE_SECONDS = 3600.0


class ChangedWhileReadError(Exception):
    """The file changed while it was copied: it is not complete yet. Trying again later helps."""


class PrivateStorage:
    """A folder of originals. Makes the folder when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path_of(self, storage_name: str) -> Path:
        """Return where the original with this name is kept."""
        return self.folder / storage_name

    def keep(self, source: Path, *, storage_name: str, file_name: str | None = None) -> StoredFile:
        """Copy a file of this machine in; see `keep_open`.

        Args:
            source: a regular file; links are not followed.
            storage_name: how it is called here.
            file_name: the name to show people; by default the source's own.
        """
        with LocalTree(source.parent).open(source.name) as opened:
            return self.keep_open(opened, storage_name=storage_name, file_name=file_name or source.name)

    def keep_open(
        self, opened: OpenFile, *, storage_name: str, file_name: str, expected: Entry | None = None
    ) -> StoredFile:
        """Copy an open file in, whole and synced to the disk, and hash it. The same `storage_name` again replaces it.

        Args:
            opened: the file.
            storage_name: how it is called here.
            file_name: the name to show people.
            expected: how it stood when it was found complete; by default how it stands when the copy begins.

        Raises:
            ChangedWhileReadError: it grew or was written to meanwhile.
            OSError: it can't be read, or the disk is full.
        """
        self._make_folder()
        # Nobody else ever writes to this name, not even who takes over from one taken for dead.
        partial = self.path_of(f"{storage_name}.{secrets.token_hex(4)}{PART_ENDING}")
        before = _fingerprint(opened.look())
        if expected and _fingerprint(expected) != before:
            raise ChangedWhileReadError(storage_name)
        try:
            digest, size = _copy(opened, partial, before[0])
            if _fingerprint(opened.look()) != before or size != before[0]:
                raise ChangedWhileReadError(storage_name)
            partial.replace(self.path_of(storage_name))
        finally:
            with suppress(OSError):  # that of a failed copy makes room again; that of a whole one has its name
                partial.unlink(missing_ok=True)
        _sync_folder(self.folder)
        return StoredFile(storage_name, show_name(file_name), size, digest)

    def keep_stub(self, *, storage_name: str, file_name: str, size: int) -> StoredFile:
        """Keep an empty file in place of one that is too large to be taken, with the size that it had.

        Raises:
            OSError: the folder can't be written to.
        """
        self._make_folder()
        os.close(os.open(self.path_of(storage_name), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return StoredFile(storage_name, show_name(file_name), min(size, COUNT_LIMIT), NOT_HASHED)

    def erase(self, storage_name: str) -> None:
        """Remove an original and what was kept of its rows; what is gone already is no fault.

        Raises:
            OSError: something of it can't be removed.
        """
        original = self.path_of(storage_name)
        for path in (*find_row_files(original), original):  # the original last: it is erased when all is
            path.unlink(missing_ok=True)

    def clear_stale(self) -> int:
        """Remove what killed processes left half copied, once it is old enough to be nobody's. Returns how many."""
        before, count = time.time() - STALE_SECONDS, 0
        for path in self.folder.glob(f"*{PART_ENDING}"):
            with suppress(OSError):
                if path.stat(follow_symlinks=False).st_mtime < before:
                    path.unlink()
                    count += 1
        return count

    def _make_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _copy(original: OpenFile | BinaryIO, partial: Path, expected_size: int) -> tuple[str, int]:
    """Copy until the end, or until there is more than was expected: one that grows is not copied for ever."""
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as copy:
        while size <= expected_size and (chunk := original.read(CHUNK_BYTES)):
            digest.update(chunk)
            size += len(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    """Let the file's name survive a power cut too: the dropped one is removed soon after."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fingerprint(entry: Entry) -> tuple[int, int]:
    return entry.size, entry.modified_ns


def show_name(file_name: str) -> str:
    """Return a provider's file name as it may be kept and shown: one line, valid text, at most 255 characters."""
    text = os.fsencode(file_name).decode("utf-8", "replace")
    text = "".join(" " if unicodedata.category(character) in ("Cc", "Cs") else character for character in text)
    return unicodedata.normalize("NFC", text).strip()[:NAME_LIMIT] or "unnamed"
