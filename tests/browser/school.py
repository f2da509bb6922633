"""Two schools with people of every kind and imports of every outcome, so that every page has something to show."""

from pathlib import Path
from typing import Any, NamedTuple

from argon2 import PasswordHasher
from sqlalchemy import select, update

from data.samples.make_samples import FOLDER as SAMPLES
from flows.single_file import import_file
from flows.workplace import open_workplace
from records.database import Database
from records.tables import ImportSource, ImportStatus, LearnerImport, Provider, now
from settings import Settings
from tests.browser.website import KEY
from tests.web_min.people import ALL, ALL_BUT_USERS, make_learner, make_staff
from web_min.permissions import Permission

PASSWORD = "quiet-otter-12"  # of everybody who has chosen one
INITIAL_PASSWORD = "hG7rTp3k"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)  # a cheap one: it is looked at in every test
SAMPLES_IMPORTED = ("01-clean-small.xls", "03-every-error.xls", "11-warnings.xls", "12-not-a-workbook.xls", "01-clean-small.xls")


class School(NamedTuple):
    """Who can look at pages, and what these can be about.

    Args:
        visitors: user name and password by what the visitor is; None for a stranger.
        values: of every name of a route's argument.
    """

    visitors: dict[str, tuple[str, str] | None]
    values: dict[str, list[Any]]


def open_schools(database: Database, home: Path) -> School:
    """Fill an empty database."""
    with database.write() as session:
        northfield = Provider(ukprn="10001234", name="Northfield Sixth Form")
        riverside = Provider(ukprn="10005678", name="Riverside College")
        session.add_all([northfield, riverside])
    import_ids = import_files(database, home, northfield)
    visitors = add_people(database, northfield.id, riverside.id)
    return School(visitors, {"import_id": import_ids, "format": ["xls"], "token": ["spent"]})


def add_people(database: Database, provider_id: int, other_id: int) -> dict[str, tuple[str, str] | None]:
    """Add somebody of every kind. None of them has signed in yet."""
    staff = {
        "manager": {"memberships": {provider_id: ALL_BUT_USERS, other_id: ALL_BUT_USERS}},
        "view-only": {"memberships": {provider_id: [Permission.VIEW]}},
        "user manager": {"memberships": {provider_id: ALL}},
        "administrator": {"is_administrator": True},
        "two-step beginner": {"memberships": {provider_id: ALL_BUT_USERS}, "has_to_use_two_step": True},
        "disabled": {"memberships": {provider_id: ALL_BUT_USERS}, "is_active": False},
        "invited": {"memberships": {provider_id: ALL_BUT_USERS}},
    }
    visitors: dict[str, tuple[str, str] | None] = {"stranger": None}
    for kind, columns in staff.items():
        email = f"{kind.replace(' ', '.')}@northfield.example"
        password_hash = None if kind == "invited" else HASH
        make_staff(database, email, password_hash=password_hash, first_name="Ada", last_name="Marsh", **columns)
        if kind not in ("disabled", "invited"):
            visitors[kind] = (email, PASSWORD)
    make_learner(database, provider_id, "zuzanna.q1", key=KEY, initial_password=INITIAL_PASSWORD)
    visitors["newcomer"] = ("zuzanna.q1", INITIAL_PASSWORD)
    learner, _ = make_learner(database, provider_id, "omar.t4", key=KEY, first_name="Omar", last_name="Tinsdale")
    with database.write() as session:
        session.merge(learner).password_hash = HASH
    visitors["learner"] = ("omar.t4", PASSWORD)
    return visitors


def import_files(database: Database, home: Path, provider: Provider) -> list[int]:
    """Import samples as if they had been dropped; add one of each outcome that no sample has. Return their numbers."""
    workplace = open_workplace(Settings(home=home, database_url=database.url))
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
    with database.read() as session:
        return list(session.scalars(select(LearnerImport.id)))
