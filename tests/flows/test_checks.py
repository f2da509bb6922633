"""A file that is only checked goes the whole way and loads nothing; what would be done is counted and kept."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from flows.draining import Drain
from flows.processing import process_import, run_directly
from flows.steps import take_import
from flows.upkeep.retention import erase_old
from flows.upkeep.stray_files import STRAY_SECONDS
from flows.workplace import Workplace
from intake.row_files import FINDING_ROWS, PLANNED_ROWS, find_row_files, open_rows
from operations.demo import describe_import
from records.tables import (
    Account,
    AuditEvent,
    ImportFinding,
    ImportSource,
    ImportStatus,
    Learner,
    LearnerImport,
    LearnerProgress,
    now,
)
from tests.flows.conftest import Queue, read_import
from tests.flows.processed import count, process_next, read_mails
from tests.flows.test_progress_import import write_progress
from tests.flows.test_retention import LONG_AGO


def check(workplace: Workplace, queue: Queue, file: Path | str, ukprn: str = "") -> LearnerImport:
    """Have a file checked as if it had been uploaded for that."""
    import_id = queue(file, ukprn=ukprn, source=ImportSource.UPLOAD)
    with workplace.database.write() as session:
        session.get_one(LearnerImport, import_id).is_check = True
    process_next(workplace)
    return read_import(workplace, import_id)


def count_all(workplace: Workplace) -> list[int]:
    return [count(workplace, table) for table in (Learner, Account, AuditEvent, LearnerProgress)]


def test_nothing_is_loaded_and_nobody_mailed(workplace: Workplace, queue: Queue) -> None:
    done = check(workplace, queue, "01-clean-small")
    assert (done.status, done.is_check, done.repeats_import_id) == (ImportStatus.SUCCESSFUL, True, None)
    assert done.row_count == done.created_count > 0 == done.updated_count == done.error_count
    assert count_all(workplace) == [0, 0, 0, 0]
    assert read_mails(workplace) == []


def test_what_would_change_is_counted_and_kept_row_by_row(workplace: Workplace, queue: Queue) -> None:
    queue("01-clean-small")
    process_next(workplace)
    before = count_all(workplace)
    done = check(workplace, queue, "08-update")
    assert (done.created_count, done.updated_count, done.unchanged_count) == (1, 6, 5)
    assert count_all(workplace) == before
    kept = open_rows(workplace.storage.path_of(done.storage_name + PLANNED_ROWS))
    assert kept and kept.head == {"created": 1, "updated": 6, "unchanged": 5}
    created, *others = kept.read(0, 12)
    assert created[1] is None and created[5] == {}
    assert [bool(row[5]) for row in others] == [True] * 6 + [False] * 5
    assert all(row[1] for row in others)


def test_findings_of_a_check_are_kept_as_an_imports(workplace: Workplace, queue: Queue) -> None:
    done = check(workplace, queue, "03-every-error")
    assert done.status == ImportStatus.UNSUCCESSFUL
    assert done.error_count + done.warning_count == count(workplace, ImportFinding)
    assert not workplace.storage.path_of(done.storage_name + PLANNED_ROWS).exists()
    assert read_mails(workplace) == []


def test_a_check_does_not_make_its_file_count_as_imported(workplace: Workplace, queue: Queue) -> None:
    check(workplace, queue, "01-clean-small")
    import_id = queue("01-clean-small")
    process_next(workplace)
    loaded = read_import(workplace, import_id)
    assert loaded.repeats_import_id is None and loaded.created_count == count(workplace, Learner) > 0
    again = check(workplace, queue, "01-clean-small")
    assert again.repeats_import_id == import_id


def test_a_progress_file_is_checked_too(workplace: Workplace, queue: Queue, tmp_path: Path) -> None:
    queue("01-clean-small")
    process_next(workplace)
    with workplace.database.read() as session:
        usernames = session.scalars(select(Account.username).order_by(Account.id)).all()
    rows = [(usernames[0], "Received", "", "", 0), (usernames[1], "Awaiting", "", 0, 0)]
    before = count_all(workplace)
    done = check(workplace, queue, write_progress(tmp_path / "progress.xls", *rows), "10001234")
    assert (done.kind, done.created_count, done.updated_count, done.unchanged_count) == ("progress", 0, 1, 1)
    assert count_all(workplace) == before
    kept = open_rows(workplace.storage.path_of(done.storage_name + PLANNED_ROWS))
    assert kept
    assert [row[5] for row in kept.read(0, 9)] == [{"has_qualifications": "Received"}, {}]


def test_an_operator_sees_that_it_was_only_checked(workplace: Workplace, queue: Queue) -> None:
    import_id = queue("01-clean-small", source=ImportSource.UPLOAD)
    with workplace.database.write() as session:
        session.get_one(LearnerImport, import_id).is_check = True
    drain = Drain(workplace, run_step=run_directly, send_mail=lambda *_: None, report=lambda *_: None)
    drain.run()
    assert drain.outcomes == {"checked": 1}
    with workplace.database.read() as session:
        told = describe_import(session.scalars(select(LearnerImport)).one())
    assert "checked (12 created, 0 updated, 0 unchanged if it is imported)" in told


def test_a_check_that_fails_by_our_fault_is_mailed_to_nobody_but_operators(workplace: Workplace, queue: Queue) -> None:
    import_id = queue("01-clean-small", source=ImportSource.UPLOAD)
    with workplace.database.write() as session:
        session.get_one(LearnerImport, import_id).is_check = True
    workplace.storage.erase(read_import(workplace, import_id).storage_name)
    work = take_import(workplace)
    assert work
    process_import(workplace, work, is_retried=False)
    assert read_import(workplace, import_id).status == ImportStatus.FAILED
    assert [mail.kind for mail in read_mails(workplace)] == ["alert"]


def test_the_rows_with_findings_are_kept_with_all_their_cells_errors_first(workplace: Workplace, queue: Queue) -> None:
    import_id = queue("03-every-error")
    process_next(workplace)
    done = read_import(workplace, import_id)
    kept = open_rows(workplace.storage.path_of(done.storage_name + FINDING_ROWS))
    with workplace.database.read() as session:
        found = session.execute(select(ImportFinding.row_number, ImportFinding.severity)).all()
    on_rows = [(number, severity) for number, severity in found if number is not None]
    with_error = {number for number, severity in on_rows if severity == "error"}
    only_warnings = {number for number, _ in on_rows} - with_error
    assert kept and kept.head["headings"][:4] == ["UKPRN", "Learner year group", "First name", "Last name"]
    assert kept.head["error_row_count"] == len(with_error)
    rows = kept.read(0, kept.row_count)
    assert [number for number, _ in rows] == [*sorted(with_error), *sorted(only_warnings)]
    assert all(len(texts) == len(kept.head["headings"]) for _, texts in rows)
    assert all(len(text) <= 200 for _, texts in rows for text in texts)


@pytest.mark.parametrize("name", ["01-clean-small", "12-not-a-workbook"])
def test_where_no_row_has_a_finding_none_are_kept(workplace: Workplace, queue: Queue, name: str) -> None:
    import_id = queue(name)
    process_next(workplace)
    original = workplace.storage.path_of(read_import(workplace, import_id).storage_name)
    assert not any(path.exists() for path in find_row_files(original))


def test_a_disk_that_takes_no_rows_costs_the_page_only(workplace: Workplace, queue: Queue) -> None:
    import_id = queue("03-every-error")
    original = workplace.storage.path_of(read_import(workplace, import_id).storage_name)
    for path in find_row_files(original):
        path.mkdir()  # a file can't take its place
    process_next(workplace)
    assert read_import(workplace, import_id).status == ImportStatus.UNSUCCESSFUL


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_retention_erases_the_rows_with_the_original_and_not_before(
    workplace: Workplace, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = [check(workplace, queue, name) for name in ("01-clean-small", "03-every-error")]
    monkeypatch.setattr("time.time", lambda clock=now: clock().timestamp() + 2 * STRAY_SECONDS)
    assert erase_old(workplace).stray_file_count == 0
    kept = {path.name for path in workplace.storage.folder.iterdir()}
    assert kept == {name for one in done for name in (one.storage_name,)} | {
        done[0].storage_name + PLANNED_ROWS,
        done[1].storage_name + FINDING_ROWS,
    }
    with workplace.database.write() as session:
        session.execute(update(LearnerImport).values(processed_at=now() - LONG_AGO))
    assert erase_old(workplace).import_count == 2
    assert list(workplace.storage.folder.iterdir()) == []
