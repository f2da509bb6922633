"""Private storage: the originals, under names that tell nothing, readable by the service only.

Owns how a file is kept whole; does not know what an import is.
"""

import hashlib
import os
import unicodedata
from pathlib import Path
from typing import BinaryIO

from records.queue import StoredFile

CHUNK_BYTES = 2**20
NAME_LIMIT = 255


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
        """Copy a file in, whole and synced to the disk, and hash it. The same `storage_name` again replaces the copy.

        Args:
            source: a regular file; links are not followed.
            storage_name: how it is called here.
            file_name: the name to show people; by default the source's own.

        Raises:
            ChangedWhileReadError: it grew or was written to meanwhile.
            OSError: it can't be read, or the disk is full.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        target, partial = self.path_of(storage_name), self.path_of(f"{storage_name}.part")
        descriptor = os.open(source, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as original:
            before = _fingerprint(original.fileno())
            digest, size = _copy(original, partial)
            if _fingerprint(original.fileno()) != before or size != before[0]:
                partial.unlink()
                raise ChangedWhileReadError(storage_name)
        partial.replace(target)
        return StoredFile(storage_name, show_name(file_name or source.name), size, digest)


def _copy(original: BinaryIO, partial: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as copy:
        while chunk := original.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest(), size


def _fingerprint(descriptor: int) -> tuple[int, int]:
    status = os.fstat(descriptor)
    return status.st_size, status.st_mtime_ns


def show_name(file_name: str) -> str:
    """Return a provider's file name as it may be kept and shown: one line, valid text, at most 255 characters."""
    text = os.fsencode(file_name).decode("utf-8", "replace")
    text = "".join(" " if unicodedata.category(character) in ("Cc", "Cs") else character for character in text)
    return unicodedata.normalize("NFC", text).strip()[:NAME_LIMIT] or "unnamed"
