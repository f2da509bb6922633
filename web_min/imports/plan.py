"""What a check found would be done: learners created, updated with old and new values, left as they are.

Read from the rows that the worker kept beside the original; the old values are those of now. They are learners' data:
whoever asks for them must be allowed to see the learners.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from flask import request
from sqlalchemy import Boolean, ColumnElement, select
from sqlalchemy.orm import Session

from intake.row_files import PLANNED_ROWS, open_rows
from intake.storage import PrivateStorage
from records.tables import Learner, LearnerProgress
from schemas.columns import AWAITING, COLUMN_BY_NAME, RECEIVED
from web_min.imports.queries import ShownImport
from web_min.paging import Page, find_page

ROWS_A_PAGE = 25
WHO = ("first_name", "last_name", "year_group")
FINDINGS = "findings"  # what an address asks for to see the rows with findings instead


class Deed(StrEnum):
    """What would be done with a row, in the order in which the rows are kept."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class Change(NamedTuple):
    """A value that would be replaced; None where there is none so far."""

    heading: str
    old: str | None
    new: str


class PlannedRow(NamedTuple):
    """One row of the file. `learner_id` is None where the learner would be created, or is there no more."""

    row_number: int
    learner_id: int | None
    first_name: str | None
    last_name: str | None
    year_group: str | None
    changes: list[Change]


class Plan(NamedTuple):
    """One page of the rows of one kind, and how many there are of each.

    Where the rows with findings are asked for there is no page, and `deed` is None.
    """

    counts: dict[Deed, int]
    deed: Deed | None
    rows: list[PlannedRow]
    page: Page | None


def show_plan(session: Session, storage: PrivateStorage, shown: ShownImport) -> Plan | None:
    """Return the page of a check's plan that the request asks for; None when none is kept."""
    kept = open_rows(storage.path_of(shown.storage_name + PLANNED_ROWS))
    if kept is None or not kept.row_count:
        return None
    counts = {deed: int(kept.head[deed]) for deed in Deed}
    if request.args.get("show") == FINDINGS:
        return Plan(counts, None, [], None)
    deed = _find_deed(counts)
    page = find_page(counts[deed], ROWS_A_PAGE)
    before = sum(counts[one] for one in list(Deed)[: list(Deed).index(deed)])
    wanted = min(page.size, counts[deed] - page.offset)
    rows = kept.read(before + page.offset, wanted)
    return Plan(counts, deed, _tell_rows(session, shown.provider_id, rows), page)


def _find_deed(counts: dict[Deed, int]) -> Deed:
    """Return which rows are asked for; without a choice the first that there are."""
    asked = request.args.get("show", "")
    if asked in tuple(Deed):
        return Deed(asked)
    return next((deed for deed in Deed if counts[deed]), Deed.CREATED)


def _tell_rows(session: Session, provider_id: int, rows: list[Any]) -> list[PlannedRow]:
    """Put names and old values beside what the file says, with one query for all the rows."""
    names = sorted({name for *_, new_values in rows for name in new_values}, key=list(COLUMN_BY_NAME).index)
    ids = [learner_id for _, learner_id, *_ in rows if learner_id is not None]
    found = session.execute(
        select(Learner.id, *(getattr(Learner, name) for name in WHO), *map(_find_column, names))
        .outerjoin(LearnerProgress, LearnerProgress.learner_id == Learner.id)
        .where(Learner.id.in_(ids), Learner.provider_id == provider_id, Learner.deleted_at.is_(None))
    )
    stored = {learner_id: values for learner_id, *values in found}
    return [_tell_row(row, names, stored.get(row[1])) for row in rows]


def _tell_row(row: Any, names: Sequence[str], stored: Sequence[Any] | None) -> PlannedRow:
    number, learner_id, *who, new_values = row
    if stored is None:
        return PlannedRow._make((number, None, *who, []))
    shown_as_now = {name: _show(name, value) for name, value in zip(names, stored[len(WHO) :], strict=True)}
    changes = [
        Change(COLUMN_BY_NAME[name].heading, shown_as_now[name], new_values[name])
        for name in names
        if name in new_values and new_values[name] != shown_as_now[name]
    ]
    names_now = (told or known for told, known in zip(who, stored, strict=False))
    return PlannedRow._make((number, learner_id, *names_now, changes))


def _find_column(name: str) -> ColumnElement[Any]:
    columns = Learner.__table__.c
    return columns[name] if name in columns else LearnerProgress.__table__.c[name]


def _show(name: str, value: Any) -> str | None:
    """Return a stored value as a file writes it: a date as YYYY-MM-DD, progress of which nothing was said as none."""
    if name in LearnerProgress.__table__.c:
        is_state = isinstance(LearnerProgress.__table__.c[name].type, Boolean)
        return (RECEIVED if value else AWAITING) if is_state else str(value or 0)
    return None if value is None else str(value)
