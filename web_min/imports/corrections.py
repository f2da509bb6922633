"""What a corrected file brought, compared with the import that it corrects: fixed, left, new."""

from typing import NamedTuple

from sqlalchemy import CompoundSelect, Select, func, intersect, select
from sqlalchemy.orm import Session

from records.tables import ImportFinding, ImportStatus
from schemas.rules import ERROR
from web_min.imports.queries import ShownImport

COMPARED_UP_TO = 20_000  # errors; comparing more would keep the page waiting


class Comparison(NamedTuple):
    """How many errors the import before had, and of them how many are fixed and how many remain; how many are new."""

    before_count: int
    fixed_count: int
    remaining_count: int
    new_count: int


def compare(session: Session, shown: ShownImport, before: ShownImport) -> Comparison | None:
    """Compare the errors of two imports by rule, row and column; None when there is nothing to compare, or too much."""
    if shown.status not in (ImportStatus.SUCCESSFUL, ImportStatus.UNSUCCESSFUL) or not before.error_count:
        return None
    if max(shown.error_count, before.error_count) > COMPARED_UP_TO:
        return None
    old, new = _select_errors(before.id), _select_errors(shown.id)
    counts = select(*(_count(errors) for errors in (old, new, intersect(old, new))))
    before_count, now_count, remaining_count = session.execute(counts).one()
    return Comparison(before_count, before_count - remaining_count, remaining_count, now_count - remaining_count)


def _select_errors(import_id: int) -> Select[str, int | None, str | None]:
    return (
        select(ImportFinding.rule, ImportFinding.row_number, ImportFinding.column)
        .where(ImportFinding.import_id == import_id, ImportFinding.severity == ERROR)
        .distinct()
    )


def _count(errors: Select[str, int | None, str | None] | CompoundSelect[str, int | None, str | None]):  # type: ignore[no-untyped-def]
    return select(func.count()).select_from(errors.subquery()).scalar_subquery()
