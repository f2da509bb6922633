"""Files in private storage and in the outbox that belong to nothing: what a killed process left behind.

A file may lie there for a moment before its import is in the queue, so only what is older than a day is removed. Ages
are the files' own, by the machine's clock.
"""

import logging
import os
import time
from pathlib import Path

from sqlalchemy import select

from flows.workplace import Workplace
from intake.row_files import name_original
from records.tables import LearnerImport

logger = logging.getLogger("learner_imports")

STRAY_SECONDS = 24 * 3600.0
PART_ENDING = ".part"
ASKED_AT_ONCE = 500  # names in one query


def remove_stray_files(workplace: Workplace) -> int:
    """Remove half-written files, and originals and row files without an import, if they are older than a day.

    Returns how many.
    """
    originals = _list_old(workplace.storage.folder)
    kept = _find_kept(workplace, sorted({name_original(path.name) for path in originals}))
    strays = [path for path in originals if name_original(path.name) not in kept]
    strays += [path for path in _list_old(workplace.settings.outbox_folder) if path.name.endswith(PART_ENDING)]
    return sum(_remove(path) for path in strays)


def _list_old(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [Path(entry.path) for entry in entries if entry.is_file(follow_symlinks=False) and _is_old(entry)]
    except FileNotFoundError:
        return []


def _is_old(file: os.DirEntry[str] | Path) -> bool:
    try:
        return file.stat(follow_symlinks=False).st_mtime < time.time() - STRAY_SECONDS
    except FileNotFoundError:
        return False


def _find_kept(workplace: Workplace, names: list[str]) -> set[str]:
    kept: set[str] = set()
    with workplace.database.read() as session:
        for start in range(0, len(names), ASKED_AT_ONCE):
            some = names[start : start + ASKED_AT_ONCE]
            is_kept = (LearnerImport.storage_name.in_(some), LearnerImport.erased_at.is_(None))
            kept.update(session.scalars(select(LearnerImport.storage_name).where(*is_kept)))
    return kept


def _remove(path: Path) -> bool:
    if not _is_old(path):  # a collector has just taken it up again
        return False
    try:
        path.unlink()
    except OSError as fault:
        logger.error("a stray file can't be removed: %s", type(fault).__name__)
        return False
    return True
