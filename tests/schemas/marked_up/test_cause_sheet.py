"""The first sheet says what is wrong, the largest cause first, and leads to the cells."""

import io
from typing import Any

import openpyxl
import pytest

from schemas.findings import Finding, file_finding
from schemas.marked_up import cause_sheet, cause_words
from tests.schemas.marked_up.making import mark_up, open_marked_up
from tests.schemas.sheets import make_sheet


def read_sheet(findings: list[Finding], rows: int = 40) -> tuple[Any, list[str], list[list[Any]]]:
    """Return the sheet, the lines above the causes, and the causes' rows."""
    sheet = open_marked_up(make_sheet(*({} for _ in range(rows))), findings).worksheets[0]
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(index for index, row in enumerate(values) if row[0] == "Kind")
    return sheet, [row[0] for row in values[:at] if row[0]], values[at + 1 :]


def gender(count: int, suggestion: str | None = "Female") -> list[Finding]:
    return [
        Finding("gender_unknown", "error", n, "Gender", f"P{n}", "Write it.", suggestion) for n in range(2, count + 2)
    ]


def test_it_names_the_file_counts_and_says_what_few_causes_explain() -> None:
    findings = [*gender(20), Finding("dob_age", "warning", 2, "Dob", "O2", "Check it."), file_finding("file_damaged")]
    _, lines, _ = read_sheet(findings)
    assert lines[:3] == [
        "What to correct in our learners.xls",
        "21 errors stop this file from being imported; 1 warning does not.",
        "One cause explains 20 of 21 errors.",
    ]
    assert any("save this workbook, and send it again" in line for line in lines)
    assert lines[-1].startswith("Colours, comments and the sheets beside “Learners” are ignored")


def test_warnings_alone_are_to_be_checked_in_a_file_that_may_be_loaded_already() -> None:
    sheet, lines, _ = read_sheet([Finding("dob_age", "warning", 2, "Dob", "O2", "Check it.")])
    assert sheet.title == "What to check"
    assert lines[:2] == [
        "What to check in our learners.xls",
        "There is no error in this file. 1 warning should be checked.",
    ]
    assert lines[4].endswith("send it the way you sent the first one: learners already loaded are updated.")
    assert not any("must be corrected" in line or "being imported" in line for line in lines)


@pytest.mark.parametrize(("numbers", "words"), [([2], "another sheet of yours"), ([2, 4], "2 other sheets of yours")])
def test_sheets_that_are_not_in_the_workbook_are_told_before_the_steps(numbers: list[int], words: str) -> None:
    left_out = [file_finding("sheet_left_out", sheet_number=number) for number in numbers]
    for findings in (left_out, [*left_out, *gender(2)]):
        _, lines, _ = read_sheet(findings)
        at = next(index for index, line in enumerate(lines) if line.startswith(f"Not in this workbook: {words}"))
        assert lines[at].endswith("add them on the sheet “Learners” here, below the others.")
        assert lines[at + 1].startswith("1. ") and at <= 3


def test_hidden_characters_of_a_file_name_are_written_out() -> None:
    book = openpyxl.load_workbook(io.BytesIO(mark_up(make_sheet({}), gender(1), file_name="a\u202eslx.xls")))
    assert book.worksheets[0]["A1"].value == "What to correct in a[U+202E]slx.xls"


def test_causes_come_largest_first_with_what_to_write_and_links_to_their_cells() -> None:
    findings = [
        Finding("dob_age", "warning", 2, "Dob", "O2", "Check it."),
        Finding("too_long", "error", 9, "Town", "I9", "Shorten it."),
        *gender(9),
    ]
    sheet, _, rows = read_sheet(findings)
    assert [row[:5] for row in rows] == [
        ["Error", 9, "Gender, rows 2 to 10", "Write it.", "Female"],
        ["Error", 1, "Town, row 9", "Shorten it.", None],
        ["Warning", 1, "Dob, row 2", "Check it.", None],
    ]
    assert rows[0][5:] == ["P2", "P3", "P4", "P5", "P6", "P7", "and 3 more"]
    links = {cell.value: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links["P7"] == "'Learners'!P7" and links["I9"] == "'Learners'!I9"


def test_different_suggestions_are_left_to_the_comments() -> None:
    _, _, rows = read_sheet([*gender(2), *gender(3, "Male")[2:]])
    assert rows[0][4] == "See each cell’s comment"


def test_no_cap_is_silent(monkeypatch: Any) -> None:
    monkeypatch.setattr(cause_sheet, "CAUSES_SHOWN", 2)
    monkeypatch.setattr(cause_words, "CAUSES_SHOWN", 2)
    monkeypatch.setattr(cause_words, "COMMENT_LIMIT", 5)
    findings = [Finding(f"r{n}", "error", n, "Town", f"I{n}", f"Mend it, {n}.") for n in range(2, 12)]
    _, lines, rows = read_sheet(findings)
    assert len(rows) == 2
    assert "The first 2 of 10 causes are listed here." in lines
    assert any(line.startswith("10 cells are coloured; only the first 5 of them have a comment") for line in lines)
