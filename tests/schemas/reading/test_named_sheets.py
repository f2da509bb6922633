"""What is found in a part of an .xlsx reaches the sheet it is of, or the file is refused, whatever the names are."""

import pytest

from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError
from schemas.table import Remark
from tests.schemas.reading.making import HEADINGS, LEARNER, MAIN, OFFICE, PACKAGE, XML, make_parts, read, text_row

LIMITS = ReadingLimits(memory_bytes=2**30)
FAR_CELL = '<row r="1048576"><c r="Z1048576"><v>1</v></c></row>'
NUMBERS = range(2, 302)
ROWS = text_row(1, HEADINGS) + "".join(text_row(number, LEARNER) for number in NUMBERS)
HIDDEN_ROWS = ROWS.replace('<row r="5">', '<row r="5" hidden="1">')
PLAIN = '<sheet name="Learners" sheetId="1" r:id="r1"/>'
ODD_BUT_READ = {
    "plain": PLAIN,
    "undeclared prefix": '<sheet name="Learners" xr:uid="1" sheetId="1" r:id="r1"/>',
    "tab in the name": '<sheet name="Lear\tners" sheetId="1" r:id="r1"/>',
    "line end in the name": '<sheet name="Lear\r\nners" sheetId="1" r:id="r1"/>',
    "references in the name": '<sheet name="Lear&#10;ners &amp; &lt;more&gt;" sheetId="1" r:id="r1"/>',
    "prefix before the names": '<x:sheet name="Learners" sheetId="1" r:id="r1"></x:sheet>',
}
NOT_TOLD = {
    "doubled attribute": '<sheet name="Learners" sheetId="1" sheetId="1" r:id="r1"/>',
    "two parts": '<sheet name="Learners" sheetId="1" q:id="r3" r:id="r1"/>',
    "part of two": '<sheet name="One" sheetId="1" r:id="r1" state="hidden"/><sheet name="Two" sheetId="2" r:id="r1"/>',
    "part of none": '<sheet name="Notes" sheetId="1" r:id="r3"/>',
}
SAME_NAME = '<sheet name="L" sheetId="2" r:id="r3"/><sheet name="L" sheetId="1" r:id="r1"/>'


def make_workbook(sheets: str, rows: str, target: str = "worksheets/sheet1.xml") -> bytes:
    """Make a workbook of the learners' sheet (r1) and one of notes (r3), which the workbook names like this."""
    rels = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/worksheet" Target="{at}"/>'
        for key, at in (("r1", target), ("r3", "worksheets/notes.xml"))
    )
    worksheet = f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{{}}</sheetData></worksheet>'
    return make_parts(
        parts={
            "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{rels}</Relationships>',
            "xl/worksheets/notes.xml": worksheet.format(text_row(1, ["Notes"])),
            f"xl/{target}": worksheet.format(rows),
        },
    )


def refusal_of(content: bytes) -> str:
    with pytest.raises(RefusedError) as refused:
        read(content, LIMITS)
    return refused.value.rule


@pytest.mark.parametrize("name", ODD_BUT_READ)
def test_learners_with_a_stray_cell_are_never_cut_in_silence(name: str) -> None:
    assert refusal_of(make_workbook(ODD_BUT_READ[name], ROWS + FAR_CELL)) == "file_too_spread"


@pytest.mark.parametrize("name", ODD_BUT_READ)
def test_hidden_rows_are_told_whatever_the_sheet_is_called(name: str) -> None:
    table = read(make_workbook(ODD_BUT_READ[name], HIDDEN_ROWS), LIMITS)
    assert table.row_numbers == list(NUMBERS)
    assert table.remarks == (Remark("rows_hidden", None, {"row_count": 1}),)


@pytest.mark.parametrize("name", NOT_TOLD)
def test_a_cut_that_cannot_be_told_of_a_sheet_refuses_the_file(name: str) -> None:
    assert refusal_of(make_workbook(NOT_TOLD[name], ROWS + FAR_CELL)) == "file_too_spread"


@pytest.mark.parametrize("name", NOT_TOLD)
def test_hidden_rows_that_cannot_be_told_of_a_sheet_refuse_the_file(name: str) -> None:
    assert refusal_of(make_workbook(NOT_TOLD[name], HIDDEN_ROWS)) == "file_damaged"


@pytest.mark.parametrize("rows", [ROWS, ROWS + FAR_CELL, HIDDEN_ROWS], ids=["plain", "far cell", "hidden row"])
def test_two_sheets_of_one_name_are_damage(rows: str) -> None:
    """calamine would give the first of them twice, and the learners on the second not at all."""
    assert refusal_of(make_workbook(SAME_NAME, rows)) == "file_damaged"


def test_a_workbook_whose_list_of_sheets_is_no_xml_is_read_where_nothing_can_be_lost() -> None:
    assert read(make_workbook(NOT_TOLD["doubled attribute"], ROWS), LIMITS).row_numbers == list(NUMBERS)


@pytest.mark.parametrize("sheet", [PLAIN, NOT_TOLD["doubled attribute"]])
def test_an_error_in_a_part_with_an_unusual_name_is_no_blank(sheet: str) -> None:
    rows = ROWS + '<row r="400"><c r="A400" t="e"><v>#REF!</v></c></row>'
    assert read(make_workbook(sheet, rows, "worksheets/deep/er.xml"), LIMITS).texts[0][-1] == "#REF!"
