"""What the parts print: one file a part in home/logs, readable by its owner only and limited in size.

Programs write to the file themselves, so that nothing is lost when the supervisor dies; when it is full, it is copied
aside once and emptied. Lines written between those two steps are lost: these files are for people, and no truth.
"""

import os
import shutil
from pathlib import Path
from typing import BinaryIO

LIMIT_BYTES = 10 * 2**20  # of the file that is written, and as much again of the one before


def make_log_folder(folder: Path) -> None:
    """Make the folder, for its owner only."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)


def open_log(log_file: Path) -> BinaryIO:
    """Open a log to write at its end, whoever else writes to it."""
    descriptor = os.open(log_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "ab", buffering=0)


def limit_log(log_file: Path, limit_bytes: int = LIMIT_BYTES) -> bool:
    """Copy a full log to the same name with `.1`, and empty it. Returns whether it was full."""
    try:
        if log_file.stat().st_size <= limit_bytes:
            return False
        previous = log_file.with_name(f"{log_file.name}.1")
        previous.unlink(missing_ok=True)
        with log_file.open("rb") as full, open_log(previous) as copy:
            shutil.copyfileobj(full, copy)
        os.truncate(log_file, 0)
    except OSError:
        return _empty(log_file, limit_bytes)
    return True


def _empty(log_file: Path, limit_bytes: int) -> bool:
    """Empty a log that can't be copied, as on a full disk: the service goes on, and what it prints matters less."""
    try:
        if log_file.stat().st_size > limit_bytes:
            os.truncate(log_file, 0)
            return True
    except OSError:
        return False
    return False
