"""One import through all its steps without Prefect, and what becomes of it when something fails or dies."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

import flows.returning
import flows.steps
from flows.processing import process_import
from flows.returning import Returning
from flows.steps import take_import
from flows.workplace import Workplace
from intake.outcomes import GRACE, return_outcome
from records.database import Database
from records.queue import LeaseLostError
from records.tables import Account, ImportFinding, ImportStatus, Learner, LearnerImport, OutboxMail, now
from settings import Settings
from tests.flows.conftest import Queue, read_import

ROOT = Path(__file__).parents[2]
CANARY = "Canary-Value"


def process_next(workplace: Workplace) -> None:
    work = take_import(workplace)
    assert work
    process_import(workplace, work)


def count(workplace: Workplace, table: type) -> int:
    with workplace.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def list_outcomes(workplace: Workplace) -> set[str]:
    return {path.name for path in (workplace.settings.drop_folder / "10001234" / "outcomes").iterdir()}


def read_mails(workplace: Workplace) -> list[OutboxMail]:
    with workplace.database.read() as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def test_a_clean_file_becomes_learners_accounts_outcome_and_mail(workplace: Workplace, queue: Queue) -> None:
    import_id = queue("01-clean-small")
    process_next(workplace)
    done = read_import(workplace, import_id)
    assert done.status == ImportStatus.SUCCESSFUL
    assert done.row_count == done.created_count == count(workplace, Learner) == count(workplace, Account) > 0
    assert done.outcome_returned_at and done.processed_at and done.lease_token is None
    assert [mail.kind for mail in read_mails(workplace)] == ["successful"]
    receipts = list((workplace.settings.drop_folder / "10001234" / "outcomes").iterdir())
    assert [path.name for path in receipts] == [f"import-{import_id}-successful.txt"]


def test_a_new_learner_has_a_working_initial_password(workplace: Workplace, queue: Queue) -> None:
    queue("01-clean-small")
    process_next(workplace)
    with workplace.database.read() as session:
        account = session.scalars(select(Account)).first()
    assert account and account.initial_password_sealed and account.has_to_change_password
    assert len(workplace.sealer.open(account.id, account.initial_password_sealed)) == 14


def test_a_file_with_errors_loads_nothing_and_keeps_its_findings(workplace: Workplace, queue: Queue) -> None:
    import_id = queue("03-every-error")
    process_next(workplace)
    done = read_import(workplace, import_id)
    assert done.status == ImportStatus.UNSUCCESSFUL
    assert done.error_count + done.warning_count == count(workplace, ImportFinding) > 20
    assert count(workplace, Learner) == count(workplace, Account) == 0
    assert [mail.kind for mail in read_mails(workplace)] == ["unsuccessful"]
    assert list_outcomes(workplace) == {
        f"import-{import_id}-unsuccessful.txt",
        f"import-{import_id}-unsuccessful-marked-up.xlsx",
    }


def test_what_was_read_of_a_file_is_let_go_when_its_outcome_is_returned(workplace: Workplace, queue: Queue) -> None:
    queue("03-every-error")
    work = take_import(workplace)
    assert work
    process_import(workplace, work)
    assert work.table is None and work.validated is None and work.findings


def test_a_file_that_cannot_be_read_gets_a_receipt_only(workplace: Workplace, queue: Queue) -> None:
    import_id = queue("12-not-a-workbook")
    process_next(workplace)
    (folder,) = workplace.settings.drop_folder.iterdir()
    assert [path.name for path in (folder / "outcomes").iterdir()] == [f"import-{import_id}-unsuccessful.txt"]


def return_later(workplace: Workplace) -> None:
    """Let the collector sweep when whoever processed the imports must be taken for dead."""
    later = replace(workplace, now=lambda: now() + GRACE + timedelta(seconds=1))
    Returning(later).sweep()


def leave_unreturned(workplace: Workplace, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> int:
    """Process a refused file in a worker that dies before it returns the outcome. Gives the id."""

    def die(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    import_id = queue("03-every-error")
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(flows.steps, "return_outcome", die)
        process_next(workplace)
    assert read_import(workplace, import_id).outcome_returned_at is None
    return import_id


def test_an_outcome_that_a_killed_worker_did_not_return_is_returned_with_its_marked_up_workbook(
    workplace: Workplace, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = leave_unreturned(workplace, queue, monkeypatch)
    return_later(workplace)
    assert read_import(workplace, import_id).outcome_returned_at
    folder = workplace.settings.drop_folder / "10001234" / "outcomes"
    book = openpyxl.load_workbook(folder / f"import-{import_id}-unsuccessful-marked-up.xlsx")
    assert book["Learners"]["P32"].comment.text.startswith("Error: Write Female")


def test_an_outcome_whose_original_is_gone_is_returned_as_a_receipt(
    workplace: Workplace, queue: Queue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import_id = leave_unreturned(workplace, queue, monkeypatch)
    for original in workplace.storage.folder.iterdir():
        original.unlink()
    return_later(workplace)
    assert read_import(workplace, import_id).outcome_returned_at
    assert list_outcomes(workplace) == {f"import-{import_id}-unsuccessful.txt"}
    assert f"import {import_id}: not read again: FileNotFoundError" in caplog.text


def test_an_outcome_that_cannot_be_returned_keeps_back_no_other(
    workplace: Workplace, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (leave_unreturned(workplace, queue, monkeypatch) for _ in range(2))

    def fail_first(database: Database, import_id: int, **options: Any) -> list[str]:
        if import_id == first:
            raise ValueError
        return return_outcome(database, import_id, **options)

    monkeypatch.setattr(flows.returning, "return_outcome", fail_first)
    return_later(workplace)
    assert read_import(workplace, first).outcome_returned_at is None
    assert read_import(workplace, second).outcome_returned_at


def test_the_same_bytes_again_do_nothing(workplace: Workplace, queue: Queue) -> None:
    first, again = queue("01-clean-small"), queue("01-clean-small")
    process_next(workplace)
    before = count(workplace, Learner)
    process_next(workplace)
    repeated = read_import(workplace, again)
    assert (repeated.status, repeated.repeats_import_id) == (ImportStatus.SUCCESSFUL, first)
    assert (repeated.created_count, count(workplace, Learner)) == (0, before)
    assert [mail.kind for mail in read_mails(workplace)] == ["successful", "already_imported"]


def test_a_refused_file_sent_again_is_judged_again(workplace: Workplace, queue: Queue) -> None:
    ids = [queue("06-missing-heading"), queue("06-missing-heading")]
    for import_id in ids:
        process_next(workplace)
        assert read_import(workplace, import_id).status == ImportStatus.UNSUCCESSFUL


def test_our_own_fault_is_retried_then_failed_and_told_without_its_text(
    workplace: Workplace, queue: Queue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import_id = queue("01-clean-small")

    def break_down(*_args: object, **_options: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(flows.steps, "finish_import", break_down)
    for attempt in (1, 2):
        process_next(workplace)
        kept = read_import(workplace, import_id)
        assert (kept.status, kept.attempt_count) == (ImportStatus.REQUESTED, attempt)
    process_next(workplace)
    failed = read_import(workplace, import_id)
    assert failed.status == ImportStatus.FAILED
    assert failed.fault and "load: RuntimeError at test_processing.py" in failed.fault
    assert count(workplace, Learner) == 0
    assert {mail.kind for mail in read_mails(workplace)} == {"alert"}
    shown = caplog.text + failed.fault + "".join(mail.body_text + mail.body_html for mail in read_mails(workplace))
    assert CANARY not in shown


def test_a_fault_that_is_gone_at_the_next_attempt_leaves_each_learner_once(
    workplace: Workplace, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = queue("01-clean-small")

    def break_down(*_args: object, **_options: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(flows.steps, "queue_outcome_mail", break_down)
        process_next(workplace)
    assert count(workplace, Learner) == 0
    process_next(workplace)
    done = read_import(workplace, import_id)
    assert done.status == ImportStatus.SUCCESSFUL
    assert done.created_count == count(workplace, Learner)


def test_a_worker_whose_lease_was_taken_over_loads_nothing(
    workplace: Workplace, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue("01-clean-small")

    def lose(*_args: object, **_options: object) -> None:
        raise LeaseLostError("taken over")

    monkeypatch.setattr(flows.steps, "finish_import", lose)
    process_next(workplace)
    assert count(workplace, Learner) == 0
    assert read_mails(workplace) == []


def test_an_outcome_that_cannot_be_returned_does_not_undo_the_load(workplace: Workplace, queue: Queue) -> None:
    import_id = queue("01-clean-small")
    workplace.settings.drop_folder.mkdir(parents=True)
    (workplace.settings.drop_folder / "10001234").write_text("a file where the folder should be")
    process_next(workplace)
    done = read_import(workplace, import_id)
    assert (done.status, done.outcome_returned_at) == (ImportStatus.SUCCESSFUL, None)


def test_stopping_in_the_middle_puts_the_import_back_at_once(
    workplace: Workplace, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = queue("01-clean-small")

    def stop(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(flows.steps, "finish_import", stop)
        process_next(workplace)
    stopped = read_import(workplace, import_id)
    assert (stopped.status, stopped.attempt_count) == (ImportStatus.REQUESTED, 0)
    process_next(workplace)
    assert read_import(workplace, import_id).status == ImportStatus.SUCCESSFUL


KILLED_AT = [
    "start_reading",
    "hold_longer",
    "_load_or_refuse",
    "_record_findings",
    "finish_import",
    "queue_outcome_mail",
]
KILL_AT = """
import os, signal, sys
import flows.steps
from flows.processing import process_import
from flows.steps import take_import
from flows.workplace import open_workplace
from settings import Settings

where, moment = sys.argv[1:]
real = getattr(flows.steps, where)

def kill(*args, **options):
    if moment == "after":
        real(*args, **options)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(flows.steps, where, kill)
workplace = open_workplace(Settings())
process_import(workplace, take_import(workplace))
"""


@pytest.mark.parametrize("where", KILLED_AT)
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_killed_anywhere_each_learner_is_loaded_once(
    workplace: Workplace, settings: Settings, queue: Queue, where: str, moment: str
) -> None:
    import_id = queue("01-clean-small")
    environment = os.environ | {
        "LEARNER_IMPORTS_HOME": str(settings.home),
        "LEARNER_IMPORTS_DATABASE_URL": settings.database_url,
        "LEARNER_IMPORTS_LEASE_SECONDS": "0.01",
    }
    killed = subprocess.run([sys.executable, "-c", KILL_AT, where, moment], env=environment, cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert count(workplace, Learner) == 0
    assert read_import(workplace, import_id).status == ImportStatus.PROCESSING
    process_next(workplace)
    done = read_import(workplace, import_id)
    assert (done.status, done.attempt_count) == (ImportStatus.SUCCESSFUL, 2)
    assert done.created_count == count(workplace, Learner) == count(workplace, Account) > 0
    assert len(read_mails(workplace)) == 1


def test_a_file_that_kills_every_worker_is_failed_in_the_end(
    workplace: Workplace, queue: Queue, settings: Settings
) -> None:
    import_id = queue("01-clean-small")
    with workplace.database.write() as session:
        session.get_one(LearnerImport, import_id).attempt_count = settings.attempt_limit
    process_next(workplace)
    assert read_import(workplace, import_id).status == ImportStatus.FAILED


def test_the_steps_wait_for_nothing_heavy_before_a_file_is_being_read() -> None:
    """pandas and XlsxWriter are imported while the child process reads, or when they are needed."""
    code = "import sys, flows.single_file; print({'pandas', 'numpy', 'pandera', 'xlsxwriter'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "set()"
