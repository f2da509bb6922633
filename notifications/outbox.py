"""Delivering what waits in the outbox: once in the ordinary case, and again when that is the only way to be sure.

A deliverer claims each mail before it sends it, by moving the mail's next attempt ahead; a deliverer that dies leaves
the mail to be claimed again when that moment comes. No transaction is open while mail is sent. Once a mail has been
taken it is marked as sent, if need be after a while: only a process that is killed between the two sends it twice, with
the same Message-ID. Owns the pauses between attempts and when to give up; does not know how mail travels.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from sqlalchemy import ColumnElement, CursorResult, or_, select, update
from sqlalchemy.exc import OperationalError

from notifications.faults import SendFault
from notifications.senders import Connection, Sender, connect
from records.database import Database
from records.tables import OutboxMail

CLAIM = timedelta(minutes=5)  # at least; longer where a mail server may take longer over one mail
FIRST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(hours=1)
FAR_AHEAD = timedelta(days=1)  # further than any pause or claim: the clock was wrong when that moment was set
GIVE_UP_AFTER = timedelta(days=3)
SERVER_FAULT_LIMIT = 2  # faults of the server in a row, after which the other mails are left for later
MARK_PAUSE_SECONDS = 0.5
WITH_LINK = ("invitation", "reset_password")  # whoever has the link in these may choose a password
BLANKED = {"body_text": "", "body_html": ""}

logger = logging.getLogger("learner_imports")


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
    database: Database,
    sender: Sender,
    *,
    now: Callable[[], datetime],
    limit: int = 100,
    import_id: int | None = None,
    give_up_after: timedelta = GIVE_UP_AFTER,
    keep_going: Callable[[], bool] = lambda: True,
) -> DeliveryCount:
    """Send the mails that are due, the longest due first.

    A mail that can't be sent keeps none of the others back. A server that fails twice in a row is left alone for a
    while: the other mails are postponed then, which is no attempt of theirs.

    Args:
        database: where the outbox is; each mail is claimed and marked in short transactions of its own.
        sender: how mail leaves.
        now: the clock, in UTC.
        limit: the most mails to send in this call.
        import_id: of the import whose mail alone is sent; by default any that is due.
        give_up_after: how old a mail that can't be sent may become.
        keep_going: asked before each mail; false leaves the rest to the next call.
    """
    results: list[Result] = []
    fault_count = 0
    with connect(sender) as connection:
        for mail_id in find_due(database, now(), limit, import_id=import_id):
            if not keep_going():
                break
            mail = claim_mail(database, mail_id, now(), claim=find_claim(sender))
            if mail is None:
                continue
            result, fault = deliver(database, connection, mail, now=now, give_up_after=give_up_after)
            results.append(result)
            fault_count = fault_count + 1 if fault and fault.is_of_server else 0
            if fault_count == SERVER_FAULT_LIMIT:
                postpone_due(database, now())
                break
    return DeliveryCount(*(results.count(result) for result in Result))


def deliver_one(database: Database, sender: Sender, mail_id: int, *, now: Callable[[], datetime]) -> Result | None:
    """Send one mail that was queued just now, whatever else waits; None when another deliverer has it in hand."""
    mail = claim_mail(database, mail_id, now(), claim=find_claim(sender))
    if mail is None:
        return None
    with connect(sender) as connection:
        return deliver(database, connection, mail, now=now)[0]


def find_claim(sender: Sender) -> timedelta:
    """Return for how long a mail is claimed: twice as long as sending it can take, with the mark that follows."""
    return min(max(CLAIM, timedelta(seconds=2 * sender.longest_seconds)), FAR_AHEAD)


def is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a mail is due, as arguments of `where`."""
    is_now = or_(OutboxMail.next_attempt_at <= now, OutboxMail.next_attempt_at > now + FAR_AHEAD)
    return OutboxMail.status == "waiting", is_now


def find_due(database: Database, now: datetime, limit: int, *, import_id: int | None = None) -> list[int]:
    """Return the ids of the mails that are due, or of those of one import."""
    due = select(OutboxMail.id).where(*is_due(now))
    if import_id is not None:
        due = due.where(OutboxMail.import_id == import_id)
    with database.read() as session:
        return list(session.scalars(due.order_by(OutboxMail.next_attempt_at, OutboxMail.id).limit(limit)))


def claim_mail(database: Database, mail_id: int, now: datetime, *, claim: timedelta = CLAIM) -> OutboxMail | None:
    """Take a mail for as long as `claim`, or return None when another deliverer was first."""
    with database.write() as session:
        result = session.execute(
            update(OutboxMail).where(OutboxMail.id == mail_id, *is_due(now)).values(next_attempt_at=now + claim)
        )
        assert isinstance(result, CursorResult)  # noqa: S101 - tells mypy what an UPDATE returns
        return session.get_one(OutboxMail, mail_id) if result.rowcount else None


def postpone_due(database: Database, now: datetime) -> None:
    """Leave every mail that is due for a little later."""
    with database.write() as session:
        session.execute(update(OutboxMail).where(*is_due(now)).values(next_attempt_at=now + FIRST_PAUSE))


def deliver(
    database: Database,
    connection: Connection,
    mail: OutboxMail,
    *,
    now: Callable[[], datetime],
    give_up_after: timedelta = GIVE_UP_AFTER,
) -> tuple[Result, SendFault | None]:
    """Send one claimed mail and record what became of it; return that, and the fault if there was one."""
    try:
        connection.send(mail)
    except Exception as error:  # one of ours may name the file in its text: it is not repeated, and holds up no mail
        unknown = SendFault(f"The mail could not be made or sent ({type(error).__name__}).", can_retry=True)
        fault = error if isinstance(error, SendFault) else unknown
        result, changes = judge_fault(mail, fault, now(), give_up_after)
        logger.warning("outbox mail %d (%s) was %s: %s", mail.id, mail.kind, result.name.lower(), fault)
        _mark(database, mail, changes)
        return result, fault
    _mark(database, mail, {"status": "sent", "sent_at": now(), "fault": None})
    return Result.SENT, None


def _mark(database: Database, mail: OutboxMail, changes: dict[str, object]) -> None:
    """Record what became of a mail. It has happened, so a database that is away is waited for while the claim lasts."""
    leave_at = time.monotonic() + CLAIM.total_seconds() / 2
    attempt_count = OutboxMail.attempt_count + 1
    if mail.kind in WITH_LINK and "status" in changes:  # it has left, or never will
        changes |= BLANKED
    marking = update(OutboxMail).where(OutboxMail.id == mail.id).values(attempt_count=attempt_count, **changes)
    while True:
        try:
            with database.write() as session:
                session.execute(marking)
            return
        except OperationalError as fault:
            if time.monotonic() >= leave_at:
                raise
            logger.warning("outbox mail %d: not marked yet (%s)", mail.id, type(fault).__name__)
            time.sleep(MARK_PAUSE_SECONDS)


def judge_fault(
    mail: OutboxMail, fault: SendFault, now: datetime, give_up_after: timedelta
) -> tuple[Result, dict[str, object]]:
    """Decide whether to try again, and when; return the row's changes. Given up, a mail keeps the moment of that."""
    changes: dict[str, object] = {"fault": str(fault)[:500]}
    if not fault.can_retry or now - mail.created_at >= give_up_after:
        return Result.GIVEN_UP, changes | {"status": "given_up", "next_attempt_at": now}
    return Result.POSTPONED, changes | {"next_attempt_at": now + find_pause(mail.attempt_count + 1)}


def find_pause(attempt_count: int) -> timedelta:
    """Return how long to wait after so many failed attempts: 15 seconds, doubled each time, at most an hour."""
    doublings = min(attempt_count - 1, 10)  # bounded, because a timedelta is
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
