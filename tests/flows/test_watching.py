"""What needs an operator is found and told, once for all watchers; what is as it should be is not told."""

import shutil
import socket
import subprocess
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from sqlalchemy import select, update

from flows.upkeep.stuck_imports import HELD_TOO_LONG, STUCK, UNATTENDED
from flows.upkeep.watching import GONE, OVERDUE, SILENT, WatchReport, look_after
from flows.workplace import Workplace
from records.beats import FORGOTTEN_AFTER
from records.queue import lease_import
from records.tables import Alert, LearnerImport, OutboxMail, PartBeat, now
from tests.flows.conftest import Queue

SECOND = timedelta(seconds=1)


class View(NamedTuple):
    answers: bool = True
    online_worker_count: int = 1


def look(workplace: Workplace, *, after: timedelta = timedelta(), view: View | None = None) -> WatchReport:
    later = replace(workplace, now=lambda: now() + after)
    return look_after(later, view or View())


def list_mails(workplace: Workplace) -> list[OutboxMail]:
    with workplace.database.read() as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def lease(workplace: Workplace, import_id: int, *, seconds: float = 180, ago: timedelta = timedelta()) -> None:
    with workplace.database.write() as session:
        assert lease_import(session, now=now(), lease_seconds=seconds, import_id=import_id)
        session.execute(update(LearnerImport).values(leased_at=now() - ago))


def add_beat(workplace: Workplace, part: str, holder: str, *, ago: timedelta) -> None:
    with workplace.database.write() as session:
        session.add(PartBeat(part=part, holder=holder, started_at=now() - ago, beat_at=now() - ago))


def list_holders(workplace: Workplace) -> set[str]:
    with workplace.database.read() as session:
        return set(session.scalars(select(PartBeat.holder)))


def test_nothing_is_told_when_all_is_well(workplace: Workplace, queue: Queue) -> None:
    queue("01-clean-small")
    add_beat(workplace, "collector", "elsewhere:1", ago=SECOND)
    report = look(workplace, view=View(answers=False, online_worker_count=0))
    assert report == WatchReport((), 0, 0)
    assert str(report).startswith("all is well.")
    assert list_mails(workplace) == []


def test_work_that_waits_without_a_worker_is_told_once_and_without_the_files_name(
    workplace: Workplace, queue: Queue
) -> None:
    import_id = queue("01-clean-small")
    for _ in range(3):
        report = look(workplace, after=UNATTENDED + SECOND, view=View(online_worker_count=0))
        assert report.causes == ("no worker is online",)
    (mail,) = list_mails(workplace)
    flat = " ".join(mail.body_text.split())
    assert f"No worker is online, and 1 import waits, import {import_id} of 10001234 since" in flat
    assert "prefect worker start" in flat
    assert "01-clean" not in mail.body_text


def test_a_prefect_that_does_not_answer_is_told_only_while_work_waits(workplace: Workplace, queue: Queue) -> None:
    view = View(answers=False, online_worker_count=0)
    assert look(workplace, after=UNATTENDED * 2, view=view).causes == ()
    queue("01-clean-small")
    assert look(workplace, view=view).causes == ()
    assert look(workplace, after=UNATTENDED + SECOND, view=view).causes == ("Prefect does not answer",)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_work_that_gets_on_is_not_told_however_long_the_queue(workplace: Workplace, queue: Queue) -> None:
    queue("01-clean-small")
    other = queue("09-other-provider")
    lease(workplace, other, seconds=3600)
    with workplace.database.write() as session:
        session.execute(update(LearnerImport).values(next_attempt_at=now() - 10 * STUCK))
    assert look(workplace, after=SECOND, view=View(online_worker_count=0)).causes == ()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_imports_that_nobody_takes_are_told_although_there_is_a_worker(workplace: Workplace, queue: Queue) -> None:
    queue("01-clean-small")
    assert look(workplace, after=STUCK / 2).causes == ()
    assert look(workplace, after=STUCK + SECOND).causes == ("imports stuck: nobody takes them",)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_import_left_behind_by_a_dead_worker_counts_from_the_end_of_its_lease(
    workplace: Workplace, queue: Queue
) -> None:
    lease(workplace, queue("01-clean-small"), seconds=60)
    assert look(workplace, after=STUCK).causes == ()
    assert look(workplace, after=STUCK + 61 * SECOND).causes == ("imports stuck: nobody takes them",)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_import_that_one_worker_keeps_for_ever_is_told(workplace: Workplace, queue: Queue) -> None:
    lease(workplace, queue("01-clean-small"), ago=HELD_TOO_LONG + SECOND)
    assert look(workplace).causes == ("imports stuck: held too long",)


def test_a_part_gone_silent_is_told_once_whoever_watches(workplace: Workplace) -> None:
    add_beat(workplace, "collector", "elsewhere:1", ago=SILENT + SECOND)
    add_beat(workplace, "website", "elsewhere:2", ago=SILENT - 30 * SECOND)
    add_beat(workplace, "import run", "elsewhere:3", ago=SILENT + SECOND)
    reports: list[WatchReport] = []
    threads = [threading.Thread(target=lambda: reports.append(look(workplace))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.causes for report in reports) == [(), (), ("part died: collector",)]
    assert len(list_mails(workplace)) == 1
    assert list_holders(workplace) == {"elsewhere:2", "elsewhere:3"}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_process_of_this_machine_that_is_gone_is_told_sooner(workplace: Workplace) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    add_beat(workplace, "sftp", f"{socket.gethostname()}:{gone.pid}", ago=SECOND)
    assert look(workplace).causes == (), "it may be alive in a container of the same host name"
    assert look(workplace, after=GONE).causes == ("part died: sftp",)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_death_that_the_supervisor_has_told_of_is_not_told_again(workplace: Workplace) -> None:
    add_beat(workplace, "collector", "elsewhere:1", ago=SILENT + SECOND)
    with workplace.database.write() as session:
        session.add(Alert(cause="part died: collector", kind="part_died", message="It died.", last_seen_at=now()))
    assert look(workplace).causes == ()
    assert list_holders(workplace) == set()
    add_beat(workplace, "collector", "elsewhere:2", ago=-SECOND)
    assert look(workplace, after=2 * SILENT).causes == ("part died: collector",)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_sign_of_an_import_run_of_yesterday_is_cleared_without_a_word(workplace: Workplace) -> None:
    add_beat(workplace, "import run", "elsewhere:3", ago=FORGOTTEN_AFTER + SECOND)
    assert look(workplace).causes == ()
    assert list_holders(workplace) == set()


def add_mail(workplace: Workplace, number: int, *, kind: str = "successful", status: str, due_at: datetime) -> None:
    with workplace.database.write() as session:
        session.add(
            OutboxMail(
                kind=kind,
                message_id=f"<{number:032x}@learner-imports>",
                to_email="office@northfield.example",
                subject="Import",
                body_text="text",
                body_html="<p>",
                status=status,
                next_attempt_at=due_at,
                fault="The mail server refused the mail (code 550).",
            )
        )


def test_mail_given_up_is_told_once_and_again_when_more_is(workplace: Workplace) -> None:
    for number in (1, 2):
        add_mail(workplace, number, status="given_up", due_at=now())
    add_mail(workplace, 3, kind="alert", status="given_up", due_at=now())
    assert look(workplace, after=SECOND).causes == ("mail given up",)
    assert look(workplace, after=2 * SECOND).causes == ()
    (mail,) = [mail for mail in list_mails(workplace) if mail.status == "waiting"]
    assert "2 mails were given up. The last one: The mail server refused the mail (code" in mail.body_text
    add_mail(workplace, 4, status="given_up", due_at=now() + 3 * SECOND)
    assert look(workplace, after=4 * SECOND).causes == ("mail given up",)
    with workplace.database.read() as session:
        assert session.scalars(select(Alert.seen_count)).all() == [2]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_mail_that_nobody_sends_is_sent_by_the_watcher(workplace: Workplace) -> None:
    add_mail(workplace, 1, status="waiting", due_at=now())
    assert look(workplace, after=OVERDUE / 2).sent_count == 0
    assert look(workplace, after=OVERDUE + SECOND).sent_count == 1
    assert len(list(workplace.settings.outbox_folder.iterdir())) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("total", "free", "is_told"),
    [(100 * 2**30, 4 * 2**30, True), (100 * 2**30, 6 * 2**30, False), (2**40, 6 * 2**30, False), (2**40, 2**30, True)],
)
def test_a_disk_nearly_full_is_told(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, total: int, free: int, is_told: bool
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=total, free=free))
    assert look(workplace).causes == (("disk nearly full",) if is_told else ())


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_alerts_held_back_are_mailed_when_their_pause_is_over(workplace: Workplace) -> None:
    add_beat(workplace, "collector", "elsewhere:1", ago=SILENT + SECOND)
    look(workplace)
    add_beat(workplace, "collector", "elsewhere:2", ago=-SECOND)
    look(workplace, after=2 * SILENT)
    assert len(list_mails(workplace)) == 1
    assert look(workplace, after=timedelta(hours=1)).held_back_count == 1
