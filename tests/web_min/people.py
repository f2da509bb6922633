"""People to sign in as: staff and learners made straight in the database, and browsers in which they are signed in."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from loaders.sealing import Sealer
from records.database import Database
from records.tables import Account, Learner, Membership, Purpose, SignInSession
from web_min.permissions import Permission
from web_min.signing_in.sessions import TOKEN, hash_token

ALL = tuple(Permission)
ALL_BUT_USERS = tuple(permission for permission in Permission if permission is not Permission.MANAGE_USERS)


def make_staff(
    database: Database,
    username: str,
    *,
    memberships: Mapping[int, Sequence[Permission]] | None = None,
    **columns: Any,
) -> Account:
    """Add an account of staff, with these permissions at these providers (by id) and no others."""
    account = Account(
        kind="staff",
        username=username,
        username_key=username.lower(),
        session_key=secrets.token_hex(32),
        **{"email": username} | columns,
    )
    with database.write() as session:
        session.add(account)
        session.flush()
        for provider_id, permissions in (memberships or {}).items():
            session.add(
                Membership(
                    account_id=account.id,
                    provider_id=provider_id,
                    **{permission: permission in permissions for permission in Permission},
                )
            )
    return account


def make_learner(
    database: Database,
    provider_id: int,
    username: str,
    *,
    key: bytes,
    initial_password: str | None = None,
    **columns: Any,
) -> tuple[Account, Learner]:
    """Add a learner with an account: with an initial password that was never used, or with none when none is given."""
    account = Account(
        kind="learner", username=username, username_key=username.lower(), session_key=secrets.token_hex(32)
    )
    learner = Learner(
        provider_id=provider_id,
        **{"first_name": "Zuzanna", "last_name": "Quillfeather", "postcode": "ZZ99 3VZ"} | columns,
    )
    with database.write() as session:
        session.add(account)
        session.flush()
        if initial_password:
            account.initial_password_sealed = Sealer(key).seal([account.id], [initial_password])[0]
            account.has_to_change_password = True
        learner.account_id = account.id
        session.add(learner)
    return account, learner


def open_signed_in(app: Flask, database: Database, account: Account, purpose: Purpose = Purpose.FULL) -> FlaskClient:
    """Give a browser in which the account is signed in, in a session of the purpose."""
    token = secrets.token_urlsafe(32)
    with database.write() as session:
        session.add(
            SignInSession(
                token_hash=hash_token(token), account_id=account.id, session_key=account.session_key, purpose=purpose
            )
        )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[TOKEN] = token
        cookie["_user_id"] = account.session_key
        cookie["_fresh"] = True
    return client


def post(client: FlaskClient, path: str, data: Mapping[str, Any] | None = None, *, form_at: str | None = None) -> Any:
    """Send a form as a browser does: with the CSRF token of the page that it stands on (`path` unless told)."""
    token = read_token(client.get(form_at or path).text)
    return client.post(path, data={"csrf_token": token} | dict(data or {}))


def read_token(page: str) -> str:
    """Return the CSRF token of a page with a form."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "the page holds no form"
    return found.group(1)
