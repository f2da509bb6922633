"""Each import that finishes is told once, in the order of finishing, and looking back stays short."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from operations.demo import Announcer
from records.database import Database
from records.tables import ImportStatus, LearnerImport, Provider

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def queue(database: Database, provider: Provider) -> Callable[[], int]:
    """Queues an import and gives its number."""
    made: list[int] = []

    def queue() -> int:
        with database.write() as session:
            learner_import = LearnerImport(
                provider_id=provider.id, source="folder", requested_at=NOW, next_attempt_at=NOW, file_name="x.xls",
                file_bytes=1, sha256="0" * 64, storage_name=f"stored{len(made)}",
            )  # fmt: skip
            session.add(learner_import)
            session.flush()
            made.append(learner_import.id)
        return made[-1]

    return queue


def finish(database: Database, *import_ids: int) -> None:
    with database.write() as session:
        for import_id in import_ids:
            session.get_one(LearnerImport, import_id).status = ImportStatus.SUCCESSFUL


def test_each_is_told_once_whatever_order_they_finish_in(database: Database, queue: Callable[[], int]) -> None:
    before = queue()
    finish(database, before)
    said: list[str] = []
    announcer = Announcer(database, say=said.append)
    assert announcer.before_count == 1
    first, second, third = queue(), queue(), queue()
    told = []
    for done in ((third,), (), (first, second), ()):
        finish(database, *done)
        announcer.tell_news()
        told.append([int(line.split()[3]) for line in said])
        said.clear()
    assert told == [[third], [], [first, second], []]


def test_a_database_that_does_not_answer_is_outlived(database: Database) -> None:
    announcer = Announcer(database, say=pytest.fail)
    database.close()
    announcer._database = Database("sqlite:////nowhere/at/all.db")
    announcer.tell_news()
