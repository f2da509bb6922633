"""A progress spreadsheet takes the same path as one of learners, and is told from it by its headings."""

from pathlib import Path

import pytest
import xlwt
from openpyxl import load_workbook
from sqlalchemy import select

from flows.workplace import Workplace
from records.tables import Account, ImportFinding, Learner, LearnerImport, LearnerProgress
from schemas.reading import read_workbook
from schemas.template import Format
from schemas.template.progress import ProgressRow, make_progress_template
from tests.flows.conftest import Queue, read_import
from tests.flows.processed import list_outcomes, process_next, read_mails

HEADINGS = ("Username", "Qualifications", "Reference", "Applications", "Offers")


def write_progress(path: Path, *rows: tuple[object, ...]) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Any name")
    sheet.write(0, 0, "Autumn term")
    for index, row in enumerate((HEADINGS, *rows), start=2):
        for column, value in enumerate(row):
            sheet.write(index, column, value)
    book.save(str(path))
    return path


@pytest.fixture
def usernames(workplace: Workplace, queue: Queue) -> list[str]:
    """Of the learners of the first sample, loaded."""
    queue("01-clean-small")
    process_next(workplace)
    with workplace.database.read() as session:
        return list(session.scalars(select(Account.username).order_by(Account.id)))


def test_a_dropped_progress_file_is_recorded_and_receipted(
    workplace: Workplace, queue: Queue, usernames: list[str], tmp_path: Path
) -> None:
    path = write_progress(tmp_path / "progress.xls", *[(name, "Received", "awaiting", 3, 1) for name in usernames])
    import_id = queue(path, ukprn="10001234")
    process_next(workplace)
    done = read_import(workplace, import_id)
    assert (done.status, done.kind, done.created_count, done.updated_count) == (
        "successful",
        "progress",
        0,
        len(usernames),
    )
    with workplace.database.read() as session:
        progress = session.scalars(select(LearnerProgress)).all()
    assert {
        (one.has_qualifications, one.has_reference, one.application_count, one.offer_count) for one in progress
    } == {(True, False, 3, 1)}
    assert len(progress) == len(usernames)
    assert "password" not in read_mails(workplace)[-1].body_text
    assert f"import-{import_id}-successful.txt" in list_outcomes(workplace)


def test_a_wrong_progress_file_loads_nothing_and_comes_back_marked_up(
    workplace: Workplace, queue: Queue, usernames: list[str], tmp_path: Path
) -> None:
    rows = [(usernames[0], "Received", "", 1, 0), ("nobody.atall", "maybe", "", 1, 0)]
    import_id = queue(write_progress(tmp_path / "progress.xls", *rows), ukprn="10001234")
    process_next(workplace)
    with workplace.database.read() as session:
        cells = session.scalars(select(ImportFinding.cell).where(ImportFinding.import_id == import_id)).all()
        assert session.scalars(select(LearnerProgress)).all() == []
    assert set(cells) == {"A5", "B5"}
    marked_up = (
        workplace.settings.drop_folder / "10001234" / "outcomes" / f"import-{import_id}-unsuccessful-marked-up.xlsx"
    )
    sheets = load_workbook(marked_up)
    assert sheets["Any name"]["B5"].comment.text
    assert sheets["Any name"]["B3"].value == "Qualifications"


def test_the_same_progress_file_again_is_told_as_such(
    workplace: Workplace, queue: Queue, usernames: list[str], tmp_path: Path
) -> None:
    path = write_progress(tmp_path / "progress.xls", (usernames[0], "Received", "", "", ""))
    first = queue(path, ukprn="10001234")
    process_next(workplace)
    again = queue(path, ukprn="10001234")
    process_next(workplace)
    repeated = read_import(workplace, again)
    assert (repeated.repeats_import_id, repeated.kind) == (first, "progress")


def test_a_list_of_learners_is_never_taken_for_progress(workplace: Workplace, usernames: list[str]) -> None:
    with workplace.database.read() as session:
        assert session.scalars(select(LearnerImport.kind)).all() == ["learners"]
        assert len(session.scalars(select(Learner.id)).all()) == len(usernames)


@pytest.mark.parametrize("format", ["xls", "xlsx"])
def test_the_template_with_learners_filled_in_reads_back_as_it_is(tmp_path: Path, format: Format) -> None:
    row = ProgressRow("sian.obrien", None, '=HYPERLINK("x")', "O'Brien", "Received", "Awaiting", 5, 0)
    path = tmp_path / f"template.{format}"
    path.write_bytes(make_progress_template(format, [row]))
    table = read_workbook(path)
    assert table.kind == "progress"
    assert [column[0] for column in table.texts] == [
        "sian.obrien",
        "",
        '=HYPERLINK("x")',
        "O'Brien",
        "Received",
        "Awaiting",
        "5",
        "0",
    ]
