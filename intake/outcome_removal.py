"""Clearing `outcomes/` of what we put there, once it has lain there for the set time.

Owns finding our own files again by their names. Other people's files, and links under our names, are left alone.
"""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select, update

from intake.dropped_names import OUTCOMES
from intake.locations.addresses import DropLocation
from intake.locations.places import DropPlaces
from intake.locations.trees import FILE, PART_ENDING, DropTree, LocationAwayError
from intake.outcomes import list_names
from records.database import Database
from records.tables import ImportSource, LearnerImport, Provider

logger = logging.getLogger("learner_imports")

BATCH = 500  # imports whose removal is recorded in one transaction
STALE = timedelta(hours=1)


def remove_old_outcomes(database: Database, places: DropPlaces, *, before: datetime, now: datetime) -> int:
    """Remove the outcome files of imports whose outcome was returned before a moment.

    A location that does not answer is left for the next time; one that is in the settings no more is passed over.

    Args:
        database: where imports are; what was removed is recorded there.
        places: the drop locations.
        before: outcomes returned earlier than this go.
        now: the present moment.

    Returns:
        How many imports' outcomes are gone.
    """
    count = 0
    for location, tree in places:
        try:
            count += _remove_in(database, tree, location, before=before, now=now)
        except LocationAwayError:
            logger.warning("outcomes: %s does not answer, so nothing is removed there now", location.shown)
    return count


def _remove_in(database: Database, tree: DropTree, location: DropLocation, *, before: datetime, now: datetime) -> int:
    count = after_id = 0
    while due := _find_due(database, location.address, before, after_id):
        after_id = due[-1][0]
        ids_of: dict[str, list[int]] = {}
        for import_id, ukprn in due:
            ids_of.setdefault(ukprn, []).append(import_id)
        for ukprn, import_ids in ids_of.items():
            try:
                _clear(tree, ukprn, {name for import_id in import_ids for name in list_names(import_id)}, now)
            except LocationAwayError:
                raise
            except OSError as fault:  # one folder that we may not change must not keep back the others
                logger.warning("outcomes of %s can't be removed: %s", ukprn, type(fault).__name__)
                continue
            with database.write() as session:
                chosen = update(LearnerImport).where(LearnerImport.id.in_(import_ids))
                session.execute(chosen.values(outcome_removed_at=now))
            count += len(import_ids)
    return count


def _find_due(database: Database, address: str | None, before: datetime, after_id: int) -> list[tuple[int, str]]:
    with database.read() as session:
        rows = session.execute(
            select(LearnerImport.id, Provider.ukprn)
            .join(Provider, Provider.id == LearnerImport.provider_id)
            .where(
                LearnerImport.source == ImportSource.FOLDER,
                LearnerImport.drop_location == address if address else LearnerImport.drop_location.is_(None),
                LearnerImport.outcome_returned_at < before,
                LearnerImport.outcome_removed_at.is_(None),
                LearnerImport.id > after_id,
            )
            .order_by(LearnerImport.id)
            .limit(BATCH)
        )
        return [(row.id, row.ukprn) for row in rows]


def _clear(tree: DropTree, ukprn: str, names: set[str], now: datetime) -> None:
    """Remove files of these names, and what a killed process left half written of ours."""
    stale_ns = int((now - STALE).timestamp() * 1e9)
    try:
        entries = tree.list(ukprn, OUTCOMES)
    except (FileNotFoundError, NotADirectoryError):
        return  # the provider, or whoever runs the share, has taken it away
    for entry in entries:
        is_left_half = (
            entry.name.startswith(".import-") and entry.name.endswith(PART_ENDING) and entry.modified_ns < stale_ns
        )
        if entry.kind == FILE and (entry.name in names or is_left_half):
            with suppress(FileNotFoundError):
                tree.remove_file(ukprn, OUTCOMES, entry.name)
