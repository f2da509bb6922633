"""When an import run is asked for, and when Prefect is left in peace. The server is stood in for."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import flows.deployments.triggering
from flows.deployments.triggering import (
    ASKING_PAUSE,
    DRAIN,
    LOOKING_PAUSE,
    MAIL_PAUSE,
    OUTBOX,
    PATIENCE,
    TIMETABLE_PAUSE,
    Trigger,
)
from flows.run_signs import PART
from flows.steps import take_import
from flows.workplace import Workplace
from records.tables import OutboxMail, PartBeat
from tests.flows.conftest import Queue

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


class Prefect:
    """Stands in for the server: what is asked of it, and what it says."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.timetable_count = self.look_count = 0
        self.run_count = 0
        self.is_away = False

    @contextmanager
    def get_client(self, **_: object) -> Iterator[None]:
        self.answer()
        yield

    def reconcile(self, *_: object) -> list[None]:
        self.look_count += 1
        return [None] * self.run_count

    def run_deployment(self, deployment: str, *, idempotency_key: str, **_: object) -> None:
        self.answer()
        self.asked.append((deployment, idempotency_key))

    def put_next_runs(self, _now: datetime) -> None:
        self.timetable_count += 1
        self.answer()

    def answer(self) -> None:
        if self.is_away:
            raise ConnectionError


@pytest.fixture
def prefect(monkeypatch: pytest.MonkeyPatch) -> Prefect:
    prefect = Prefect()
    for name in ("get_client", "reconcile", "run_deployment", "put_next_runs"):
        monkeypatch.setattr(flows.deployments.triggering, name, getattr(prefect, name))
    return prefect


class Clock:
    """The workplace's clock, moved by hand."""

    def __init__(self, workplace: Workplace) -> None:
        self.moment = workplace.now()
        self.workplace = replace(workplace, now=lambda: self.moment)

    def go_on(self, pause: timedelta) -> None:
        self.moment += pause


@pytest.fixture
def clock(workplace: Workplace) -> Clock:
    return Clock(workplace)


def beat_as_run(workplace: Workplace, address: str = "a-run") -> None:
    holder, at = f"{socket.gethostname()}:{os.getpid()}", workplace.now()
    with workplace.database.write() as session:
        session.add(PartBeat(part=PART, holder=holder, started_at=at, beat_at=at, address=address))


def put_mail(workplace: Workplace) -> None:
    at = workplace.now()
    with workplace.database.write() as session:
        mail = {"kind": "alert", "to_email": "a@b.example", "subject": "s", "body_text": "t", "body_html": "h"}
        session.add(OutboxMail(message_id="<1@b.example>", created_at=at, next_attempt_at=at, **mail))


def test_a_file_that_waits_is_given_a_run_once(prefect: Prefect, clock: Clock, queue: Queue) -> None:
    queue("01-clean-small")
    clock.moment = clock.workplace.now() + timedelta(seconds=1)
    trigger = Trigger()
    assert trigger.start_run_if_needed(clock.workplace)
    clock.go_on(ASKING_PAUSE - timedelta(seconds=1))
    assert not trigger.start_run_if_needed(clock.workplace), "the run is still beginning"
    clock.go_on(timedelta(seconds=1))
    assert trigger.start_run_if_needed(clock.workplace), "it never began"
    assert [deployment for deployment, _ in prefect.asked] == [DRAIN, DRAIN]
    assert len(set(prefect.asked)) == 2


def test_a_file_that_comes_soon_after_the_last_one_was_taken_is_given_a_run_at_once(
    prefect: Prefect, clock: Clock, queue: Queue
) -> None:
    """Runs that stay but a moment may be over by then, and Prefect gives a run that is over for a key that it knows."""
    trigger = Trigger()
    queue("01-clean-small")
    clock.moment = clock.workplace.now().replace(second=1) + timedelta(minutes=1)  # so that one window holds it all
    assert trigger.start_run_if_needed(clock.workplace)
    assert take_import(clock.workplace)
    clock.go_on(LOOKING_PAUSE)
    assert not trigger.start_run_if_needed(clock.workplace), "nothing waits"
    queue("06-missing-heading", ukprn="10005678")
    clock.go_on(LOOKING_PAUSE)
    assert trigger.start_run_if_needed(clock.workplace)
    assert len(set(prefect.asked)) == 2


def test_a_file_that_was_coming_and_came_not_shortens_no_pause(prefect: Prefect, clock: Clock) -> None:
    """Prefect would give the run that it has for that key, which may be over."""
    trigger, clock.moment = Trigger(), clock.moment.replace(second=1)  # so that one window holds it all
    assert trigger.start_run_if_needed(clock.workplace, is_coming=True)
    clock.go_on(LOOKING_PAUSE)
    trigger.start_run_if_needed(clock.workplace)
    clock.go_on(LOOKING_PAUSE)
    assert not trigger.start_run_if_needed(clock.workplace, is_coming=True)


def test_two_collectors_that_ask_at_the_same_moment_get_the_same_run(
    prefect: Prefect, clock: Clock, queue: Queue
) -> None:
    queue("01-clean-small")
    clock.go_on(timedelta(seconds=1))
    for _ in range(2):
        Trigger().start_run_if_needed(clock.workplace)
    assert len(prefect.asked) == 2 and len(set(prefect.asked)) == 1


def test_a_file_that_is_being_dropped_has_its_run_started_meanwhile(prefect: Prefect, clock: Clock) -> None:
    assert Trigger().start_run_if_needed(clock.workplace, is_coming=True)
    assert [deployment for deployment, _ in prefect.asked] == [DRAIN]


def test_with_a_run_alive_prefect_is_not_asked_for_a_file_that_has_only_just_come(
    prefect: Prefect, clock: Clock, queue: Queue
) -> None:
    queue("01-clean-small")
    clock.go_on(timedelta(seconds=1))
    beat_as_run(clock.workplace)
    assert not Trigger().start_run_if_needed(clock.workplace)
    assert prefect.look_count == 0


@pytest.mark.parametrize(("run_count", "is_asked"), [(1, True), (2, False)])
def test_a_run_that_is_behind_gets_another_beside_it_up_to_the_limit(
    prefect: Prefect, clock: Clock, queue: Queue, run_count: int, is_asked: bool
) -> None:
    queue("01-clean-small")
    clock.go_on(PATIENCE + timedelta(seconds=1))
    beat_as_run(clock.workplace)
    prefect.run_count = run_count
    assert Trigger().start_run_if_needed(clock.workplace) is is_asked


def test_a_run_that_only_prefect_knows_of_is_enough(prefect: Prefect, clock: Clock, queue: Queue) -> None:
    queue("01-clean-small")
    clock.go_on(timedelta(seconds=1))
    prefect.run_count = 1
    assert not Trigger().start_run_if_needed(clock.workplace)


def test_a_server_that_was_away_is_asked_again(prefect: Prefect, clock: Clock, queue: Queue) -> None:
    queue("01-clean-small")
    clock.go_on(timedelta(seconds=1))
    trigger, prefect.is_away = Trigger(), True
    with pytest.raises(ConnectionError):
        trigger.start_run_if_needed(clock.workplace)
    prefect.is_away = False
    clock.go_on(timedelta(seconds=3))
    assert trigger.start_run_if_needed(clock.workplace)


def test_a_clock_that_was_set_back_does_not_stop_it(prefect: Prefect, clock: Clock, queue: Queue) -> None:
    trigger = Trigger()
    clock.go_on(timedelta(days=1))
    assert trigger.start_run_if_needed(clock.workplace, is_coming=True)
    clock.go_on(-timedelta(days=1))
    assert trigger.start_run_if_needed(clock.workplace, is_coming=True)


def test_mail_alone_gets_a_run_of_its_own_now_and_then(prefect: Prefect, clock: Clock) -> None:
    put_mail(clock.workplace)
    trigger = Trigger()
    assert trigger.start_run_if_needed(clock.workplace)
    assert not trigger.start_run_if_needed(clock.workplace)
    clock.go_on(MAIL_PAUSE)
    assert trigger.start_run_if_needed(clock.workplace)
    assert [deployment for deployment, _ in prefect.asked] == [OUTBOX, OUTBOX]


def test_mail_is_left_to_an_import_run_that_is_alive(prefect: Prefect, clock: Clock) -> None:
    put_mail(clock.workplace)
    beat_as_run(clock.workplace)
    assert not Trigger().start_run_if_needed(clock.workplace)


def test_the_timed_runs_are_looked_after_now_and_then(prefect: Prefect, clock: Clock) -> None:
    trigger = Trigger()
    for _ in range(3):
        trigger.start_run_if_needed(clock.workplace)
    assert prefect.timetable_count == 1
    clock.go_on(TIMETABLE_PAUSE)
    trigger.start_run_if_needed(clock.workplace)
    assert prefect.timetable_count == 2


def test_timed_runs_that_could_not_be_planned_are_planned_soon_and_hold_up_no_mail(
    prefect: Prefect, clock: Clock
) -> None:
    trigger, prefect.is_away = Trigger(), True
    assert not trigger.start_run_if_needed(clock.workplace)
    prefect.is_away = False
    put_mail(clock.workplace)
    clock.go_on(timedelta(seconds=61))
    assert trigger.start_run_if_needed(clock.workplace)
    assert prefect.timetable_count == 2
