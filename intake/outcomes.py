"""Giving an import's outcome back in its provider's folder: the receipt, and the provider's own workbook marked up.

What they say comes from the database, so that an outcome that a killed process did not return is returned later. The
sheet itself comes from whoever has it at hand or can read it again.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import BinaryIO, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from intake.dropped_names import OUTCOMES
from intake.locations.places import DropPlaces
from intake.locations.trees import FILE, FOLDER, DropTree
from intake.receipt import write_receipt
from records.database import Database
from records.tables import ImportFinding, ImportSource, ImportStatus, LearnerImport
from schemas.findings import Finding
from schemas.outcome_names import RECEIPT_ENDING, name_marked_up, name_outcome
from schemas.table import SheetTable

logger = logging.getLogger("learner_imports")

GRACE = timedelta(seconds=60)  # in which whoever processed an import returns its outcome
FINISHED = (ImportStatus.SUCCESSFUL, ImportStatus.UNSUCCESSFUL, ImportStatus.FAILED)

FindTable = Callable[[LearnerImport], SheetTable | None]
FINDING_COLUMNS = tuple(getattr(ImportFinding, name) for name in Finding._fields)


class Unreturned(NamedTuple):
    """A finished import whose outcome is not in its folder, and where it was dropped."""

    import_id: int
    drop_location: str | None


def find_unreturned(database: Database, *, now: datetime) -> list[Unreturned]:
    """Return the imports from drop folders that finished a while ago and whose outcome is not in its folder."""
    with database.read() as session:
        rows = session.execute(
            select(LearnerImport.id, LearnerImport.drop_location)
            .where(
                LearnerImport.source == ImportSource.FOLDER,
                LearnerImport.status.in_(FINISHED),
                LearnerImport.processed_at < now - GRACE,
                LearnerImport.outcome_returned_at.is_(None),
            )
            .order_by(LearnerImport.id)
        )
        return [Unreturned._make(row) for row in rows]


def return_outcome(
    database: Database, import_id: int, *, places: DropPlaces, find_table: FindTable, now: Callable[[], datetime]
) -> list[str]:
    """Write an import's outcome to its provider's `outcomes/`, whole or not at all. Twice makes no second copy.

    Args:
        database: where the import and its findings are.
        import_id: of a finished import.
        places: the drop locations.
        find_table: gives the sheet that was read, or None when there is none to be had; asked only when it is needed.
        now: the clock.

    Returns:
        The names of the files written: the receipt last, since who waits for it may then open the workbook.

    Raises:
        LocationGoneError: the location that it was dropped in is not in use any more.
        OSError: the folder can't be written to, is a link or not there, or `find_table` raised it; trying again later
            may help.
    """
    with database.read() as session:
        learner_import = session.get_one(LearnerImport, import_id, options=[joinedload(LearnerImport.provider)])
        findings = read_findings(session, import_id)
    status, is_repeat = learner_import.status, learner_import.repeats_import_id is not None
    tree, is_home = places.find(learner_import.drop_location), learner_import.drop_location is None
    folder = _open(tree, learner_import.provider.ukprn, makes_provider=is_home)
    table = find_table(learner_import) if findings else None
    workbook = name_marked_up(import_id, status)
    written = _mark_up(folder, workbook, learner_import, table, findings) if table else []
    is_there = bool(written) or folder.has(workbook)  # one who was killed may have written it before
    text = write_receipt(learner_import, findings, workbook=workbook if is_there else None)
    receipt = name_outcome(import_id, status, is_repeat=is_repeat) + RECEIPT_ENDING
    written.append(folder.write(receipt, lambda file: file.write(text.encode())))
    folder.remove(name for name in list_names(import_id) if name != receipt and not (is_there and name == workbook))
    with database.write() as session:
        record = session.get_one(LearnerImport, import_id)
        if (record.status, record.processed_at) == (status, learner_import.processed_at):
            record.outcome_returned_at = now()  # else it was put back meanwhile, and another outcome follows
    return written


def read_findings(session: Session, import_id: int) -> list[Finding]:
    """Return everything that was found in an import's file, in the order in which it was found."""
    chosen = select(*FINDING_COLUMNS).where(ImportFinding.import_id == import_id).order_by(ImportFinding.id)
    return [Finding._make(row) for row in session.execute(chosen)]


class ProviderFolderMissingError(FileNotFoundError):
    """A provider's folder is not in its drop location, elsewhere than in home: the share may not be mounted."""


class _Outcomes(NamedTuple):
    """A provider's `outcomes/`."""

    tree: DropTree
    place: tuple[str, ...]

    def has(self, name: str) -> bool:
        """Say whether there is a plain file of this name."""
        try:
            return self.tree.look(*self.place, name).kind == FILE
        except FileNotFoundError:
            return False

    def write(self, name: str, write: Callable[[BinaryIO], object]) -> str:
        """Write a file, in place of one of the same name, and return its name."""
        self.tree.write((*self.place, name), write)
        return name

    def remove(self, names: Iterable[str]) -> None:
        """Remove those of these files that are there. What is no plain file is not ours."""
        for name in names:
            if self.has(name):
                with suppress(FileNotFoundError):
                    self.tree.remove_file(*self.place, name)


def _open(tree: DropTree, ukprn: str, *, makes_provider: bool) -> _Outcomes:
    """Find a provider's `outcomes/`, which is made where it is missing.

    Args:
        tree: the location.
        ukprn: the provider's.
        makes_provider: whether the folder above it is made too. Not on a share: where that is missing, none is mounted.

    Raises:
        ProviderFolderMissingError: the provider's is not there and not to be made.
        OSError: one of them is a link or no folder, or can't be made.
    """
    place: tuple[str, ...] = ()
    for name in (ukprn, OUTCOMES):
        place = (*place, name)
        if makes_provider or name == OUTCOMES:
            tree.make_folder(*place)
        elif not _is_there(tree, *place):
            raise ProviderFolderMissingError(2, "the provider's folder is missing in the drop location")
        if tree.look(*place).kind != FOLDER:
            raise NotADirectoryError(20, "outcomes or the folder above it is a link or no folder")
    return _Outcomes(tree, place)


def list_names(import_id: int) -> list[str]:
    """Return every name that a file of this import's outcome may bear."""
    begins = [name_outcome(import_id, status, is_repeat=False) for status in FINISHED]
    begins.append(name_outcome(import_id, "", is_repeat=True))
    return [begin + RECEIPT_ENDING for begin in begins] + [name_marked_up(import_id, status) for status in FINISHED]


def _mark_up(
    folder: _Outcomes, name: str, learner_import: LearnerImport, table: SheetTable, findings: Sequence[Finding]
) -> list[str]:
    """Write the marked-up workbook and return its name; nothing if it fails: the receipt is returned in any case."""
    from schemas.marked_up import write_marked_up  # brings pandas, which nobody waits for before a file is read

    def write(file: BinaryIO) -> None:
        write_marked_up(file, table, findings, file_name=learner_import.file_name)

    try:
        return [folder.write(name, write)]
    except OSError:
        raise
    except Exception as fault:  # a fault of ours that would come back at each try, and its text may hold values
        logger.error("import %s: no marked-up workbook: %s", learner_import.id, type(fault).__name__)
        return []


def _is_there(tree: DropTree, *place: str) -> bool:
    try:
        tree.look(*place)
    except FileNotFoundError:
        return False
    return True
