"""Two providers with one record of each kind, and a visitor of each role, for `test_access_matrix`."""

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, request
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from records.database import Database
from records.tables import Account, LearnerImport, Membership, Provider, Purpose, now
from settings import Settings
from tests.web_min.conftest import KEY, make_quick
from tests.web_min.people import ALL_BUT_USERS, make_learner, make_staff, open_signed_in
from web_min.app import create_app
from web_min.current import get_session
from web_min.permissions import Permission
from web_min.signing_in.passwords import LinkKind, make_link

RAW_TOKEN = "0" * 40
UKPRNS = {"A": "10000000", "B": "10000001"}


class Records(NamedTuple):
    """The ids of one provider's records, by the names of routes' arguments."""

    provider_id: int
    import_id: int
    learner_id: int
    account_id: int  # of the member of staff whom routes are about
    membership_id: int
    checked_import_id: int
    refused_import_id: int
    deleted_learner_id: int


IMPORTS: dict[str, dict[str, Any]] = {
    "import_id": {"status": "successful"},
    "checked_import_id": {"status": "successful", "is_check": True},
    "refused_import_id": {"status": "unsuccessful", "error_count": 1},
}
# What the forms of some routes must hold for them to get as far as the permission.
FORMS: dict[str, Callable[[Records], dict[str, Any]]] = {
    "learners.do_to_chosen": lambda records: {"action": "unlock", "learner": records.learner_id},
}
# Routes about a record in another state than most: the record that an argument then names.
SPECIAL = {
    ("imports.load_checked", "import_id"): "checked_import_id",
    ("imports.upload_corrected", "import_id"): "refused_import_id",
    ("imports.download_workbook", "import_id"): "refused_import_id",
    ("learners.restore", "learner_id"): "deleted_learner_id",
}


class School(NamedTuple):
    """Everything there is: records by provider, and accounts by what visitors are called; None is nobody's."""

    records: Mapping[str, Records]
    accounts: Mapping[str, Account | None]


PURPOSES = {"code": Purpose.GIVE_CODE, "choose": Purpose.CHOOSE_PASSWORD, "setup": Purpose.SET_UP_TWO_STEP}


def make_school(database: Database) -> School:
    """Add two providers, their records and all visitors."""
    records = {letter: _make_records(database, letter) for letter in "AB"}
    a, b = records["A"].provider_id, records["B"].provider_id
    view = (Permission.VIEW,)
    accounts = {
        "nobody": None,
        "learner": make_learner(database, a, "visiting.learner", key=KEY)[0],
        "manager": make_staff(database, "manager@example.org", memberships={a: ALL_BUT_USERS}),
        "other": make_staff(database, "other@example.org", memberships={b: ALL_BUT_USERS}),
        "viewer": make_staff(database, "viewer@example.org", memberships={a: view}),
        "users": make_staff(database, "users@example.org", memberships={a: (*view, Permission.MANAGE_USERS)}),
        "admin": make_staff(database, "admin@example.org", is_administrator=True),
        "code": make_staff(database, "code@example.org", is_administrator=True, two_step_secret="sealed"),
        "choose": make_learner(database, a, "choosing.learner", key=KEY, initial_password="mkrt-7384-wdcn")[0],
        "setup": make_staff(database, "setup@example.org", is_administrator=True, has_to_use_two_step=True),
    }
    return School(records, accounts)


def _make_records(database: Database, letter: str) -> Records:
    with database.write() as session:
        provider = Provider(ukprn=UKPRNS[letter], name=f"School {letter}")
        session.add(provider)
        session.flush()
        made = {
            name: LearnerImport(
                provider_id=provider.id,
                source="folder",
                file_name="learners.xls",
                file_bytes=1,
                sha256=letter * 64,
                storage_name=f"{letter}-{name}",
                processed_at=now(),
                row_count=1,
                **columns,
            )
            for name, columns in IMPORTS.items()
        }
        session.add_all(made.values())
        session.flush()
        provider_id, import_ids = provider.id, {name: learner_import.id for name, learner_import in made.items()}
    _, learner = make_learner(database, provider_id, f"learner.of.{letter}", key=KEY)
    account = make_staff(database, f"staff.of.{letter}@example.org", memberships={provider_id: (Permission.VIEW,)})
    with database.read() as session:
        membership = session.query(Membership).filter_by(account_id=account.id).one()
    _, deleted = make_learner(database, provider_id, f"deleted.of.{letter}", key=KEY, deleted_at=now())
    return Records(
        provider_id=provider_id,
        learner_id=learner.id,
        account_id=account.id,
        membership_id=membership.id,
        deleted_learner_id=deleted.id,
        **import_ids,
    )


class Site(NamedTuple):
    """The website over all that, which can be put back to how it was; `reached` is told of each view reached."""

    app: Flask
    database: Database
    school: School
    reached: list[str | None]
    copy: sqlite3.Connection

    def put_back(self) -> None:
        """Undo what requests have changed."""
        with closing(sqlite3.connect(self.database.url.removeprefix("sqlite:///"))) as connection:
            self.copy.backup(connection)


def open_site(folder: Path, template: Path) -> Site:
    """Make a website of its own, in SQLite."""
    file = folder / "learners.db"
    shutil.copy(template, file)
    database, reached = Database(f"sqlite:///{file}"), []
    app = create_app(Settings(home=folder), database, KEY)
    make_quick(app)

    @app.before_request  # after the guard, and so only where that let it
    def note() -> None:
        reached.append(request.endpoint)

    site = Site(app, database, make_school(database), reached, sqlite3.connect(":memory:"))
    with closing(sqlite3.connect(file)) as connection:
        connection.backup(site.copy)
    return site


def fill_arguments(app: Flask, school: School, owner: str, endpoint: str, names: set[str]) -> dict[str, Any]:
    """Return what a route's arguments are for a record of this owner. Add an argument's name here when it is a new one.

    Args:
        app: the website.
        school: everything there is.
        owner: "A" or "B".
        endpoint: the route's.
        names: its arguments'.
    """
    makers: dict[str, Callable[[], Any]] = {
        **{
            name: partial(getattr, school.records[owner], SPECIAL.get((endpoint, name), name))
            for name in Records._fields
        },
        "token": lambda: _make_token(app, school.records[owner].account_id, endpoint),
        "format": lambda: "xls",
        "ukprn": lambda: UKPRNS[owner],
        "filename": lambda: "main.css",
    }
    return {name: makers[name]() for name in names}


def _make_token(app: Flask, account_id: int, endpoint: str) -> str:
    kind = LinkKind.INVITATION if endpoint == "passwords.accept" else LinkKind.RESET
    with app.test_request_context("/"):
        return make_link(get_session().get_one(Account, account_id), kind).rpartition("/")[2]


def open_as(app: Flask, database: Database, account: Account | None, visitor: str) -> FlaskClient:
    """Give a visitor's browser, which has the CSRF token that `sign_token` signs."""
    client = app.test_client()
    if account is not None:
        client = open_signed_in(app, database, account, PURPOSES.get(visitor, Purpose.FULL))
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = RAW_TOKEN
    return client


def sign_token(app: Flask, raw: str = RAW_TOKEN) -> str:
    """Return what a form would hold for a browser whose CSRF token is this."""
    assert app.secret_key
    return str(URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(raw))
