"""What becomes of an import when something of ours fails, or its worker is stopped."""

import pytest

import flows.steps
from flows.workplace import Workplace
from records.queue import LeaseLostError
from records.tables import ImportStatus, Learner, LearnerImport
from settings import Settings
from tests.flows.conftest import Queue, read_import
from tests.flows.processed import count, process_next, read_mails

CANARY = "Canary-Value"


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
    assert failed.fault and "load: RuntimeError at test_processing_faults.py" in failed.fault
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


def test_a_file_that_kills_every_worker_is_failed_in_the_end(
    workplace: Workplace, queue: Queue, settings: Settings
) -> None:
    import_id = queue("01-clean-small")
    with workplace.database.write() as session:
        session.get_one(LearnerImport, import_id).attempt_count = settings.attempt_limit
    process_next(workplace)
    assert read_import(workplace, import_id).status == ImportStatus.FAILED
