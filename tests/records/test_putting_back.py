"""Putting a failed import back never overwrites newer data unless that is meant, and is recorded."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from records.database import Database
from records.putting_back import OverwritesNewerError, put_failed_back
from records.tables import AuditEvent, ImportKind, ImportSource, ImportStatus, LearnerImport, Provider

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def add_import(database: Database, provider_id: int, name: str, **columns: Any) -> int:
    with database.write() as session:
        record = LearnerImport(
            provider_id=provider_id, source=ImportSource.FOLDER, file_name=f"{name}.xls", file_bytes=10,
            sha256="0" * 64, storage_name=name, requested_at=NOON, next_attempt_at=NOON, **columns,
        )  # fmt: skip
        session.add(record)
        session.flush()
        return record.id


def put_back(database: Database, import_id: int, *, is_meant: bool = False) -> AuditEvent:
    with database.write() as session:
        put_failed_back(session, import_id, actor="somebody", is_meant=is_meant, now=NOON)
    with database.read() as session:
        assert session.get_one(LearnerImport, import_id).status == ImportStatus.REQUESTED
        return session.scalars(select(AuditEvent)).one()


def test_it_is_recorded_who_put_it_back(database: Database, provider: Provider) -> None:
    event = put_back(database, add_import(database, provider.id, "failed", status="failed"))
    assert (event.at, event.action, event.actor, event.provider_id, event.details) == (
        NOON, "import put back", "somebody", provider.id, {},
    )  # fmt: skip


def test_a_newer_file_that_was_loaded_stands_in_the_way_until_it_is_meant(
    database: Database, provider: Provider
) -> None:
    failed = add_import(database, provider.id, "failed", status="failed")
    newer = add_import(database, provider.id, "newer", status="successful")
    with pytest.raises(OverwritesNewerError, match=f"import {newer}, a newer file"):
        put_back(database, failed)
    with database.read() as session:
        assert session.get_one(LearnerImport, failed).status == ImportStatus.FAILED
        assert session.scalars(select(AuditEvent)).all() == []
    assert put_back(database, failed, is_meant=True).details == {"newer_import_id": newer}


@pytest.mark.parametrize(
    ("failed", "newer"),
    [
        ({}, {"status": "unsuccessful"}),
        ({}, {"status": "successful", "is_check": True}),
        ({}, {"status": "successful", "kind": ImportKind.PROGRESS}),
        ({"is_check": True}, {"status": "successful"}),
    ],
    ids=["refused", "only checked", "of another kind", "a check itself"],
)
def test_what_overwrites_nothing_does_not(
    failed: dict[str, Any], newer: dict[str, Any], database: Database, provider: Provider
) -> None:
    import_id = add_import(database, provider.id, "failed", status="failed", **failed)
    add_import(database, provider.id, "newer", **newer)
    assert put_back(database, import_id)
