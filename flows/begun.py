"""A file that was begun with: its reading runs in a process of its own while this one imports what comes after.

The command line begins before it has imported anything large, so nothing large is imported with this module. Owns what
is looked at before a file is read, and that nothing is left of a file whose import never came to the queue.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from intake.storage import PrivateStorage
from records.stored_file import StoredFile
from schemas.findings import FileError, file_finding
from schemas.reading import Reading, ReadingLimits, cool_down_reading, start_reading
from schemas.table import SheetTable
from settings import Settings


class BegunReading:
    """A reading that was started; what kept it from starting is told when its result is asked for.

    Args:
        path: of the file.
        file_bytes: how large it was when it came; of one that is too large less may be there.
        settings: the limits.
        is_last: no other file is read by this process, which can do without what reading keeps ready.
    """

    def __init__(self, path: Path, file_bytes: int, settings: Settings, *, is_last: bool = False) -> None:
        self._is_last = is_last
        self._reading: Reading | None = None
        self._fault: FileError | OSError | None = None
        try:
            check_size(file_bytes, settings)
            self._reading = start_reading(path, reading_limits(settings))
        except (FileError, OSError) as fault:
            self._fault = fault

    def result(self) -> SheetTable:
        """Wait for the table. To be called once.

        Raises:
            FileError: the file can't be used.
            OSError: it can't be opened, or its reading was stopped through no fault of its own.
        """
        if self._reading is None:
            assert self._fault  # noqa: S101 - for the type checker
            raise self._fault
        try:
            return self._reading.result()
        finally:
            if self._is_last:
                cool_down_reading()

    def close(self) -> None:
        """End the process that reads, if it still does."""
        if self._reading:
            self._reading.close()


@dataclass
class BegunFile:
    """A file in private storage that is being read. `is_queued` says that an import has it, and will be done with it.

    Args:
        stored: the original.
        reading: of that original, and of nothing that may have changed since.
    """

    stored: StoredFile
    reading: BegunReading
    is_queued: bool = False


@contextmanager
def begin_file(path: Path, settings: Settings, *, is_last: bool = False) -> Iterator[BegunFile]:
    """Store a file and start reading it. Unless it is queued meanwhile, nothing is left of it afterwards.

    Args:
        path: of the file, which stays.
        settings: where to store it, and the limits.
        is_last: as for `BegunReading`.

    Raises:
        ChangedWhileReadError: it was written to while it was stored.
        OSError: it can't be read, or private storage can't be written to.
    """
    storage, name = PrivateStorage(settings.storage_folder), uuid.uuid4().hex
    begun: BegunFile | None = None
    try:
        stored = _store(path, storage, name, settings)
        begun = BegunFile(stored, BegunReading(storage.path_of(name), stored.file_bytes, settings, is_last=is_last))
        yield begun
    finally:
        if begun:
            begun.reading.close()
        if not begun or not begun.is_queued:
            storage.erase(name)


def _store(path: Path, storage: PrivateStorage, name: str, settings: Settings) -> StoredFile:
    """Store a file; one that will be refused for its size is not copied. A link is followed, for its owner named it."""
    size = path.stat().st_size
    if size > settings.file_limit_bytes:
        return storage.keep_stub(storage_name=name, file_name=path.name, size=size)
    return storage.keep(path.resolve(), storage_name=name, file_name=path.name)


def check_size(file_bytes: int, settings: Settings) -> None:
    """Refuse a file over the limit before anything reads it.

    Raises:
        FileError: it is too large.
    """
    if file_bytes > settings.file_limit_bytes:
        limit_megabytes = settings.file_limit_bytes // 2**20
        raise FileError(
            [file_finding("file_too_large", limit_megabytes=limit_megabytes, learner_limit=settings.learner_limit)]
        )


def reading_limits(settings: Settings) -> ReadingLimits:
    """Return the limits of the child process that reads."""
    return ReadingLimits.of(
        seconds=settings.read_seconds, memory_bytes=settings.read_memory_bytes, learner_count=settings.learner_limit
    )
