"""A marked-up workbook can be dropped as it is: unmended it gives the same findings, mended it gives fewer."""

import io
from collections.abc import Collection
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from schemas.findings import Finding, file_finding
from schemas.rules import ERROR
from schemas.table import CellKind, SheetTable
from tests.schemas.cases import REFUSED
from tests.schemas.marked_up.making import find_in, mark_up
from tests.schemas.reading.making import read
from tests.schemas.sheets import GOOD, Cell, date_cell, error, make_sheet, number

SAMPLES = Path(__file__).parents[3] / "data" / "samples"
READABLE = [path for path in sorted(SAMPLES.glob("*.xls*")) if "not-a-workbook" not in path.name]
SWAPPED = "dob_swapped"
AS_TEXT = bytes(CellKind.TEXT if kind == CellKind.ERROR else kind for kind in range(256))


def tell(findings: list[Finding], typed: Collection[str | None] = ()) -> list[tuple[object, ...]]:
    """Return what a finding says, but for cells given back as what was typed: another rule refuses those then."""
    return [(one.rule, one.cell, one.column, one.message, one.suggestion) for one in findings if one.cell not in typed]


def assert_same(table: SheetTable, again: SheetTable) -> None:
    """Check that the same was read; an error cell has become the text that it shows."""
    assert again.sheet_name == table.sheet_name
    assert (again.headings, again.heading_row_number) == (table.headings, table.heading_row_number)
    assert (again.row_numbers, again.texts) == (table.row_numbers, table.texts)
    assert again.kinds == [kinds.translate(AS_TEXT) for kinds in table.kinds]


@pytest.mark.parametrize("value", [
    number("12"), number("-0.25"), number("1234567890123450"), number("0.000012"), date_cell("2009-09-01"),
    date_cell("1900-02-28"), date_cell("2009-09-01 13:30:05"), date_cell("13:30:05"), Cell("TRUE", CellKind.BOOLEAN),
    error("#REF!"), error("#N/A"), "  padded\t", "two\nlines", "'quoted", "=1+1", "007", "2009-09-01", "x" * 32_767,
    "<b>&amp;", "Nguyễn 😀", "FALSE", "1E5",
], ids=repr)  # fmt: skip
def test_a_cell_is_read_again_as_it_was(value: str | Cell) -> None:
    table = make_sheet({"town": value}, {"gender": "Femal"})
    assert_same(table, read(mark_up(table)))


def test_a_sheet_with_a_title_and_gaps_is_read_again_as_it_was() -> None:
    plain = make_sheet({"gender": "Femal"}, {}, row_numbers=[6, 99])
    table = SheetTable("Our list", plain.headings, 4, [6, 99], plain.texts, plain.kinds, [(1, 0, "Learners of 2026")])
    again = read(mark_up(table))
    assert_same(table, again)
    assert list(again.above) == list(table.above)


def test_every_wrong_cell_that_we_know_is_refused_again_in_the_same_words() -> None:
    """The values of all cell rules together: a mark or a format of ours must not change what is read."""
    table = make_sheet(*({name: value} for name, value, *_ in REFUSED))
    findings = find_in(table)
    assert len(findings) >= len(REFUSED)
    assert tell(find_in(read(mark_up(table)))) == tell(findings)


@pytest.mark.parametrize("sample", READABLE, ids=lambda path: path.stem)
def test_each_sample_is_judged_the_same_when_its_marked_up_workbook_is_dropped(sample: Path) -> None:
    table = read(sample.read_bytes())
    findings = find_in(table) or [file_finding("rows_hidden", row_count=1)]
    again = read(mark_up(table, findings))
    typed = {one.cell for one in findings if one.rule == SWAPPED}
    if not typed:
        assert_same(table, again)
    assert tell(find_in(again), typed) == tell(find_in(table), typed)
    refused = {one.cell: one.suggestion for one in find_in(again) if one.severity == ERROR}
    assert all(refused[one.cell] == one.suggestion for one in findings if one.cell in typed)


LATE = ("13/05/2008", "25/12/2007", "30/01/2009")
LATE_MONTHS = ("05/13/2008", "12/25/2007", "01/30/2009")
KEPT_BY_EXCEL = ("2008-01-09", "2009-11-02", "2008-03-12", "2008-04-04")


@pytest.mark.parametrize(
    ("late", "typed"),
    [
        (LATE, ["01/09/2008", "11/02/2009", "03/12/2008"]),
        (LATE_MONTHS, ["09/01/2008", "02/11/2009", "12/03/2008"]),
    ],
    ids=["day first", "month first"],
)
def test_dates_whose_day_excel_took_for_the_month_come_back_as_the_texts_that_were_typed(
    late: tuple[str, ...], typed: list[str]
) -> None:
    """They are refused by themselves until each is mended, whatever becomes of the dates beside them."""
    dates: list[str | Cell] = [*map(date_cell, KEPT_BY_EXCEL), *late]
    table = make_sheet(*({"date_of_birth": value} for value in dates))
    findings = find_in(table)
    assert [one.cell for one in findings if one.rule == SWAPPED] == ["O2", "O3", "O4"]
    data = mark_up(table, findings)
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Learners"]
    assert [sheet[f"O{row}"].value for row in (2, 3, 4)] == typed
    assert {sheet[f"O{row}"].number_format for row in (2, 3, 4, 6)} == {"@"}
    assert sheet["O5"].is_date
    again = {one.cell: one.suggestion for one in find_in(read(data))}
    assert again == {one.cell: one.suggestion for one in findings}
    others = [one for one in findings if one.rule != SWAPPED]
    beside_mended = find_in(read(follow_suggestions(data, "Learners", others)))
    assert [(one.rule, one.cell) for one in beside_mended] == [("dob_ambiguous", f"O{row}") for row in (2, 3, 4)]
    assert not find_in(read(follow_suggestions(data, "Learners", findings)))


def test_one_mistyped_date_at_the_top_does_not_turn_round_what_was_typed() -> None:
    late = [f"{13 + index % 15}/{1 + index % 12:02}/2008" for index in range(60)]
    dates: list[str | Cell] = ["05/13/2008", date_cell("2008-01-09"), date_cell("2009-11-02"), *late]
    table = make_sheet(*({"date_of_birth": value} for value in dates))
    findings = find_in(table)
    assert [one.cell for one in findings if one.rule == SWAPPED] == ["O3", "O4"]
    sheet = openpyxl.load_workbook(io.BytesIO(mark_up(table, findings)))["Learners"]
    assert [sheet[cell].value for cell in ("O3", "O4")] == ["01/09/2008", "11/02/2009"]


WRONG = st.sampled_from([(name, value) for name, value, *_ in REFUSED])
SERIALS = st.integers(20_000, 60_000).map(str).map(number)
DATES = st.integers(0, 40_000).map(lambda days: date_cell(str(date(1900, 3, 1) + timedelta(days=days))))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ANYTHING = st.tuples(st.sampled_from(list(GOOD)), st.one_of(SERIALS, DATES, TEXTS))
LEARNERS = st.lists(st.lists(WRONG | ANYTHING, max_size=3).map(dict), min_size=1, max_size=8)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(LEARNERS)
@example([{"ukprn": "\x0c"}, {"town": "Old\x0btown", "gender": "Femal"}])
def test_any_refused_file_dropped_again_unmended_is_refused_for_the_same(learners: list[dict[str, Any]]) -> None:
    table = make_sheet(*learners)
    findings = find_in(table)
    assume(findings and not any(one.rule == SWAPPED for one in findings))
    assert tell(find_in(read(mark_up(table, findings)))) == tell(findings)


def follow_suggestions(data: bytes, sheet_name: str, findings: list[Finding]) -> bytes:
    """Type what each comment says into its cell, as a person does."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for finding in findings:
        if finding.cell and finding.suggestion:
            assert f"Write instead: {finding.suggestion}" in book[sheet_name][finding.cell].comment.text
            book[sheet_name][finding.cell].value = finding.suggestion
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def count_errors(findings: list[Finding]) -> int:
    """Count errors but repetitions: a learner who was mended may turn out to stand in two rows."""
    return sum(one.severity == ERROR and one.rule != "duplicate_row" for one in findings)


@FEW
@given(LEARNERS)
@example([{"ukprn": "", "first_name": "\x91"}])
def test_any_refused_file_with_the_suggestions_put_in_has_fewer_errors(learners: list[dict[str, Any]]) -> None:
    table = make_sheet(*learners)
    findings = find_in(table)
    mended = [one for one in findings if one.severity == ERROR and one.cell and one.suggestion]
    assume(mended)
    again = find_in(read(follow_suggestions(mark_up(table, findings), table.sheet_name, findings)))
    assert count_errors(again) < count_errors(findings)
    assert not {one.cell for one in mended} & {one.cell for one in again if one.rule != "duplicate_row"}
