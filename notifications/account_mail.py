"""Mail about accounts: the invitation to choose a first password, a forgotten one, word of what was changed.

One function per email, which says all that the email shows. None of them holds a password; a link that lets its reader
choose one is blanked from the outbox once the mail has left (`notifications.outbox`). Sends nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from notifications.rendering import render_email
from records.tables import OutboxMail


def queue_invitation(
    session: Session,
    to_email: str,
    *,
    account_id: int,
    username: str,
    link: str,
    days: int,
    is_repeated: bool,
    now: datetime,
) -> OutboxMail:
    """Ask a new member of staff to verify the address and choose a password [manual 1.4]. The caller commits.

    An earlier one that still waits is withdrawn, whatever address it was to go to: its link works no more.

    Args:
        session: the transaction in which the account was made, or the mail asked for again.
        to_email: where to.
        account_id: whose it is; the mail's Message-ID bears it, so that the mail can be withdrawn.
        username: what the account signs in with.
        link: the whole address of the page to choose a password on.
        days: how long it works.
        is_repeated: whether an earlier link is good no more.
        now: when the mail is written.
    """
    context = {"username": username, "link": link, "days": days, "is_repeated": is_repeated}
    mark = f"invitation.{account_id}."
    waiting = OutboxMail.message_id.startswith(f"<{mark}", autoescape=True), OutboxMail.status == "waiting"
    session.execute(delete(OutboxMail).where(*waiting))
    return _queue(session, "invitation", to_email, context, now, mark=mark)


def queue_reset_link(
    session: Session, to_email: str, *, username: str, link: str | None, minutes: int, now: datetime
) -> OutboxMail:
    """Answer "Forgotten your password?". The caller commits.

    Args:
        session: the request's transaction.
        to_email: where to.
        username: whose password it is; an address may have several accounts.
        link: the whole address of the page; None for a learner who is locked out, whom only the provider can unlock.
        minutes: how long it works.
        now: when the mail is written.
    """
    return _queue(session, "reset_password", to_email, {"username": username, "link": link, "minutes": minutes}, now)


def queue_password_changed(session: Session, to_email: str, *, username: str, link: str, now: datetime) -> OutboxMail:
    """Say that a password was changed, to somebody who may not have done it. The caller commits.

    Args:
        session: the transaction that changed it.
        to_email: where to.
        username: whose password it is.
        link: the whole address of the page for forgotten passwords.
        now: when the mail is written.
    """
    return _queue(session, "password_changed", to_email, {"username": username, "link": link}, now)


def queue_details_changed(
    session: Session, to_email: str, *, what: str, username: str | None, link: str, now: datetime
) -> OutboxMail:
    """Say that the username or the email address was changed, to somebody who may not have done it. The caller commits.

    Args:
        session: the transaction that changed it.
        to_email: where to; of an email address that was changed, the old one.
        what: "username" or "email address".
        username: what the account signs in with now; None where its reader is not to know it.
        link: the whole address of the page for forgotten passwords.
        now: when the mail is written.
    """
    return _queue(session, "details_changed", to_email, {"what": what, "username": username, "link": link}, now)


def _queue(
    session: Session, kind: str, to_email: str, context: Mapping[str, Any], now: datetime, *, mark: str = ""
) -> OutboxMail:
    mail = OutboxMail(
        kind=kind,
        message_id=f"<{mark}{uuid4().hex}@learner-imports>",
        to_email=to_email,
        next_attempt_at=now,
        created_at=now,
        **render_email(kind, context)._asdict(),
    )
    session.add(mail)
    session.flush()
    return mail
