"""What the pages read of imports. The number of queries never depends on the number of rows.

Chooses its columns one by one. What was found in a file is `web_min.imports.findings`'.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from records.tables import Account, ImportKind, ImportSource, ImportStatus, LearnerImport, Provider
from schemas.outcome_names import name_marked_up
from schemas.visible_text import make_visible
from web_min.imports.statuses import CHECKED, SOURCES, TAGS, UNFINISHED, Tag, find_shown_status
from web_min.paging import Page
from web_min.permissions import Permission, may


class ShownImport(NamedTuple):
    """One import as the pages show it."""

    id: int
    provider_id: int
    provider_name: str
    ukprn: str
    requested_by: str | None
    source: str
    kind: str
    is_check: bool
    status: str
    repeats_import_id: int | None
    corrects_import_id: int | None
    requested_at: datetime
    processed_at: datetime | None
    erased_at: datetime | None
    file_name: str
    sha256: str
    storage_name: str
    row_count: int
    created_count: int
    updated_count: int
    unchanged_count: int
    error_count: int
    warning_count: int

    @property
    def shown_status(self) -> str:
        """A key of `TAGS`."""
        return find_shown_status(self.status, is_repeat=self.repeats_import_id is not None, is_check=self.is_check)

    @property
    def tag(self) -> Tag:
        """Its status in word and colour."""
        return TAGS[self.shown_status]

    @property
    def source_words(self) -> str:
        """Who sent the file, or how it came."""
        return f"by {self.requested_by}" if self.requested_by else SOURCES[self.source]

    @property
    def is_progress(self) -> bool:
        """Whether it holds how applications stand, and no learners. Told by its headings, so not before it is read."""
        return self.kind == ImportKind.PROGRESS

    @property
    def shown_file_name(self) -> str | None:
        """What the provider calls the file: for those who may see its learners, until it is erased."""
        return make_visible(self.file_name) if self.shows_values and not self.erased_at else None

    @property
    def shows_values(self) -> bool:
        """Whether whoever makes the request may see what stands in the file: nobody may by being an administrator."""
        return may(Permission.VIEW, self.provider_id)

    @property
    def is_unfinished(self) -> bool:
        """Whether it waits or is being processed."""
        return self.shown_status in UNFINISHED

    @property
    def can_be_imported(self) -> bool:
        """Whether it is a check whose file can be imported, and is still kept."""
        return self.shown_status == CHECKED and self.erased_at is None

    @property
    def has_workbook(self) -> bool:
        """Whether its sheet can be given back marked up: it was read, something was found in it, and it is kept."""
        return bool(self.row_count and (self.error_count or self.warning_count)) and self.erased_at is None

    @property
    def workbook(self) -> str:
        """What its marked-up workbook is called."""
        return name_marked_up(self.id, self.status)

    @property
    def has_workbook_in_folder(self) -> bool:
        """Whether that was put in the provider's folder, if it could be made."""
        return self.source == ImportSource.FOLDER and self.has_workbook


SHOWN_COLUMNS = (
    LearnerImport.id,
    LearnerImport.provider_id,
    Provider.name,
    Provider.ukprn,
    Account.username,
    *(getattr(LearnerImport, name) for name in ShownImport._fields[5:]),
)


Scope = list[int] | None  # ids of providers; None is every provider


def count_statuses(session: Session, *conditions: ColumnElement[bool]) -> dict[str, int]:
    """Count the imports that meet the conditions by shown status; every status of `TAGS` is there."""
    is_repeat = LearnerImport.repeats_import_id.is_not(None)
    kinds = (LearnerImport.status, is_repeat, LearnerImport.is_check)
    counts = dict.fromkeys(TAGS, 0)
    for status, repeats, is_check, count in session.execute(
        select(*kinds, func.count()).where(*conditions).group_by(*kinds)
    ):
        counts[find_shown_status(status, is_repeat=bool(repeats), is_check=is_check)] += count
    return counts


def list_imports(session: Session, page: Page, *conditions: ColumnElement[bool]) -> list[ShownImport]:
    """Return one page of the imports that meet the conditions, newest first."""
    newest_first = _select_shown().where(*conditions).order_by(LearnerImport.id.desc())
    rows = session.execute(newest_first.limit(page.size).offset(page.offset))
    return [ShownImport._make(row) for row in rows]


def find_import(session: Session, scope: Scope, import_id: int) -> ShownImport | None:
    """Return one import, or None when there is none of that number within the scope."""
    row = session.execute(_select_shown().where(LearnerImport.id == import_id, is_within(scope))).one_or_none()
    return ShownImport._make(row) if row else None


def find_correction(session: Session, shown: ShownImport) -> ShownImport | None:
    """Return the last import that somebody sent as the correction of this one."""
    corrections = _select_shown().where(
        LearnerImport.provider_id == shown.provider_id, LearnerImport.corrects_import_id == shown.id
    )
    row = session.execute(corrections.order_by(LearnerImport.id.desc()).limit(1)).one_or_none()
    return ShownImport._make(row) if row else None


def find_import_of_checked(session: Session, shown: ShownImport) -> int | None:
    """Return the id of the last import of the bytes that were checked, asked for after the check."""
    return session.scalar(
        select(func.max(LearnerImport.id)).where(
            LearnerImport.provider_id == shown.provider_id,
            LearnerImport.sha256 == shown.sha256,
            LearnerImport.is_check.is_(False),
            LearnerImport.id > shown.id,
        )
    )


def count_before(session: Session, shown: ShownImport) -> int:
    """Count the provider's files that are taken before this one, which waits."""
    is_unfinished = LearnerImport.status.in_((ImportStatus.REQUESTED, ImportStatus.PROCESSING))
    before = select(func.count()).where(
        LearnerImport.provider_id == shown.provider_id, LearnerImport.id < shown.id, is_unfinished
    )
    return session.scalar(before) or 0


def is_within(scope: Scope) -> ColumnElement[bool]:
    """Make the condition for imports of these providers."""
    return true() if scope is None else LearnerImport.provider_id.in_(scope)


def _select_shown() -> Select[tuple[object, ...]]:
    return (
        select(*SHOWN_COLUMNS)
        .join(Provider, Provider.id == LearnerImport.provider_id)
        .outerjoin(Account, Account.id == LearnerImport.requested_by_account_id)
    )
