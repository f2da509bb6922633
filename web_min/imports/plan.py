"""What a check found would be done: learners created, updated with old and new values, left as they are.

Read from the rows that the worker kept beside the original; the old values are those of now. They are learners' data:
whoever asks for them must be allowed to see the learners.
"""

from enum import StrEnum
from typing import Any, NamedTuple

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from intake.row_files import PLANNED_ROWS, open_rows
from intake.storage import PrivateStorage
from records.tables import Learner
from schemas.columns import COLUMN_BY_NAME
from web_min.imports.queries import ShownImport
from web_min.paging import Page, find_page

ROWS_A_PAGE = 25
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
    first_name: str
    last_name: str
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
    """Put the old values beside the new ones, with one query for them all."""
    ids = [learner_id for _, learner_id, *_ in rows if learner_id is not None]
    names = sorted({name for *_, new_values in rows for name in new_values}, key=list(COLUMN_BY_NAME).index)
    columns = [getattr(Learner, name) for name in names]
    found = session.execute(
        select(Learner.id, *columns).where(
            Learner.id.in_(ids), Learner.provider_id == provider_id, Learner.deleted_at.is_(None)
        )
    )
    stored = {learner_id: dict(zip(names, map(_show, values), strict=True)) for learner_id, *values in found}
    return [
        PlannedRow(
            number,
            learner_id if learner_id in stored else None,
            first_name,
            last_name,
            year_group,
            [
                Change(COLUMN_BY_NAME[name].heading, stored[learner_id][name], new_values[name])
                for name in names
                if name in new_values and learner_id in stored and stored[learner_id][name] != new_values[name]
            ],
        )
        for number, learner_id, first_name, last_name, year_group, new_values in rows
    ]


def _show(value: Any) -> str | None:
    return None if value is None else str(value)  # a date of birth as YYYY-MM-DD, as the file's canonical one is
