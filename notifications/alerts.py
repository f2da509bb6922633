"""Telling operators that something needs them: each cause once, and again after a pause with how often it was seen.

Owns when operators are mailed: at most one mail for each cause and pause, and a bounded number for all causes together.
What was seen meanwhile is counted in the cause's row and mailed later. Does not know what makes an alert necessary.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from notifications.alert_advice import describe_alerts
from notifications.rendering import render_email
from records.tables import Alert, OutboxMail
from schemas.visible_text import make_visible

MAIL_LIMIT = 10  # mails on single causes in one pause; what goes beyond is told together
SUMMARIES_PER_PAUSE = 6
LASTING = timedelta(minutes=5)  # a lasting condition seen again within this time is still the same one

SINGLE, SUMMARY = "alert", "alert_summary"
ALERT_KINDS = (SINGLE, SUMMARY)  # kinds of mail in the outbox
CAUSE_LIMIT, MESSAGE_LIMIT = Alert.cause.type.length, Alert.message.type.length
ALERT_LOCK = 7_239_481_205  # of PostgreSQL's advisory locks, any number that nobody else takes


def raise_alert(
    session: Session,
    *,
    kind: str,
    cause: str,
    message: str,
    operator_email: str,
    pause_seconds: float,
    now: datetime,
    is_lasting: bool = False,
) -> bool:
    """Record that something needs an operator, and put a mail about it in the outbox if one is due. The caller commits.

    Whoever raises alerts at the same moment waits here until the caller's transaction ends, so keep that short.

    Args:
        session: from `Database.write()`.
        kind: one of `notifications.alert_advice.ADVICE`, which says what to do.
        cause: its name for good, the coarser the better: each cause is mailed by itself. No value, no file name.
        message: what is to be said of it now, as a sentence or two. No value, no file name.
        operator_email: who is told.
        pause_seconds: the least time between two mails on the same cause.
        now: the moment, in UTC.
        is_lasting: it is a condition that is looked at again and again, and counted once while it lasts.

    Returns:
        Whether a mail was put in the outbox.
    """
    _wait_for_turn(session)
    pause = timedelta(seconds=pause_seconds)
    alert = _record(session, kind, make_visible(cause)[:CAUSE_LIMIT], message, now, is_lasting=is_lasting)
    if not _is_due(alert, now, pause) or _count_mails(session, ALERT_KINDS, now - pause, now + pause) >= MAIL_LIMIT:
        return False
    _mail(session, SINGLE, [alert], operator_email=operator_email, pause=pause, now=now)
    return True


def mail_held_back(session: Session, *, operator_email: str, pause_seconds: float, now: datetime) -> int:
    """Mail what was held back and is due now, several causes in one mail. The caller commits.

    Args: as for `raise_alert`.

    Returns:
        How many causes the mail tells of; 0 when there is none.
    """
    if not session.scalar(select(Alert.id).where(Alert.unmailed_count > 0).limit(1)):
        return 0  # the ordinary case, without keeping anybody waiting
    _wait_for_turn(session)
    pause = timedelta(seconds=pause_seconds)
    held_back = select(Alert).where(
        Alert.unmailed_count > 0,
        or_(Alert.mailed_at.is_(None), Alert.mailed_at <= now - pause, Alert.mailed_at >= now + pause),
    )
    due = session.scalars(held_back.order_by(Alert.last_seen_at.desc(), Alert.id)).all()
    if not due or _count_mails(session, (SUMMARY,), now - pause / SUMMARIES_PER_PAUSE, now + pause):
        return 0
    _mail(session, SUMMARY, due, operator_email=operator_email, pause=pause, now=now)
    return len(due)


def _wait_for_turn(session: Session) -> None:
    """Let one transaction at a time count mails and write one. On SQLite it holds the writer's lock already."""
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(ALERT_LOCK)))


def _record(session: Session, kind: str, cause: str, message: str, now: datetime, *, is_lasting: bool) -> Alert:
    known = select(Alert).where(Alert.cause == cause).execution_options(populate_existing=True)
    alert = session.scalars(known).one_or_none()
    shown = make_visible(message)[:MESSAGE_LIMIT]
    if alert is None:
        alert = Alert(cause=cause, kind=kind, message=shown, first_seen_at=now, seen_count=0, unmailed_count=0)
        session.add(alert)
    if not (is_lasting and alert.seen_count and now - alert.last_seen_at < LASTING):
        alert.seen_count += 1
        alert.unmailed_count += 1
    alert.kind, alert.message, alert.last_seen_at = kind, shown, now
    session.flush()
    return alert


def _is_due(alert: Alert, now: datetime, pause: timedelta) -> bool:
    """Whether a mail is due. One mailed far ahead of now was so by a clock that was wrong, and keeps none back."""
    return alert.mailed_at is None or abs(now - alert.mailed_at) >= pause


def _count_mails(session: Session, kinds: Sequence[str], since: datetime, until: datetime) -> int:
    recent = (OutboxMail.kind.in_(kinds), OutboxMail.created_at > since, OutboxMail.created_at < until)
    return session.scalar(select(func.count(OutboxMail.id)).where(*recent)) or 0


def _mail(
    session: Session, kind: str, alerts: Sequence[Alert], *, operator_email: str, pause: timedelta, now: datetime
) -> None:
    email = render_email("alert", describe_alerts(alerts, pause=pause))
    for alert in alerts:
        alert.mailed_at, alert.unmailed_count = now, 0
    session.add(
        OutboxMail(
            kind=kind,
            message_id=f"<{uuid4().hex}@learner-imports>",
            to_email=operator_email,
            next_attempt_at=now,
            created_at=now,
            **email._asdict(),
        )
    )
    session.flush()
