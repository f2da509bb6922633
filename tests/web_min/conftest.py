"""The website over a database of each kind, and imports to show on it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache

from records.database import Database
from records.tables import Account, ImportFinding, LearnerImport, Provider
from settings import Settings
from tests.web_min.people import ALL_BUT_USERS, make_staff, open_signed_in
from web_min.app import create_app

REQUESTED_AT = datetime(2026, 11, 23, 18, 55, 12, tzinfo=UTC)
CANARY = "Canaryname"
KEY = bytes(range(32))
QUICK = {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    """The website."""
    app = create_app(Settings(home=tmp_path), database, KEY)
    app.testing = True
    make_quick(app)
    return app


def make_quick(app: Flask) -> None:
    """Let passwords cost no time, which they do on purpose, and let templates be compiled once for all tests."""
    app.extensions["security"].pwd_context.update(**QUICK)
    app.jinja_env.bytecode_cache = COMPILED


class KeptTemplates(BytecodeCache):
    """Templates that were compiled, in memory."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self._code[bucket.key] = bucket.bytecode_to_string()


COMPILED = KeptTemplates()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser, without JavaScript."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, database: Database) -> Callable[[Account], FlaskClient]:
    """Give a browser in which an account is signed in, without typing a password."""

    def start(account: Account) -> FlaskClient:
        return open_signed_in(app, database, account)

    return start


@pytest.fixture
def manager(database: Database, provider: Provider) -> Account:
    """A learner manager of the provider who may do everything there but manage its staff."""
    return make_staff(database, "manager@example.org", memberships={provider.id: ALL_BUT_USERS})


@pytest.fixture
def administrator(database: Database) -> Account:
    """An administrator, who works for no provider."""
    return make_staff(database, "admin@example.org", is_administrator=True)


@pytest.fixture
def make_import(database: Database, provider: Provider) -> Callable[..., LearnerImport]:
    """Add an import with the given columns, a successful one unless told otherwise; `findings` are added to it."""
    made: list[LearnerImport] = []

    def make(findings: list[ImportFinding] | None = None, **columns: Any) -> LearnerImport:
        values = {
            "provider_id": provider.id,
            "source": "folder",
            "requested_at": REQUESTED_AT,
            "processed_at": REQUESTED_AT + timedelta(minutes=2),
            "file_name": f"{CANARY}.xls",
            "file_bytes": 100,
            "sha256": "0" * 64,
            "storage_name": f"stored{len(made)}",
            "status": "successful",
        }
        with database.write() as session:
            learner_import = LearnerImport(**values | columns)
            session.add(learner_import)
            session.flush()
            for finding in findings or []:
                finding.import_id = learner_import.id
                session.add(finding)
        made.append(learner_import)
        return learner_import

    return make


@pytest.fixture
def make_finding() -> Callable[..., ImportFinding]:
    """Make a finding that is on no import yet, with a learner's value in it."""

    def make(
        row_number: int | None = 5,
        column: str | None = "Gender",
        message: str = "Write Female, Male, Not known or Not specified, or leave the cell blank.",
        severity: str = "error",
        rule: str = "gender_unknown",
    ) -> ImportFinding:
        return ImportFinding(
            rule=rule,
            severity=severity,
            row_number=row_number,
            column=column,
            cell=None if row_number is None else f"P{row_number}",
            message=message,
            value=CANARY,
            suggestion=CANARY,
        )

    return make
