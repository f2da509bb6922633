"""Work that waits and is not done: imports that nobody takes, that one worker holds too long, that have no worker."""

from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from flows.workplace import Workplace
from records.queue import is_next_of_provider, is_waiting
from records.tables import ImportStatus, LearnerImport, Provider

UNATTENDED = timedelta(minutes=1)  # work that waits this long without a worker is told
STUCK = timedelta(minutes=5)  # and this long in any case, while nothing else gets on either
HELD_TOO_LONG = timedelta(minutes=30)  # no file takes that: its reading alone ends after `read_seconds`


class Need(NamedTuple):
    """Something that needs an operator, as `raise_alert` takes it."""

    kind: str
    cause: str
    message: str
    is_lasting: bool = True


class Waiting(NamedTuple):
    """The imports that could be taken and are not: how many, and of the oldest its number, its UKPRN and since when."""

    import_count: int
    import_id: int
    ukprn: str
    since: datetime

    def __str__(self) -> str:
        """Say it in a few words."""
        files = "1 import waits" if self.import_count == 1 else f"{self.import_count:,} imports wait"
        return f"{files}, import {self.import_id} of {self.ukprn} since {self.since:%Y-%m-%d %H:%M:%S} UTC"


class PrefectView(Protocol):
    """What the watcher needs to know of Prefect."""

    @property
    def answers(self) -> bool:
        """Whether it answers at all."""

    @property
    def online_worker_count(self) -> int:
        """How many workers are there to start runs."""


def find_waiting(session: Session, now: datetime) -> Waiting | None:
    """Find the imports that a worker could take now. None when there is none.

    One left behind by a dead worker has waited since its lease ran out.
    """
    since = case(
        (LearnerImport.status == ImportStatus.PROCESSING, LearnerImport.lease_until_at),
        else_=LearnerImport.next_attempt_at,
    )
    is_free = (is_waiting(now), is_next_of_provider(now))
    oldest = session.execute(
        select(LearnerImport.id, Provider.ukprn, since)
        .join(LearnerImport.provider)
        .where(*is_free)
        .order_by(since, LearnerImport.id)
        .limit(1)
    ).one_or_none()
    if oldest is None:
        return None
    count = session.scalar(select(func.count(LearnerImport.id)).where(*is_free)) or 0
    return Waiting(count, *oldest)


def find_stuck(workplace: Workplace) -> list[Need]:
    """Tell of imports that wait while nothing gets on, and of those that one worker holds for ever."""
    now, needs = workplace.now(), []
    with workplace.database.read() as session:
        waiting = find_waiting(session, now)
        if waiting and waiting.since < now - STUCK and not _gets_on(session, now - STUCK):
            needs.append(Need("import_stuck", "imports stuck: nobody takes them", f"Nothing gets on: {waiting}."))
        held = session.execute(
            select(LearnerImport.id, Provider.ukprn, LearnerImport.lease_holder)
            .join(LearnerImport.provider)
            .where(
                LearnerImport.status == ImportStatus.PROCESSING,
                LearnerImport.lease_until_at > now,
                LearnerImport.leased_at < now - HELD_TOO_LONG,
            )
            .order_by(LearnerImport.leased_at)
        ).all()
    if held:
        import_id, ukprn, holder = held[0]
        minutes = HELD_TOO_LONG.total_seconds() / 60
        message = f"Import {import_id} of {ukprn} has been with {holder} for more than {minutes:.0f} minutes"
        others = f", and {len(held) - 1} others are too" if len(held) > 1 else ""
        needs.append(Need("import_stuck", "imports stuck: held too long", f"{message}{others}."))
    return needs


def find_unattended(workplace: Workplace, prefect: PrefectView) -> list[Need]:
    """Tell of work that waits because there is no worker, or no Prefect to have it started."""
    if prefect.answers and prefect.online_worker_count:
        return []
    now = workplace.now()
    with workplace.database.read() as session:
        waiting = find_waiting(session, now)
        if waiting is None or waiting.since > now - UNATTENDED or _gets_on(session, now - UNATTENDED):
            return []
    if prefect.answers:
        return [Need("worker_missing", "no worker is online", f"No worker is online, and {waiting}.")]
    return [Need("worker_missing", "Prefect does not answer", f"Prefect does not answer, and {waiting}.")]


def _gets_on(session: Session, since: datetime) -> bool:
    """Whether an import was taken or finished since then."""
    moments: tuple[ColumnElement[bool], ...] = (LearnerImport.leased_at > since, LearnerImport.processed_at > since)
    return session.scalar(select(LearnerImport.id).where(or_(*moments)).limit(1)) is not None
