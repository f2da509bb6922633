"""One import through all its steps without Prefect, and what comes of it."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.processing import process_import
from flows.steps import take_import
from flows.workplace import Workplace
from records.tables import Account, ImportFinding, ImportStatus, Learner
from tests.flows.conftest import Queue, read_import
from tests.flows.processed import count, list_outcomes, process_next, read_mails

ROOT = Path(__file__).parents[2]


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


@pytest.mark.parametrize(
    ("module", "heavy"),
    [("flows.single_file", {"pandas", "numpy", "pandera", "xlsxwriter", "psycopg"}), ("cli.files", {"sqlalchemy"})],
)
def test_the_steps_wait_for_nothing_heavy_before_a_file_is_being_read(module: str, heavy: set[str]) -> None:
    """pandas and XlsxWriter are imported while the child process reads, or when they are needed."""
    code = f"import sys, {module}; print({heavy} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "set()"
