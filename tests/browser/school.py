"""Two schools with people of every kind and imports of every outcome, so that every page has something to show."""

from pathlib import Path
from typing import Any

from flask import Flask
from pydantic import SecretStr
from sqlalchemy import select, update

from records.database import Database
from records.tables import Account, Learner, LearnerImport, Provider, now
from settings import Settings
from tests.browser.pages import list_paths
from tests.browser.school_imports import import_samples
from tests.browser.website import KEY
from tests.web_min.known_password import PASSWORD, PASSWORD_HASH
from tests.web_min.people import ALL, ALL_BUT_USERS, make_learner, make_staff
from tests.web_min.two_step.phone import make_two_step_staff
from web_min.app import create_app
from web_min.permissions import Permission
from web_min.signing_in.passwords import LinkKind, make_link

INITIAL_PASSWORD = "hG7rTp3k"
STAFF: dict[str, dict[str, Any]] = {  # what each has beside everybody's; `at` is what they may do at the first school
    "manager": {"at": ALL_BUT_USERS},
    "view-only": {"at": [Permission.VIEW]},
    "user manager": {"at": ALL},
    "administrator": {"is_administrator": True},
    "two-step beginner": {"at": ALL_BUT_USERS, "has_to_use_two_step": True},
    "disabled": {"at": ALL_BUT_USERS, "is_active": False},
    "locked": {"at": [Permission.VIEW], "locked_at": now()},
    "invited": {"at": ALL_BUT_USERS, "password_hash": None, "confirmed_at": None},
}
LEARNERS: dict[str, dict[str, Any]] = {
    "zuzanna.q1": {"initial_password": INITIAL_PASSWORD},
    "omar.t4": {
        "first_name": "Omar",
        "last_name": "Tinsdale",
        "year_group": "Year 12",
        "personal_statement": "I build radios.",
        "profile_status": "submitted",
    },
    "gone.away.9": {"first_name": "Gone", "last_name": "Away", "deleted_at": now()},
    "long.names.1": {"first_name": "Wolfeschlegelsteinhausenbergerdorff" * 2, "last_name": "<b>שָׁלוֹם</b> 🎓"},
}
# Who looks at the pages, with the user name and the password to sign in with. A newcomer has an initial password only.
VISITORS: dict[str, tuple[str, str] | None] = {
    "stranger": None,
    "newcomer": ("zuzanna.q1", INITIAL_PASSWORD),
    "learner": ("omar.t4", PASSWORD),
    "manager": ("manager@northfield.example", PASSWORD),
    "view-only": ("view-only@northfield.example", PASSWORD),
    "user manager": ("user.manager@northfield.example", PASSWORD),
    "administrator": ("administrator@northfield.example", PASSWORD),
    "two-step beginner": ("two-step.beginner@northfield.example", PASSWORD),
    "two-step user": ("two-step.user@northfield.example", PASSWORD),
}


def open_schools(database: Database, home: Path) -> list[tuple[str, str]]:
    """Fill an empty database; return the endpoint and the path of every page that may be about something in it."""
    settings = Settings(home=home, database_url=database.url, key=SecretStr(KEY.hex()))
    with database.write() as session:
        northfield = Provider(ukprn="10001234", name="Northfield Sixth Form")
        riverside = Provider(ukprn="10005678", name="Riverside College")
        session.add_all([northfield, riverside])
    import_samples(settings, database, northfield)
    app = create_app(settings, database, KEY)
    add_people(app, database, northfield.id)
    return list(list_paths(app, find_values(app, database)))


def add_people(app: Flask, database: Database, provider_id: int) -> None:
    """Add somebody of every kind to a school."""
    for kind, columns in STAFF.items():
        own: dict[str, Any] = {"password_hash": PASSWORD_HASH, "first_name": "Ada", "confirmed_at": now()} | columns
        at = own.pop("at", None)
        name = f"{kind.replace(' ', '.')}@northfield.example"
        make_staff(database, name, memberships={provider_id: at} if at else {}, last_name=kind.title(), **own)
    make_two_step_staff(app, database, "two-step.user@northfield.example")
    for username, columns in LEARNERS.items():
        make_learner(database, provider_id, username, key=KEY, **columns)
    with database.write() as session:
        session.execute(
            update(Account)
            .where(Account.kind == "learner", Account.initial_password_sealed.is_(None))
            .values(password_hash=PASSWORD_HASH)
        )


def find_values(app: Flask, database: Database) -> dict[str, list[Any]]:
    """Return what each argument of a route may be."""
    with database.read() as session:
        learners = select(Learner.id).join(Account, Account.id == Learner.account_id)
        return {
            "import_id": list(session.scalars(select(LearnerImport.id))),
            "provider_id": list(session.scalars(select(Provider.id))),
            "account_id": list(session.scalars(select(Account.id).where(Account.kind == "staff"))),
            "learner_id": list(session.scalars(learners.where(Account.username.in_(LEARNERS)))),
            "ukprn": ["10001234"],
            "format": ["xls"],
            "token": [make_token(app, database, kind) for kind in LinkKind],
        }


def make_token(app: Flask, database: Database, kind: LinkKind) -> str:
    """Make the last part of a link by which somebody may choose a password."""
    with app.test_request_context(), database.read() as session:
        account = session.scalars(select(Account).where(Account.username_key == "invited@northfield.example")).one()
        return make_link(account, kind).rpartition("/")[2]
