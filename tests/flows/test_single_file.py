"""One file imported by command: no worker gets between, and nothing is left where it fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from flows.begun import begin_file
from flows.single_file import FileOutcome, import_file
from flows.workplace import Workplace
from records.database import Database
from records.queue import has_waiting
from records.tables import LearnerImport, Provider
from tests.flows.conftest import SAMPLES

Import = Callable[[], FileOutcome]


@pytest.fixture
def import_sample(workplace: Workplace, provider: Provider) -> Import:
    def import_sample() -> FileOutcome:
        with begin_file(SAMPLES / "01-clean-small.xls", workplace.settings) as begun:
            return import_file(workplace, begun, provider=provider)

    return import_sample


def test_no_worker_ever_sees_the_file_free(
    workplace: Workplace, import_sample: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, seen = Database.write, list[bool]()

    @contextmanager
    def write_and_look(database: Database) -> Iterator[Session]:
        with write(database) as session:
            yield session
        with database.read() as session:
            seen.append(has_waiting(session, workplace.now()))

    monkeypatch.setattr(Database, "write", write_and_look)
    assert import_sample().status == "successful"
    assert seen and not any(seen)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nothing_is_left_of_a_file_that_could_not_be_queued(
    workplace: Workplace, import_sample: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Database.write

    @contextmanager
    def fail_to_commit(database: Database) -> Iterator[Session]:
        with write(database) as session:
            yield session
            raise OperationalError("", {}, Exception())

    with monkeypatch.context() as patched, pytest.raises(OperationalError):
        patched.setattr(Database, "write", fail_to_commit)
        import_sample()
    assert list(workplace.storage.folder.iterdir()) == []
    with workplace.database.read() as session:
        assert session.scalars(select(LearnerImport)).all() == []
