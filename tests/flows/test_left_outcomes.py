"""Outcomes that a killed worker did not return are returned by the collector."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

import flows.collector.returning
import flows.steps
from flows.collector.returning import Returning
from flows.workplace import Workplace
from intake.outcomes import GRACE, return_outcome
from records.database import Database
from records.tables import now
from tests.flows.conftest import Queue, read_import
from tests.flows.processed import list_outcomes, process_next


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

    monkeypatch.setattr(flows.collector.returning, "return_outcome", fail_first)
    return_later(workplace)
    assert read_import(workplace, first).outcome_returned_at is None
    assert read_import(workplace, second).outcome_returned_at
