"""Rows in bulk arrive as rows one by one would, and a column is never forgotten."""

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, select

from loaders.bulk import fetch_columns, insert_rows, is_one_of, reserve_ids, table_of
from loaders.faults import without_values
from records.database import Database
from records.tables import Account, AuditEvent, Provider


def test_a_column_without_value_and_default_is_missed_before_anything_is_written(database: Database) -> None:
    table = Table(
        "provider", MetaData(), Column("id", Integer, primary_key=True), Column("motto", String, nullable=False)
    )
    with database.write() as session, pytest.raises(LookupError, match=r"provider\.motto"):
        insert_rows(session, table, {}, {})


def test_columns_that_nobody_gives_get_their_defaults(database: Database) -> None:
    with database.write() as session:
        insert_rows(session, table_of(AuditEvent), {"learner_id": [7, None]}, {"action": "it's %s?", "actor": "a\\b"})
    with database.read() as session:
        first, second = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
    assert (first.learner_id, second.learner_id) == (7, None)
    assert (first.action, first.actor, first.details) == ("it's %s?", "a\\b", {})
    assert first.at == second.at and first.at.tzinfo is not None


def test_a_list_of_any_length_is_one_parameter(database: Database, provider: Provider) -> None:
    with database.read() as session:
        wanted = [f"{number:08d}" for number in range(40_000)] + [provider.ukprn]
        found = session.scalars(select(Provider.id).where(is_one_of(session, Provider.ukprn, wanted))).all()
        assert found == [provider.id]
        assert session.scalars(select(Provider.id).where(is_one_of(session, Provider.ukprn, []))).all() == []


def test_a_result_comes_by_columns_also_when_it_is_empty(database: Database, provider: Provider) -> None:
    with database.read() as session:
        columns = fetch_columns(session, select(Provider.id, Provider.ukprn, Provider.postcode))
        assert {name: cells.tolist() for name, cells in columns.items()} == {
            "id": [provider.id],
            "ukprn": [provider.ukprn],
            "postcode": [None],
        }
        assert [len(cells) for cells in fetch_columns(session, select(Account.id, Account.kind)).values()] == [0, 0]


def test_ids_are_reserved_in_ascending_order_before_there_is_any_row(database: Database) -> None:
    with database.write() as session:
        assert reserve_ids(session, table_of(Account), 3) == [1, 2, 3]


def test_faults_that_are_not_the_databases_pass_as_they_are() -> None:
    @without_values
    def work() -> None:
        raise LookupError("ours")

    with pytest.raises(LookupError, match="ours"):
        work()
