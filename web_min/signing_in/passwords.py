"""Setting an account's own password, and links that let its owner choose one. Rules are in `password_rules`."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from flask import abort, current_app, url_for
from flask_security.utils import check_and_get_token_status
from sqlalchemy import select

from notifications.account_mail import (
    queue_details_changed,
    queue_invitation,
    queue_password_changed,
    queue_reset_link,
)
from records.tables import Account, Learner, OutboxMail
from web_min.auditing import record
from web_min.current import get_now, get_session, get_settings
from web_min.mailing import send_soon
from web_min.signing_in.hashing import make_hash
from web_min.signing_in.sessions import end_all_sessions, hash_token, hold_account


class LinkKind(StrEnum):
    """What a link was mailed for; each kind is signed with a salt of its own, which Flask-Security names so."""

    RESET = "reset"
    INVITATION = "confirm"


def set_password(account: Account, password: str) -> None:
    """Give the account this password of its own, and end all its sessions and links. The caller commits.

    Args:
        account: loses its initial password, if it has one.
        password: normalised and judged already.

    Raises:
        werkzeug.exceptions.Conflict: somebody else did so meanwhile, or locked or disabled it, and was first.
    """
    password_hash = make_hash(password)  # takes a while, in which nothing is held
    if not hold_account(account):
        abort(409)
    account.password_hash = password_hash
    account.initial_password_sealed = None
    account.has_to_change_password = False
    account.failed_sign_in_count = 0
    account.password_changed_at = get_now()
    end_all_sessions(account)
    record("password chosen", account=account, actor=account)
    if to_email := find_email(account):
        link = make_address("passwords.forget")
        queue_password_changed(get_session(), to_email, username=account.username, link=link, now=get_now())
        send_soon()


def tell_of_change(account: Account, what: str, to_email: str | None) -> None:
    """Mail that a username or an email address was changed, if there is an address to tell. The caller commits.

    Args:
        account: whose, with the username it has now.
        what: "username" or "email address".
        to_email: where whoever it was taken from reads it. A learner's old address may have been a stranger's by
            mistake, who is not told the username: it holds the learner's name.
    """
    if to_email:
        link = make_address("passwords.forget")
        username = account.username if account.is_staff or what == "username" else None
        queue_details_changed(get_session(), to_email, what=what, username=username, link=link, now=get_now())
        send_soon()


def find_email(account: Account) -> str | None:
    """Return the address that mail about the account goes to; a learner's is the learner's own."""
    if account.is_staff:
        return account.email
    return get_session().scalars(select(Learner.email).where(Learner.account_id == account.id)).one_or_none()


def make_link(account: Account, kind: LinkKind) -> str:
    """Return the whole address of a page on which the account's password can be chosen.

    It is good once: choosing a password, or anything else that ends all sessions, changes what it is bound to. So does
    another email address.
    """
    serializer = getattr(current_app.extensions["security"], f"{kind}_serializer")
    token = serializer.dumps([account.id, find_link_state(account)])
    return make_address("passwords.choose" if kind is LinkKind.RESET else "passwords.accept", token=token)


def find_account_of_link(token: str, kind: LinkKind) -> Account | None:
    """Return whose password a link lets one choose, or None when it is none of ours, used, or too old."""
    settings = get_settings()
    life = (
        timedelta(seconds=settings.reset_link_seconds)
        if kind is LinkKind.RESET
        else timedelta(days=settings.invitation_days)
    )
    is_expired, is_invalid, data = check_and_get_token_status(token, kind, life)
    if is_expired or is_invalid or not data:
        return None
    account_id, state = data
    account = get_session().get(Account, account_id)
    if account is None or not account.is_active or find_link_state(account) != state:
        return None
    return account


def find_link_state(account: Account) -> str:
    """Return what a link is bound to: it is good for as long as this stays the same."""
    return hash_token(f"{account.session_key} {find_email(account)}")


def mail_reset_link(account: Account, to_email: str) -> None:
    """Mail a link to choose a password on, or that a locked learner has to ask the provider. The caller commits."""
    settings = get_settings()
    is_refused = account.locked_at is not None and not account.is_staff
    queue_reset_link(
        get_session(),
        to_email,
        username=account.username,
        link=None if is_refused else make_link(account, LinkKind.RESET),
        minutes=round(settings.reset_link_seconds / 60),
        now=get_now(),
    )
    send_soon()


def mail_invitation(account: Account, *, is_repeated: bool = False) -> OutboxMail:
    """Mail a new member of staff the link to a first password [manual 1.4]. Spoils earlier ones. The caller commits."""
    if is_repeated:
        end_all_sessions(account)
    mail = queue_invitation(
        get_session(),
        account.email or "",
        account_id=account.id,
        username=account.username,
        link=make_link(account, LinkKind.INVITATION),
        days=get_settings().invitation_days,
        is_repeated=is_repeated,
        now=get_now(),
    )
    send_soon()
    return mail


def make_address(endpoint: str, **values: Any) -> str:
    """Return a page's whole address as the settings say it, whatever host a request names."""
    return get_settings().effective_web_url + url_for(endpoint, **values, _external=False)
