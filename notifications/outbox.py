"""Delivering what waits in the outbox: once in the ordinary case, and again when that is the only way to be sure.

A deliverer claims each mail before it sends it, by moving the mail's next attempt ahead; a deliverer that dies leaves
the mail to be claimed again when that moment comes. No transaction is open while mail is sent. Owns the pauses between
attempts and when to give up; does not know how mail travels.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from sqlalchemy import CursorResult, select, update

from notifications.faults import SendFault
from notifications.senders import Sender
from records.database import Database
from records.tables import OutboxMail

CLAIM = timedelta(minutes=5)  # longer than a mail server may take over one mail
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=3)

logger = logging.getLogger(__name__)


class DeliveryCount(NamedTuple):
    """What became of the mails that were due."""

    sent: int
    postponed: int
    given_up: int


class Result(Enum):
    """What became of one mail."""

    SENT = auto()
    POSTPONED = auto()
    GIVEN_UP = auto()


def deliver_waiting(
    database: Database, sender: Sender, *, now: Callable[[], datetime], limit: int = 100
) -> DeliveryCount:
    """Send the mails that are due, the longest due first.

    Args:
        database: where the outbox is; each mail is claimed and marked in short transactions of its own.
        sender: how mail leaves.
        now: the clock, in UTC.
        limit: the most mails to send in this call.
    """
    results = []
    for mail_id in find_due(database, now(), limit):
        mail = claim_mail(database, mail_id, now())
        if mail is not None:
            results.append(deliver(database, sender, mail, now=now))
    return DeliveryCount(*(results.count(result) for result in Result))


def find_due(database: Database, now: datetime, limit: int) -> list[int]:
    """Return the ids of the mails that are due."""
    with database.read() as session:
        due = select(OutboxMail.id).where(OutboxMail.status == "waiting", OutboxMail.next_attempt_at <= now)
        return list(session.scalars(due.order_by(OutboxMail.next_attempt_at, OutboxMail.id).limit(limit)))


def claim_mail(database: Database, mail_id: int, now: datetime) -> OutboxMail | None:
    """Take a mail for `CLAIM`, or return None when another deliverer was first."""
    with database.write() as session:
        result = session.execute(
            update(OutboxMail)
            .where(OutboxMail.id == mail_id, OutboxMail.status == "waiting", OutboxMail.next_attempt_at <= now)
            .values(next_attempt_at=now + CLAIM)
        )
        assert isinstance(result, CursorResult)  # noqa: S101 - tells mypy what an UPDATE returns
        return session.get_one(OutboxMail, mail_id) if result.rowcount else None


def deliver(database: Database, sender: Sender, mail: OutboxMail, *, now: Callable[[], datetime]) -> Result:
    """Send one claimed mail and record what became of it."""
    try:
        sender.send(mail)
    except SendFault as fault:
        result, changes = judge_fault(mail, fault, now())
        logger.warning("outbox mail %d (%s) was %s: %s", mail.id, mail.kind, result.name.lower(), fault)
    else:
        result, changes = Result.SENT, {"status": "sent", "sent_at": now(), "fault": None}
    with database.write() as session:
        attempt_count = OutboxMail.attempt_count + 1
        session.execute(
            update(OutboxMail).where(OutboxMail.id == mail.id).values(attempt_count=attempt_count, **changes)
        )
    return result


def judge_fault(mail: OutboxMail, fault: SendFault, now: datetime) -> tuple[Result, dict[str, object]]:
    """Decide whether to try again, and when; return the row's changes."""
    changes: dict[str, object] = {"fault": str(fault)[:500]}
    if not fault.can_retry or now - mail.created_at >= GIVE_UP_AFTER:
        return Result.GIVEN_UP, changes | {"status": "given_up"}
    return Result.POSTPONED, changes | {"next_attempt_at": now + find_pause(mail.attempt_count + 1)}


def find_pause(attempt_count: int) -> timedelta:
    """Return how long to wait after so many failed attempts: a minute, doubled each time, at most an hour."""
    doublings = min(attempt_count - 1, 10)  # bounded, because a timedelta is
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
