"""Sessions: a row of the database for each browser that is signed in, and a token for it in the browser's cookie.

A session ends when its row goes, when its account's `session_key` changes, when it was idle or lasted too long, and
when its account is locked or disabled. Flask-Login asks us whom a request is from.
"""

import hashlib
import secrets
from datetime import timedelta

from flask import current_app, g, request, session
from flask_security.utils import login_user, logout_user
from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from records.database import begin_writing
from records.tables import Account, Purpose, SignInSession
from web_min.current import get_now, get_session, get_settings

TOKEN = "token"  # noqa: S105 - its name in the cookie
NEXT = "next"  # the cookie's name for the page that its person was going to
SEEN_EVERY = timedelta(minutes=1)  # the last moment is written down no more often
BY_ITSELF = "X-Refresh"  # a header of what the page asks for by itself, while perhaps nobody sits before it


def start_session(account: Account, purpose: Purpose) -> None:
    """Sign the account in, in a session of a new id; nothing of the one before is kept. The caller commits."""
    end_session()
    session.clear()
    g.pop("csrf_token", None)  # Flask-WTF keeps it beside the session
    token = secrets.token_urlsafe(32)
    row = SignInSession(
        token_hash=hash_token(token),
        account_id=account.id,
        session_key=account.session_key,
        purpose=purpose,
        started_at=get_now(),
        last_seen_at=get_now(),
    )
    get_session().add(row)
    session[TOKEN] = token
    g.sign_in_session = row
    login_user(account, remember=False)  # type: ignore[arg-type]  # ours has what it needs


def widen_session(account: Account) -> None:
    """Make the request's session a full one, under a new id. It keeps where its person was going. Caller commits."""
    going_to = session.get(NEXT, "")
    start_session(account, Purpose.FULL)
    session[NEXT] = going_to


def keep_only_this_session(account: Account) -> None:
    """End the account's other sessions and spoil every link that was mailed to it. The caller commits.

    The request's own goes on as a full one under a new id, and lasts no longer than it would have.
    """
    started_at = g.sign_in_session.started_at
    end_all_sessions(account)
    widen_session(account)
    g.sign_in_session.started_at = started_at


def end_session() -> None:
    """End the request's session, if it has one. The caller commits."""
    if token := session.get(TOKEN):
        get_session().execute(delete(SignInSession).where(SignInSession.token_hash == hash_token(token)))
    g.pop("sign_in_session", None)
    logout_user()
    session.clear()


def end_all_sessions(account: Account) -> None:
    """End every session of the account and spoil every link that was mailed to it. The caller commits.

    Do so whenever what the account signs in with is changed or taken from it.
    """
    account.session_key = secrets.token_hex(32)
    get_session().execute(delete(SignInSession).where(SignInSession.account_id == account.id))


def load_account(session_key: str) -> Account | None:
    """Return whose session the request's cookie names, while it is good. Flask-Login calls this once a request."""
    token = session.get(TOKEN)
    if not isinstance(token, str):
        return None
    settings, now = get_settings(), get_now()
    found = get_session().execute(
        select(SignInSession, Account)
        .join(Account, Account.id == SignInSession.account_id)
        .where(
            SignInSession.token_hash == hash_token(token),
            SignInSession.session_key == Account.session_key,
            Account.session_key == session_key,
            SignInSession.last_seen_at > now - timedelta(seconds=settings.session_idle_seconds),
            SignInSession.started_at > now - timedelta(seconds=settings.session_limit_seconds),
            Account.is_active,
            Account.locked_at.is_(None),
        )
    )
    row = found.one_or_none()
    if row is None:
        return None
    g.sign_in_session, account = row
    if BY_ITSELF not in request.headers:
        _note_seen(g.sign_in_session)
    return account


def _note_seen(row: SignInSession) -> None:
    """Write down that the session is in use, now and then, unless somebody else writes: no page waits for an import."""
    idle = timedelta(seconds=get_settings().session_idle_seconds)
    if get_now() - row.last_seen_at <= min(SEEN_EVERY, idle / 10):
        return
    try:
        begin_writing(get_session(), wait_seconds=0)
    except OperationalError:
        return
    # Not by the row itself, which may be gone by now, for the account may just have been locked.
    seen = update(SignInSession).where(SignInSession.id == row.id).values(last_seen_at=get_now())
    get_session().execute(seen)
    get_session().commit()


def hold_account(account: Account) -> bool:
    """Hold the account's row until the commit, as it is by now. Tell whether nothing ended its sessions since.

    For what took a while to find out and is about to be acted on: a password that was right when it was looked at.
    """
    known_key = account.session_key
    begin_writing(get_session())
    get_session().refresh(account, with_for_update=True)
    return account.session_key == known_key


def forget_visitor() -> None:
    """Take the request for a stranger's from here on, for a page that must not need the database."""
    g.pop("sign_in_session", None)
    g._login_user = current_app.extensions["security"].login_manager.anonymous_user()  # where Flask-Login keeps it


def find_purpose() -> Purpose | None:
    """Return what the request's session is good for; None where there is none."""
    row = g.get("sign_in_session")
    return Purpose(row.purpose) if row else None


def hash_token(token: str) -> str:
    """Return what the database keeps of a session's token, or of any secret that is long and random."""
    return hashlib.sha256(token.encode()).hexdigest()
