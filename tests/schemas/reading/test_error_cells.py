"""Error cells of an .xlsx, in every way that programs write them."""

import io
import zipfile

import pytest

from schemas.reading.archive import OUTPUT_BYTES
from schemas.reading.error_cells import mark_errors
from schemas.table import CellKind
from tests.schemas.reading.making import HEADINGS, SHEET, kinds_of, make_parts, read, row_of, text_row

ERROR_CELLS = [
    '<c r="A2" t="e"><v>{}</v></c>',
    "<c r='A2' t='e'><v>{}</v></c>",
    '<c t="e" r="A2" s="0"><f>B2</f><v>{}</v></c>',
    '<c t="e"><f t="shared" si="0"/><v xml:space="preserve">{}</v></c>',
    '<c r="A2" t="e" vm="1"\n><v\n>{}</v ></c >',
]


def read_row(cells: str) -> tuple[list[str], list[int]]:
    table = read(make_parts(text_row(1, HEADINGS) + f'<row r="2">{cells}</row>'))
    return row_of(table, 0)[:2], kinds_of(table, 0)[:2]


@pytest.mark.parametrize("cell", ERROR_CELLS)
@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#SPILL!", "#ERROR!", "Err:508"])
def test_an_error_keeps_its_text(cell: str, error: str) -> None:
    """calamine knows seven errors and refuses a sheet that holds another, such as those of Google Sheets."""
    texts, kinds = read_row(cell.format(error) + "<c><v>5</v></c>")
    assert texts == [error, "5"]
    assert kinds == [CellKind.ERROR, CellKind.NUMBER]


def test_a_prefix_before_the_names_is_understood() -> None:
    cells = '<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" t="e"><x:v>#REF!</x:v></x:c>'
    assert read_row(cells + "<c><v>5</v></c>")[0] == ["#REF!", "5"]


@pytest.mark.parametrize("cell", ['<c r="A2" t="e"/>', '<c r="A2" t="e"></c>', '<c r="A2" t="e"><v/></c>'])
def test_an_error_without_a_value_is_blank(cell: str) -> None:
    texts, kinds = read_row(cell + '<c r="B2"><v>5</v></c>')
    assert texts == ["", "5"]
    assert kinds == [CellKind.BLANK, CellKind.NUMBER]


def test_a_text_that_looks_like_xml_is_left_alone() -> None:
    told = 'the cell <c t="e"> & so on'.replace("&", "&amp;").replace("<", "&lt;")
    texts, kinds = read_row(f'<c t="inlineStr"><is><t>{told}</t></is></c><c t="e"><v>#REF!</v></c>')
    assert texts == ['the cell <c t="e"> & so on', "#REF!"]
    assert kinds == [CellKind.TEXT, CellKind.ERROR]


def test_a_workbook_without_errors_is_not_rewritten() -> None:
    assert mark_errors(make_parts(text_row(1, HEADINGS))) is None


@pytest.mark.parametrize("before_seam", range(6))
def test_an_error_is_found_where_blocks_of_the_xml_meet(before_seam: int) -> None:
    def make(filling: int) -> bytes:
        return make_parts(f"<!--{'x' * filling}-->" + '<row r="2"><c t="e"><v>#REF!</v></c></row>')

    with zipfile.ZipFile(io.BytesIO(make(0))) as archive:
        offset = archive.read(SHEET).index(b't="e"')
    assert mark_errors(make(OUTPUT_BYTES - offset - before_seam)) is not None
