"""One file imported by command: no worker gets between, and what comes after loading changes nothing of its answer."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import flows.mailing
from flows.begun import begin_file, reading_limits
from flows.single_file import FileOutcome, import_file
from flows.workplace import Workplace
from records.database import Database
from records.queue import has_waiting
from records.tables import LearnerImport, OutboxMail, Provider
from settings import Settings
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


@contextmanager
def losing(monkeypatch: pytest.MonkeyPatch, *, is_committed: bool) -> Iterator[None]:
    """Break the connection in the block: before each commit, or between it and its answer."""
    write, broken = Database.write, OperationalError("", {}, Exception())

    @contextmanager
    def lose(database: Database) -> Iterator[Session]:
        with write(database) as session:
            yield session
            if not is_committed:
                raise broken
        raise broken

    with monkeypatch.context() as patched, pytest.raises(OperationalError):
        patched.setattr(Database, "write", lose)
        yield


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nothing_is_left_of_a_file_that_could_not_be_queued(
    workplace: Workplace, import_sample: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    with losing(monkeypatch, is_committed=False):
        import_sample()
    assert list(workplace.storage.folder.iterdir()) == []
    with workplace.database.read() as session:
        assert session.scalars(select(LearnerImport)).all() == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_file_stays_where_only_the_answer_to_the_commit_was_lost(
    workplace: Workplace, import_sample: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    with losing(monkeypatch, is_committed=True):
        import_sample()
    with workplace.database.read() as session:
        (name,) = session.scalars(select(LearnerImport.storage_name))
    assert [path.name for path in workplace.storage.folder.iterdir()] == [name]


def test_only_the_files_own_mail_is_sent(workplace: Workplace, import_sample: Import) -> None:
    with workplace.database.write() as session:
        content = {"to_email": "a@b.example", "subject": "Another's", "body_text": "", "body_html": ""}
        session.add(OutboxMail(kind="alert", message_id="<1@here>", **content))
    outcome = import_sample()
    with workplace.database.read() as session:
        mails = session.execute(select(OutboxMail.import_id, OutboxMail.status).order_by(OutboxMail.id)).all()
    assert mails == [(None, "waiting"), (outcome.import_id, "sent")]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_mail_that_cannot_be_sent_changes_nothing_of_the_answer(
    import_sample: Import, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise OperationalError("Canary-Value", {}, Exception())

    monkeypatch.setattr(flows.mailing, "deliver_waiting", break_down)
    with caplog.at_level(logging.ERROR):
        outcome = import_sample()
    assert (outcome.status, outcome.created_count) == ("successful", 12)
    assert "mail: OperationalError" in caplog.text and "Canary-Value" not in caplog.text


@pytest.mark.parametrize(("learner_limit", "table_bytes"), [(250_000, 128 * 2**20), (1_000_000, 512_000_000)])
def test_a_higher_limit_of_learners_brings_room_for_their_table(learner_limit: int, table_bytes: int) -> None:
    assert reading_limits(Settings(learner_limit=learner_limit)).table_bytes == table_bytes
