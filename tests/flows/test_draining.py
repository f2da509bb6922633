"""One import run without Prefect: it takes what waits, sends mail beside it, stays for more, outlives small faults."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import flows.draining
from flows.draining import Drain
from flows.processing import run_directly
from flows.steps import ImportWork
from flows.workplace import Workplace
from records.queue import has_waiting
from records.tables import ImportStatus
from tests.flows.conftest import Queue, read_import

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])

KeepGoing = Callable[[], bool]


class Reports:
    """What a run tells of its bursts."""

    def __init__(self) -> None:
        self.bursts: list[list[ImportWork]] = []
        self.finding_counts: list[int] = []

    def __call__(self, drain: Drain, burst: list[ImportWork]) -> None:
        self.bursts.append(burst)
        self.finding_counts.append(sum(len(work.findings) for work in burst))


def send_nothing(_workplace: Workplace, _keep_going: KeepGoing) -> None:
    """A mail server that nobody needs."""


@pytest.fixture
def reports() -> Reports:
    return Reports()


@pytest.fixture
def make_drain(workplace: Workplace, reports: Reports) -> Iterator[Callable[..., Drain]]:
    yield lambda send_mail=send_nothing: Drain(workplace, run_step=run_directly, send_mail=send_mail, report=reports)


def test_a_run_takes_all_that_waits_and_tells_of_it_once(
    queue: Queue, make_drain: Callable[..., Drain], reports: Reports
) -> None:
    ids = [queue("01-clean-small"), queue("06-missing-heading")]
    drain = make_drain()
    drain.run()
    assert drain.outcomes == {"successful": 1, "unsuccessful": 1}
    assert drain.ukprns == {"10001234", "10009012"}
    assert [[work.import_id for work in burst] for burst in reports.bursts] == [ids]
    assert reports.finding_counts[0] > 0, "findings are there to be published"
    assert all(work.findings == [] and work.table is None for work in reports.bursts[0]), "and are forgotten then"


def test_a_run_that_is_not_to_stay_takes_what_waits_all_the_same(
    workplace: Workplace, queue: Queue, reports: Reports
) -> None:
    settings = workplace.settings.model_copy(update={"stay_seconds": 0.0})
    for _ in range(2):
        queue("06-missing-heading")
    drain = Drain(replace(workplace, settings=settings), run_step=run_directly, send_mail=send_nothing, report=reports)
    drain.run()
    assert drain.outcomes == {"unsuccessful": 2}
    assert [len(burst) for burst in reports.bursts] == [2]


def test_a_long_backlog_is_told_of_in_between(
    queue: Queue, make_drain: Callable[..., Drain], reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows.draining, "BURST_LIMIT", 2)
    for _ in range(3):
        queue("06-missing-heading")
    make_drain().run()
    assert [len(burst) for burst in reports.bursts] == [2, 1]


def test_a_file_that_comes_while_the_run_stays_is_taken(
    workplace: Workplace, queue: Queue, make_drain: Callable[..., Drain], monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[int] = []
    monkeypatch.setattr(flows.draining, "import_what_follows", lambda: queued.append(queue("06-missing-heading")))
    make_drain().run()
    assert read_import(workplace, queued[0]).status == ImportStatus.UNSUCCESSFUL


def test_a_file_that_is_tried_again_counts_once_by_its_last_outcome(
    workplace: Workplace, queue: Queue, make_drain: Callable[..., Drain], monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id, real, paths = queue("01-clean-small"), workplace.storage.path_of, iter([Path("/nowhere")])
    monkeypatch.setattr(type(workplace.storage), "path_of", lambda _self, name: next(paths, real(name)))
    drain = make_drain()
    drain.run()
    assert read_import(workplace, import_id).attempt_count == 2
    assert drain.outcomes == {"successful": 1}


def test_a_mail_server_that_hangs_holds_up_no_file_and_does_not_keep_the_run(
    workplace: Workplace, queue: Queue, make_drain: Callable[..., Drain]
) -> None:
    """The first file's mail is still being sent while the next is dropped, read and answered."""
    queue("06-missing-heading")
    late: list[int] = []
    is_told_to_stop = Event()

    def hang(_workplace: Workplace, keep_going: KeepGoing) -> None:
        late.append(queue("06-missing-heading"))
        while keep_going():
            time.sleep(0.01)
        is_told_to_stop.set()

    make_drain(hang).run()
    assert read_import(workplace, late[0]).status == ImportStatus.UNSUCCESSFUL
    assert is_told_to_stop.is_set()
    assert len(late) == 1, "one mail thread at a time"


def test_mail_that_cannot_be_sent_ends_no_run(
    queue: Queue, make_drain: Callable[..., Drain], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_workplace: Workplace, _keep_going: KeepGoing) -> None:
        raise ValueError("Canary-Value")

    queue("06-missing-heading")
    drain = make_drain(fail)
    drain.run()
    assert drain.outcomes.total() == 1
    assert "mail: ValueError at test_draining.py" in caplog.text
    assert "Canary-Value" not in caplog.text


def test_a_database_that_is_away_for_a_moment_does_not_end_the_run(
    queue: Queue, make_drain: Callable[..., Drain], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows.draining, "FAULT_PAUSE_SECONDS", 0.05)
    answers = iter([False, True])

    def answer(session: Session, now: datetime) -> bool:
        if next(answers, False):
            raise OperationalError("", {}, Exception())
        return has_waiting(session, now)

    queue("06-missing-heading")
    queue("06-missing-heading")
    monkeypatch.setattr(flows.draining, "has_waiting", answer)
    drain = make_drain()
    drain.run()
    assert drain.outcomes.total() == 2
