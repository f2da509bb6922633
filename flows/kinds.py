"""What is done alike for each kind of spreadsheet: judging it, loading it, telling what loading would do.

Owns which functions go with which kind. They are imported when a file of the kind comes.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from loaders.sealing import Sealer
from schemas.columns import PROGRESS
from schemas.dates_shown import UK_TIME
from schemas.table import SheetTable

if TYPE_CHECKING:
    from loaders.loading import LoadResult
    from loaders.planning import LoadPlan
    from schemas.findings import Finding
    from schemas.validation import Validated


def validate_by_kind(table: SheetTable, *, ukprn: str, now: datetime) -> "Validated":
    """Judge a sheet by the rules of what its headings say that it holds.

    Args:
        table: as it was read.
        ukprn: of the provider that the import is for.
        now: ages are reckoned from that day in the UK.
    """
    if table.kind == PROGRESS:
        from schemas.progress import validate_progress

        return validate_progress(table)
    from schemas.validation import validate

    return validate(table, ukprn=ukprn, today=now.astimezone(UK_TIME).date())


def load_by_kind(
    session: Session,
    validated: "Validated",
    *,
    kind: str,
    provider_id: int,
    import_id: int,
    sealer: Sealer,
    password_days: int,
    now: datetime,
) -> "LoadResult":
    """Load the rows as what the file holds. Arguments and what is raised are `loaders.loading.load_learners`'s."""
    rows, positions = validated.learners, validated.positions
    if kind == PROGRESS:
        from loaders.progress import load_progress

        return load_progress(session, rows, positions, provider_id=provider_id, import_id=import_id, now=now)
    from loaders.loading import load_learners

    return load_learners(
        session,
        rows,
        positions,
        provider_id=provider_id,
        import_id=import_id,
        sealer=sealer,
        password_days=password_days,
        now=now,
    )


def plan_by_kind(session: Session, validated: "Validated", *, kind: str, provider_id: int) -> "LoadPlan":
    """Tell what loading the rows would do now, without doing it; `session` only reads."""
    rows, positions = validated.learners, validated.positions
    if kind == PROGRESS:
        from loaders.progress import plan_progress

        return plan_progress(session, rows, positions, provider_id=provider_id)
    from loaders.planning import plan_load

    return plan_load(session, rows, positions, provider_id=provider_id)


def find_more_faults(session: Session, validated: "Validated", *, kind: str, provider_id: int) -> list["Finding"]:
    """Return what only the database can tell of a refused file, where that is needed to mend it in one round.

    A list of learners has no such faults before it is right in itself: what its rows match hangs on every cell.
    """
    if kind != PROGRESS:
        return []
    from loaders import progress

    return progress.find_more_faults(session, validated, provider_id=provider_id)
