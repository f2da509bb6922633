"""Two schools with people of every kind and imports of every outcome, so that every page has something to show."""

from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from data.samples.make_samples import FOLDER as SAMPLES
from flows.single_file import import_file
from flows.workplace import open_workplace
from records.database import Database
from records.tables import Account, ImportSource, ImportStatus, LearnerImport, Provider, now
from settings import Settings
from tests.browser.pages import list_paths
from tests.browser.website import KEY
from tests.web_min.known_password import PASSWORD, PASSWORD_HASH
from tests.web_min.people import ALL, ALL_BUT_USERS, make_learner, make_staff
from tests.web_min.two_step.phone import make_two_step_staff
from web_min.app import create_app
from web_min.permissions import Permission
from web_min.signing_in.passwords import LinkKind, make_link

INITIAL_PASSWORD = "hG7rTp3k"
SAMPLES_IMPORTED = (
    "01-clean-small.xls",
    "03-every-error.xls",
    "11-warnings.xls",
    "12-not-a-workbook.xls",
    "01-clean-small.xls",
)
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
    settings = Settings(home=home, database_url=database.url)
    with database.write() as session:
        northfield = Provider(ukprn="10001234", name="Northfield Sixth Form")
        riverside = Provider(ukprn="10005678", name="Riverside College")
        session.add_all([northfield, riverside])
    import_samples(settings, database, northfield)
    add_staff(database, northfield.id)
    make_learner(database, northfield.id, "zuzanna.q1", key=KEY, initial_password=INITIAL_PASSWORD)
    learner, _ = make_learner(database, northfield.id, "omar.t4", key=KEY, first_name="Omar", last_name="Tinsdale")
    with database.write() as session:
        session.merge(learner).password_hash = PASSWORD_HASH
    app = create_app(settings, database, KEY)
    make_two_step_staff(app, database, "two-step.user@northfield.example")
    with database.read() as session:
        values = {
            "import_id": session.scalars(select(LearnerImport.id)).all(),
            "provider_id": session.scalars(select(Provider.id)).all(),
            "account_id": session.scalars(select(Account.id).where(Account.kind == "staff")).all(),
            "format": ["xls"],
            "token": [make_token(app, database, kind) for kind in LinkKind],
        }
    return list(list_paths(app, values))


def add_staff(database: Database, provider_id: int) -> None:
    """Add somebody of every kind."""
    for kind, columns in STAFF.items():
        own: dict[str, Any] = {"password_hash": PASSWORD_HASH, "first_name": "Ada", "confirmed_at": now()} | columns
        at = own.pop("at", None)
        name = f"{kind.replace(' ', '.')}@northfield.example"
        memberships = {provider_id: at} if at else {}
        make_staff(database, name, memberships=memberships, last_name=kind.title(), **own)


def make_token(app: Flask, database: Database, kind: LinkKind) -> str:
    """Make the last part of a link by which somebody may choose a password."""
    with app.test_request_context(), database.read() as session:
        account = session.scalars(select(Account).where(Account.username_key == "invited@northfield.example")).one()
        return make_link(account, kind).rpartition("/")[2]


def import_samples(settings: Settings, database: Database, provider: Provider) -> None:
    """Import samples as if they had been dropped, and add an import of each status that no sample has."""
    workplace = open_workplace(settings)
    for name in SAMPLES_IMPORTED:
        import_file(workplace, SAMPLES / name, provider=provider)
    workplace.close()
    with database.write() as session:
        session.execute(update(LearnerImport).values(source=ImportSource.FOLDER))
        for status in (ImportStatus.FAILED, ImportStatus.PROCESSING, ImportStatus.REQUESTED):
            session.add(
                LearnerImport(
                    provider_id=provider.id,
                    source=ImportSource.COMMAND,
                    file_name="learners.xls",
                    file_bytes=100,
                    sha256="0" * 64,
                    storage_name=status,
                    status=status,
                    processed_at=now() if status is ImportStatus.FAILED else None,
                )
            )
