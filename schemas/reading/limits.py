"""What reading one file may cost. Owns the numbers; the child process and its parent both hold to them."""

from typing import NamedTuple

BYTES_A_LEARNER = 512  # in the table; twice what one with all columns filled has


class ReadingLimits(NamedTuple):
    """Limits of reading one workbook.

    Args:
        seconds: of the clock and of the processor.
        memory_bytes: address space of the child process.
        uncompressed_bytes: everything in an .xlsx once unpacked; also the largest file looked at.
        table_bytes: the largest table taken back; one of 250,000 learners has 55 MB.
        entry_count: parts in an .xlsx.
        column_count: columns up to the last that holds anything.
        row_count: rows of the sheet; Excel's own limit.
        learner_count: rows below the headings that hold anything.
    """

    seconds: float = 60.0
    memory_bytes: int = 2 * 2**30
    uncompressed_bytes: int = 512 * 2**20
    table_bytes: int = 128 * 2**20
    entry_count: int = 2_000
    column_count: int = 256
    row_count: int = 1_048_576
    learner_count: int = 250_000

    @classmethod
    def of(cls, *, seconds: float, memory_bytes: int, learner_count: int) -> "ReadingLimits":
        """Return the limits that an operator may set; a table of more learners may be larger."""
        table_bytes = max(cls._field_defaults["table_bytes"], learner_count * BYTES_A_LEARNER)
        return cls(seconds=seconds, memory_bytes=memory_bytes, table_bytes=table_bytes, learner_count=learner_count)


DEFAULT_LIMITS = ReadingLimits()
