"""What was found in an import's file, as its page reads it from the database: by cause, by row, and all of it."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import NamedTuple

from sqlalchemy import String, case, cast, func, select
from sqlalchemy.orm import Session

from records.tables import ImportFinding
from schemas.causes import GATHERED_MESSAGES, Cause, CauseKey, build_cause, find_headline, order_of
from web_min.paging import Page

CAUSES_SHOWN = 50
REMEMBERED_FROM = 2_000  # findings; fewer are grouped faster than it matters
REMEMBERED_IMPORTS = 200

SHARED_MESSAGE = case((ImportFinding.rule.in_(GATHERED_MESSAGES), ""), else_=ImportFinding.message)
OF_CAUSE = (ImportFinding.severity, ImportFinding.rule, ImportFinding.column, SHARED_MESSAGE)


class ShownCause(NamedTuple):
    """A cause as the page shows it. Holds no value of a learner."""

    severity: str
    where: str
    message: str


class ShownCauses(NamedTuple):
    """An import's causes: the first of them, how many more there are, the headline, and how many findings there are."""

    shown: list[ShownCause]
    hidden_count: int
    headline: str | None
    finding_count: int
    has_rows: bool


class ShownFinding(NamedTuple):
    """One finding as the page shows it. `suggestion` and `value` are learners' data."""

    severity: str
    row_number: int | None
    column: str | None
    cell: str | None
    message: str
    suggestion: str | None
    value: str | None


FINDING_COLUMNS = tuple(getattr(ImportFinding, name) for name in ShownFinding._fields)


class CauseMemory:
    """The causes of imports with so many findings that grouping them takes a while. They change no more.

    Threads share it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[tuple[int, datetime], ShownCauses] = OrderedDict()

    def show_causes(
        self, session: Session, import_id: int, processed_at: datetime | None, finding_count: int
    ) -> ShownCauses:
        """Return an import's causes.

        Args:
            session: only read.
            import_id: whose.
            processed_at: when it was finished; one put back and finished again has others.
            finding_count: how many findings its row says that it has.
        """
        if processed_at is None or finding_count < REMEMBERED_FROM:
            return show_causes(list_causes(session, import_id))
        key = import_id, processed_at
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        causes = show_causes(list_causes(session, import_id))
        with self._lock:
            self._known[key] = causes
            if len(self._known) > REMEMBERED_IMPORTS:
                self._known.popitem(last=False)
        return causes


def show_causes(causes: Sequence[Cause]) -> ShownCauses:
    """Return what the page shows of causes."""
    return ShownCauses(
        [ShownCause(cause.severity, cause.where, cause.message) for cause in causes[:CAUSES_SHOWN]],
        len(causes[CAUSES_SHOWN:]),
        find_headline(causes),
        sum(cause.finding_count for cause in causes),
        any(cause.row_numbers for cause in causes),
    )


def list_causes(session: Session, import_id: int) -> list[Cause]:
    """Group an import's findings by cause in the database, in the order of `schemas.causes.group_causes`.

    A file can have half a million findings: a row for each would take seconds to fetch.
    """
    rows = func.aggregate_strings(cast(ImportFinding.row_number, String), ",")
    first, last = func.min(ImportFinding.message), func.max(ImportFinding.message)
    groups = session.execute(
        select(*OF_CAUSE, rows, first, last).where(ImportFinding.import_id == import_id).group_by(*OF_CAUSE)
    )
    causes = [
        build_cause(
            CauseKey(*key), [*map(int, numbers.split(","))] if numbers else [], message, has_several=message != other
        )
        for *key, numbers, message, other in groups
    ]
    return sorted(causes, key=order_of)


def list_findings(session: Session, import_id: int, page: Page) -> list[ShownFinding]:
    """Return one page of an import's findings: those on the whole file first, then by row."""
    chosen = select(*FINDING_COLUMNS).where(ImportFinding.import_id == import_id)
    by_row = chosen.order_by(ImportFinding.row_number.is_not(None), ImportFinding.row_number, ImportFinding.id)
    rows = session.execute(by_row.limit(page.size).offset(page.offset))
    return [ShownFinding._make(row) for row in rows]


def list_findings_of_rows(session: Session, import_id: int, row_numbers: Sequence[int]) -> list[ShownFinding]:
    """Return all findings of some rows, in the order in which they were found."""
    chosen = select(*FINDING_COLUMNS).where(
        ImportFinding.import_id == import_id, ImportFinding.row_number.in_(row_numbers)
    )
    return [ShownFinding._make(row) for row in session.execute(chosen.order_by(ImportFinding.id))]
