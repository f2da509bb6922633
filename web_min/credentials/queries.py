"""What the pages and downloads read from the database. The number of queries never depends on the number of rows."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, literal, or_, select
from sqlalchemy.orm import Session

from records.tables import Account, ImportKind, Learner, LearnerImport, Provider
from schemas.dates_shown import UK_TIME, format_date
from web_min.auditing import Touched
from web_min.credentials.filters import Filters
from web_min.learners.filters import MOST_WORDS, NO_YEAR_GROUP, YEAR_CHOICES
from web_min.learners.queries import BY_NAME, LIST_LIMIT
from web_min.learners.searching import holds_word
from web_min.paging import Page

ROWS_AT_ONCE = 2000
IMPORTS_OFFERED = 25


class Credential(NamedTuple):
    """A learner who has not logged in, and what is known of the account."""

    learner_id: int
    account_id: int
    provider_id: int
    first_name: str
    last_name: str
    year_group: str | None
    date_of_birth: date | None
    email: str | None
    username: str
    sealed: bytes | None
    created_at: datetime | None
    expires_at: datetime | None
    locked_at: datetime | None
    has_own_password: bool

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"

    @property
    def born(self) -> str:
        """The date of birth in words; "" when it is not known."""
        return format_date(self.date_of_birth) if self.date_of_birth else ""

    @property
    def created_on(self) -> str:
        """The day on which the password was made, in words."""
        return format_date(self.created_at.astimezone(UK_TIME)) if self.created_at else ""

    @property
    def expires_on(self) -> str:
        """The day on which the password expires or did, in words; "" when there is none."""
        if self.has_own_password or self.expires_at is None:
            return ""
        return format_date(self.expires_at.astimezone(UK_TIME))


CREDENTIAL_COLUMNS = (
    Learner.id,
    Account.id,
    Learner.provider_id,
    Learner.first_name,
    Learner.last_name,
    Learner.year_group,
    Learner.date_of_birth,
    Learner.email,
    Account.username,
    Account.initial_password_sealed,
    Account.initial_password_created_at,
    Account.initial_password_expires_at,
    Account.locked_at,
    Account.password_hash.is_not(None),
)
HAS_NOT_LOGGED_IN = or_(Account.password_hash.is_(None), Account.first_signed_in_at.is_(None))
IN_ORDER = (Learner.provider_id, *BY_NAME)


class Scope(NamedTuple):
    """Which learners may be asked for at all: those of these providers, narrowed down, at this moment."""

    provider_ids: Sequence[int]
    filters: Filters
    now: datetime

    @property
    def narrowed_ids(self) -> list[int]:
        """The providers, or of them the one that is narrowed down to."""
        wanted = self.filters.provider_id
        return [number for number in self.provider_ids if wanted in (None, number)]


def count_credentials(session: Session, scope: Scope, *, limit: int = LIST_LIMIT) -> int:
    """Count the learners, up to one more than the limit."""
    counted = _narrow(select(literal(1).label("one")), scope).limit(limit + 1).subquery()
    return session.scalar(select(func.count()).select_from(counted)) or 0


def list_credentials(session: Session, scope: Scope, page: Page) -> list[Credential]:
    """Return one page of the learners: by provider, then by name."""
    query = _narrow(select(*CREDENTIAL_COLUMNS), scope).order_by(*IN_ORDER)
    return [Credential._make(row) for row in session.execute(query.limit(page.size).offset(page.offset))]


def iterate_credentials(session: Session, scope: Scope, *, limit: int) -> Iterator[Credential]:
    """Yield the learners in the list's order, without ever holding all of them."""
    query = _narrow(select(*CREDENTIAL_COLUMNS), scope).order_by(*IN_ORDER).limit(limit)
    for row in session.execute(query.execution_options(yield_per=ROWS_AT_ONCE)):
        yield Credential._make(row)


def list_touched(session: Session, scope: Scope, learner_ids: Sequence[int] | None = None) -> list[Touched]:
    """Return all of the learners, or of them those with these ids, for what is to be done to them."""
    query = _narrow(select(Learner.id, Learner.provider_id, Account.id), scope).order_by(Learner.id)
    if learner_ids is not None:
        query = query.where(Learner.id.in_(learner_ids))
    return [Touched._make(row) for row in session.execute(query)]


def list_providers(session: Session, provider_ids: Sequence[int]) -> dict[int, str]:
    """Return the providers' names by id, in the names' order."""
    rows = session.execute(select(Provider.id, Provider.name).where(Provider.id.in_(provider_ids)))
    return dict(sorted(((number, name) for number, name in rows), key=lambda row: (row[1].casefold(), row[0])))


class OfferedImport(NamedTuple):
    """An import that created learners."""

    id: int
    requested_at: datetime
    created_count: int


def list_imports(session: Session, scope: Scope) -> list[OfferedImport]:
    """Return the latest imports that created learners, and the one that is narrowed down to, newest first."""
    asked_id = scope.filters.import_id
    of_providers = select(LearnerImport.id, LearnerImport.requested_at, LearnerImport.created_count).where(
        LearnerImport.provider_id.in_(scope.narrowed_ids),
        LearnerImport.kind == ImportKind.LEARNERS,
        LearnerImport.created_count > 0,
        LearnerImport.is_check.is_(False),
    )
    newest = session.execute(of_providers.order_by(LearnerImport.id.desc()).limit(IMPORTS_OFFERED))
    offered = [OfferedImport._make(row) for row in newest]
    if asked_id is not None and asked_id not in [one.id for one in offered]:
        asked = session.execute(of_providers.where(LearnerImport.id == asked_id))
        offered += [OfferedImport._make(row) for row in asked]
    return offered


def _narrow(query: Select[*tuple[Any, ...]], scope: Scope) -> Select[*tuple[Any, ...]]:
    """Let a query find the learners who have not logged in, and of these only those asked for."""
    filters = scope.filters
    query = (
        query.select_from(Learner)
        .join(Account, Account.id == Learner.account_id)
        .where(Learner.provider_id.in_(scope.narrowed_ids), Learner.deleted_at.is_(None), HAS_NOT_LOGGED_IN)
    )
    if filters.year:
        year_group = YEAR_CHOICES[filters.year]
        is_none = filters.year == NO_YEAR_GROUP
        query = query.where(Learner.year_group.is_(None) if is_none else Learner.year_group == year_group)
    if filters.import_id is not None:
        query = query.where(Learner.created_import_id == filters.import_id)
    if filters.is_expired:
        query = query.where(Account.password_hash.is_(None), Account.initial_password_expires_at <= scope.now)
    return query.where(*map(holds_word, filters.search.split()[:MOST_WORDS]))
