"""Rows of an import, kept beside its original in private storage so that a page can show any few of them at once.

A file holds a head and rows, each a line of JSON, then where each row begins. Owns that format and the files' names.
They hold learners' data as the original does and go when it goes. Nothing depends on them: a page does without one that
is not there or not whole.
"""

import json
import os
import secrets
import struct
from array import array
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from intake.locations.trees import PART_ENDING

FINDING_ROWS = ".finding-rows"  # the rows of the sheet in which something was found
PLANNED_ROWS = ".planned-rows"  # what a check found would be done with each row
ENDINGS = (FINDING_ROWS, PLANNED_ROWS)

INDEX = "Q"
INDEX_BYTES = array(INDEX).itemsize
TRAILER = struct.Struct("<8sQQ")
MARK = b"li-rows1"


class KeptRows(NamedTuple):
    """A file of rows as it stands: its head, how many rows it has, and where their index begins."""

    path: Path
    head: dict[str, Any]
    row_count: int
    index_at: int

    def read(self, first: int, count: int) -> list[Any]:
        """Return up to `count` rows from the row at `first` on, counted from 0; none where they can't be read."""
        count = min(count, self.row_count - first)
        if first < 0 or count <= 0:
            return []
        try:
            with self.path.open("rb") as file:
                file.seek(self.index_at + INDEX_BYTES * first)
                starts = array(INDEX, file.read(INDEX_BYTES * (count + 1)))
                file.seek(starts[0])
                lines = file.read(starts[-1] - starts[0]).splitlines()
                return [json.loads(line) for line in lines]
        except (OSError, ValueError, LookupError):
            return []


def find_row_files(original: Path) -> list[Path]:
    """Return where the row files of an original are, whether or not they are there."""
    return [original.with_name(original.name + ending) for ending in ENDINGS]


def name_original(file_name: str) -> str:
    """Return the name of the original that a file in private storage belongs to, which may be the file's own."""
    for ending in ENDINGS:
        file_name = file_name.removesuffix(ending)
    return file_name


def write_rows(path: Path, head: dict[str, Any], rows: Iterable[Any]) -> None:
    """Write a file of rows whole or not at all, in place of one of the same name. Its folder must be there.

    Args:
        path: an original's, with one of our endings.
        head: whatever describes the rows, as JSON can hold it.
        rows: as JSON can hold them.

    Raises:
        OSError: the disk is full, or the folder can't be written to.
    """
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART_ENDING}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
            at = file.write(_to_line(head))
            starts = array(INDEX, [at])
            for row in rows:
                at += file.write(_to_line(row))
                starts.append(at)
            starts.tofile(file)
            file.write(TRAILER.pack(MARK, at, len(starts) - 1))
        partial.replace(path)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def open_rows(path: Path) -> KeptRows | None:
    """Return a file of rows; None when there is none, or it is not whole."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(size - TRAILER.size, 0))
            mark, index_at, row_count = TRAILER.unpack(file.read())
            if mark != MARK or index_at + INDEX_BYTES * (row_count + 1) + TRAILER.size != size:
                return None
            file.seek(0)
            head = json.loads(file.readline())
            return KeptRows(path, head, row_count, index_at) if isinstance(head, dict) else None
    except (OSError, ValueError, struct.error):
        return None


def _to_line(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"  # JSON writes a line's end as \n
