"""The ground floor holds what it promises, on SQLite and on PostgreSQL alike."""

import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from stat import S_IMODE

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, StatementError

from records.database import Database
from records.tables import Account, AuditEvent, Learner, Provider
from records.upgrade import HEAD, alembic_config, find_revision, upgrade


def make_account(username: str) -> Account:
    return Account(kind="learner", username=username, username_key=username.lower(), session_key=username)


# SQLite does not tell of which expressions an index is, so there the indexes of expressions are left uncompared.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        command.check(alembic_config(connection))


def test_the_named_head_is_the_newest_migration(database: Database) -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == HEAD
    assert find_revision(database) == HEAD


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_postgresql_reckons_with_rows_in_memory_even_after_a_transaction_is_taken_back(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.rollback()
        assert connection.exec_driver_sql("SHOW random_page_cost").scalar() == "1.1"


def test_upgrading_again_changes_nothing(database: Database, provider: Provider) -> None:
    upgrade(database)
    with database.read() as session:
        assert session.scalars(select(Provider.ukprn)).all() == [provider.ukprn]


def test_moments_come_back_in_utc_whatever_zone_they_were_given_in(database: Database) -> None:
    moment = datetime(2026, 7, 1, 10, 30, 15, 123456, timezone(timedelta(hours=1)))
    with database.write() as session:
        session.add(AuditEvent(action="test", actor="test", at=moment))
    with database.read() as session:
        kept = session.scalars(select(AuditEvent.at)).one()
    assert kept == moment
    assert kept.tzinfo is UTC


def test_a_moment_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"), database.write() as session:
        session.add(AuditEvent(action="test", actor="test", at=datetime(2026, 7, 1)))  # noqa: DTZ001


def test_a_write_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as session:
        session.add(Provider(ukprn="10000001", name="Gone"))
        session.flush()
        raise RuntimeError
    with database.read() as session:
        assert session.scalars(select(Provider)).all() == []


def test_user_names_differ_by_more_than_capitals(database: Database) -> None:
    with database.write() as session:
        session.add(make_account("zoe.obrien"))
    with pytest.raises(IntegrityError), database.write() as session:
        other = make_account("Zoe.OBrien")
        other.session_key = "other"
        session.add(other)


def test_the_database_itself_refuses_a_learner_without_account(database: Database, provider: Provider) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(
            Learner(provider_id=provider.id, account_id=999, first_name="A", last_name="B", postcode="SW1A 1AA")
        )


@pytest.mark.parametrize("column", ["uln", "upn", "ccis"])
def test_an_identifier_is_unique_within_a_provider_until_the_learner_is_deleted(
    database: Database, provider: Provider, column: str
) -> None:
    def add(username: str, **more: object) -> None:
        with database.write() as session:
            account = make_account(username)
            session.add(account)
            session.flush()
            values = {"first_name": "A", "last_name": "B", "postcode": "SW1A 1AA", column: "1"} | more
            session.add(Learner(provider_id=provider.id, account_id=account.id, **values))

    add("deleted1", deleted_at=datetime.now(UTC))
    add("learner1")
    add("learner2", **{column: None})
    with pytest.raises(IntegrityError):
        add("learner3")


def test_errors_of_the_database_do_not_show_values(database: Database) -> None:
    with database.write() as session:
        session.add(make_account("secretname"))
    with pytest.raises(IntegrityError) as caught, database.write() as session:
        session.add(make_account("secretname"))
    assert "secretname" not in str(caught.value).split("DETAIL")[0]


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("found_mode", [None, 0o644, 0o666])
def test_sqlites_files_are_for_their_owner_alone(tmp_path: Path, found_mode: int | None, database_kind: str) -> None:
    path, before = tmp_path / "home" / "learners.db", os.umask(0)
    database = Database(f"sqlite:///{path}")
    try:
        if found_mode is not None:
            path.parent.mkdir()
            path.touch(found_mode)
            assert find_revision(database) is None  # which opened it: its other files are there too, as wide as it is
        upgrade(database)
        with database.write() as session:
            session.add(Provider(ukprn="10000001", name="Northfield"))
        assert {file.name: S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {
            path.name + ending: 0o600 for ending in ("", "-wal", "-shm")
        }
    finally:
        os.umask(before)
        database.close()
