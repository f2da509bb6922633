"""A stray cell far from the learners is told as what it is, before anything is laid out for it."""

import pytest

from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError
from tests.schemas.reading.making import (
    GOOD,
    HEADINGS,
    LEARNER,
    MAIN,
    OFFICE,
    PACKAGE,
    SHEET,
    TEMPLATE_ROWS,
    XML,
    Sheet,
    make_parts,
    make_xlsx,
    read,
    text_row,
)

LIMITS = ReadingLimits(memory_bytes=2**30)


def cell(letters: str, row: int, inside: str = "<v>1</v>") -> str:
    kind = ' t="inlineStr"' if inside.startswith("<is>") else ""
    return f'<row r="{row}"><c r="{letters}{row}"{kind}>{inside}</c></row>'


def two_sheets(first: str, second: str, state: str = "visible") -> bytes:
    """Make a workbook of two sheets, the first of this state, from the XML of their rows."""
    sheets = f'<sheet name="One" sheetId="1" state="{state}" r:id="r1"/><sheet name="Two" sheetId="2" r:id="r3"/>'
    rels = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/worksheet" Target="{target}"/>'
        for key, target in (("r1", "worksheets/sheet1.xml"), ("r3", "/xl/worksheets/other.xml"))
    )
    return make_parts(
        first,
        parts={
            "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{rels}</Relationships>',
            "xl/worksheets/other.xml": f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{second}</sheetData></worksheet>',
        },
    )


@pytest.mark.parametrize(
    ("letters", "row", "rule", "words"),
    [
        ("XFD", 1_048_576, "file_too_wide", {"column_count": 16_384, "expected_count": 17}),
        ("XFD", 3, "file_too_wide", {"column_count": 16_384, "expected_count": 17}),
        ("IW", 3, "file_too_wide", {"column_count": 257, "expected_count": 17}),
        ("Z", 1_048_576, "file_too_spread", {"row_count": 1_048_576, "column_count": 26}),
        ("IV", 100_000, "file_too_spread", {"row_count": 100_000, "column_count": 256}),
    ],
)
@pytest.mark.parametrize("inside", ["<v>1</v>", "<is><t>x</t></is>", "<f>A1</f>"])
def test_a_stray_cell_is_refused_as_what_it_is(
    letters: str, row: int, inside: str, rule: str, words: dict[str, int]
) -> None:
    with pytest.raises(RefusedError, match=f"^{rule}$") as refused:
        read(make_parts(TEMPLATE_ROWS + cell(letters, row, inside)), LIMITS)
    assert refused.value.words == words


def test_a_stray_cell_within_reach_is_a_row() -> None:
    rows = text_row(1, HEADINGS[:4]) + text_row(2, LEARNER[:4])
    assert read(make_parts(rows + cell("C", 100_000)), LIMITS).row_numbers == [2, 100_000]


@pytest.mark.parametrize("inside", ["", "<v/>", "<v></v>"])
def test_a_stray_cell_that_holds_nothing_is_harmless(inside: str) -> None:
    table = read(make_parts(TEMPLATE_ROWS + cell("XFD", 1_048_576, inside)), LIMITS)
    assert (table.row_numbers, len(table.headings)) == ([2], 17)


def test_columns_formatted_to_the_last_row_are_harmless() -> None:
    blank = "".join(f'<c r="{letter}{{0}}" s="0"/>' for letter in "ABCDEFGHIJKLMNOPQ")
    rows = "".join(f'<row r="{row}" s="0" customFormat="1">{blank.format(row)}</row>' for row in range(3, 20_003))
    table = read(make_parts(TEMPLATE_ROWS + rows + '<row r="1048576" s="0" customFormat="1"/>'), LIMITS)
    assert table.row_numbers == [2]


@pytest.mark.parametrize("said", ["A1:XFD1048576", "A1", "B2:A1"])
def test_a_dimension_that_lies_is_not_believed(said: str) -> None:
    sheet = (
        f'{XML}<worksheet xmlns="{MAIN}"><dimension ref="{said}"/><sheetData>{TEMPLATE_ROWS}</sheetData></worksheet>'
    )
    assert read(make_parts(parts={SHEET: sheet}), LIMITS).row_numbers == [2]


@pytest.mark.parametrize("state", ["visible", "hidden"])
def test_a_stray_cell_on_another_sheet_refuses_nothing(state: str) -> None:
    notes = text_row(1, ["Notes"]) + cell("XFD", 1_048_576)
    table = read(two_sheets(notes, TEMPLATE_ROWS, state), LIMITS)
    assert (table.sheet_name, table.row_numbers, table.remarks) == ("Two", [2], ())


def test_a_second_sheet_of_learners_with_a_stray_cell_is_never_left_out_silently() -> None:
    with pytest.raises(RefusedError, match=r"^file_second_sheet$"):
        read(two_sheets(TEMPLATE_ROWS, TEMPLATE_ROWS + cell("XFD", 1_048_576)), LIMITS)


def test_learners_under_a_title_with_a_stray_cell_are_told_so() -> None:
    rows = text_row(3, ["Title"]) + text_row(5, HEADINGS) + text_row(6, LEARNER)
    with pytest.raises(RefusedError, match=r"^file_too_spread$"):
        read(two_sheets(text_row(1, ["Notes"]), rows + cell("Z", 1_048_576)), LIMITS)


def test_learners_behind_a_far_row_are_seen() -> None:
    """Rows need not stand in their order: what is left out is the far one, not all that follows it."""
    rows = cell("XFD", 1_048_576) + TEMPLATE_ROWS
    with pytest.raises(RefusedError, match=r"^file_second_sheet$"):
        read(two_sheets(rows, TEMPLATE_ROWS), LIMITS)


def test_a_wide_sheet_within_reach_that_holds_no_learners_refuses_nothing() -> None:
    table = read(make_xlsx(Sheet([["Timetable"], [None] * 400 + ["x"]], name="Timetable"), GOOD))
    assert table.sheet_name == "Learners"
