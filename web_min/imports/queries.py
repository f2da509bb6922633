"""What the pages read from the database. The number of queries never depends on the number of rows.

Chooses its columns one by one: file names, values and suggestions are not read at all.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, Select, String, case, cast, func, select, true
from sqlalchemy.orm import Session

from records.tables import ImportFinding, ImportSource, LearnerImport, Provider
from schemas.causes import GATHERED_MESSAGES, Cause, CauseKey, build_cause, order_of
from schemas.outcome_names import name_marked_up
from web_min.imports.statuses import SOURCES, TAGS, UNFINISHED, Tag, find_shown_status
from web_min.paging import Page


class ShownImport(NamedTuple):
    """One import as the pages show it."""

    id: int
    provider_name: str
    ukprn: str
    source: str
    status: str
    repeats_import_id: int | None
    requested_at: datetime
    processed_at: datetime | None
    row_count: int
    created_count: int
    updated_count: int
    unchanged_count: int
    error_count: int
    warning_count: int

    @property
    def shown_status(self) -> str:
        """A key of `TAGS`."""
        return find_shown_status(self.status, self.repeats_import_id)

    @property
    def tag(self) -> Tag:
        """Its status in word and colour."""
        return TAGS[self.shown_status]

    @property
    def source_words(self) -> str:
        """How its file came."""
        return SOURCES[self.source]

    @property
    def is_unfinished(self) -> bool:
        """Whether it waits or is being processed."""
        return self.shown_status in UNFINISHED

    @property
    def workbook(self) -> str | None:
        """The name of the marked-up workbook in the provider's folder, if it could be made; None when none is to be."""
        has_findings = self.error_count or self.warning_count
        if self.source != ImportSource.FOLDER or not (self.row_count and has_findings):
            return None
        return name_marked_up(self.id, self.status)


SHOWN_COLUMNS = (
    LearnerImport.id,
    Provider.name,
    Provider.ukprn,
    *(getattr(LearnerImport, name) for name in ShownImport._fields[3:]),
)


Scope = list[int] | None  # ids of providers; None is every provider


def count_statuses(session: Session, scope: Scope) -> dict[str, int]:
    """Count the imports by shown status; every status of `TAGS` is there."""
    repeats = LearnerImport.repeats_import_id
    rows = session.execute(
        select(LearnerImport.status, func.min(repeats), func.count())
        .where(_is_within(scope))
        .group_by(LearnerImport.status, repeats.is_not(None))
    )
    counts = dict.fromkeys(TAGS, 0)
    for status, repeated_id, count in rows:
        counts[find_shown_status(status, repeated_id)] += count
    return counts


def list_imports(session: Session, scope: Scope, page: Page) -> list[ShownImport]:
    """Return one page of the imports, newest first."""
    newest_first = _select_shown().where(_is_within(scope)).order_by(LearnerImport.id.desc())
    rows = session.execute(newest_first.limit(page.size).offset(page.offset))
    return [ShownImport._make(row) for row in rows]


def find_import(session: Session, scope: Scope, import_id: int) -> ShownImport | None:
    """Return one import, or None when there is none of that number within the scope."""
    one = _select_shown().where(LearnerImport.id == import_id, _is_within(scope))
    row = session.execute(one).one_or_none()
    return ShownImport._make(row) if row else None


def _is_within(scope: Scope) -> ColumnElement[bool]:
    return true() if scope is None else LearnerImport.provider_id.in_(scope)


def _select_shown() -> Select[tuple[object, ...]]:
    return select(*SHOWN_COLUMNS).join(Provider, Provider.id == LearnerImport.provider_id)


FindingRow = Row[tuple[str, int | None, str | None, str | None, str]]
SHARED_MESSAGE = case((ImportFinding.rule.in_(GATHERED_MESSAGES), ""), else_=ImportFinding.message)
OF_CAUSE = (ImportFinding.severity, ImportFinding.rule, ImportFinding.column, SHARED_MESSAGE)


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


def list_findings(session: Session, import_id: int, page: Page) -> list[FindingRow]:
    """Return one page of what may be shown of an import's findings: those on the whole file first, then by row."""
    shown = select(
        ImportFinding.severity,
        ImportFinding.row_number,
        ImportFinding.column,
        ImportFinding.cell,
        ImportFinding.message,
    ).where(ImportFinding.import_id == import_id)
    by_row = shown.order_by(ImportFinding.row_number.is_not(None), ImportFinding.row_number, ImportFinding.id)
    return list(session.execute(by_row.limit(page.size).offset(page.offset)))
