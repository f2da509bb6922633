"""Looking at what the website left behind: rows of the database, events of the trail, the session in a cookie."""

from typing import Any, TypeVar

from flask.testing import FlaskClient
from sqlalchemy import select

from records.database import Database
from records.tables import Account, AuditEvent, SignInSession
from records.types import Base
from web_min.signing_in.sessions import TOKEN, hash_token

Row = TypeVar("Row", bound=Base)


def look_up(database: Database, kind: type[Row], row_id: int) -> Row:
    """Return a row as it is now."""
    with database.read() as session:
        return session.get_one(kind, row_id)


def list_actions(database: Database, account: Account) -> list[str]:
    """Return what was done to an account, in order."""
    return [event.action for event in list_events(database) if event.account_id == account.id]


def list_events(database: Database) -> list[AuditEvent]:
    """Return the audit trail, in order."""
    with database.read() as session:
        return list(session.scalars(select(AuditEvent).order_by(AuditEvent.id)))


def find_session(database: Database, client: FlaskClient) -> SignInSession:
    """Return the row of the session that the browser's cookie names."""
    with database.read() as session:
        is_it = SignInSession.token_hash == hash_token(read_cookie(client).get(TOKEN, ""))
        return session.scalars(select(SignInSession).where(is_it)).one()


def read_cookie(client: FlaskClient) -> dict[str, Any]:
    """Return what the browser's cookie holds."""
    with client.session_transaction() as cookie:
        return dict(cookie)
