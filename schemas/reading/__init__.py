"""Reading: the bytes of a dropped workbook → `schemas.table.SheetTable`, in a child process with limits.

Owns telling formats apart, reading .xls, .xlsx, .ods and .csv, choosing the sheet, and the child process. Judges no
value of a learner. This side imports nothing heavy, so that a caller can start reading before importing pandas.
"""

from schemas.reading.limits import ReadingLimits
from schemas.reading.process import (
    Reading,
    ReadingStoppedError,
    cool_down_reading,
    read_workbook,
    start_reading,
    warm_up_reading,
)

__all__ = [
    "Reading",
    "ReadingLimits",
    "ReadingStoppedError",
    "cool_down_reading",
    "read_workbook",
    "start_reading",
    "warm_up_reading",
]
