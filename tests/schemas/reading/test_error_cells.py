"""Cells of an .xlsx that calamine loses or mistakes, in every way that programs write them."""

import io
import zipfile

import openpyxl
import pytest
import xlsxwriter

from schemas.reading.archive import OUTPUT_BYTES
from schemas.reading.limits import DEFAULT_LIMITS
from schemas.reading.prepared import prepare
from schemas.table import UNSAVED, CellKind
from tests.schemas.reading.making import HEADINGS, LEARNER, PARTS, SHEET, kinds_of, make_parts, read, row_of, text_row

ERROR_CELLS = [
    '<c r="A2" t="e"><v>{}</v></c>',
    "<c r='A2' t='e'><v>{}</v></c>",
    '<c t="e" r="A2" s="0"><f>B2</f><v>{}</v></c>',
    '<c t="e"><f t="shared" si="0"/><v xml:space="preserve">{}</v></c>',
    '<c r="A2" t="e" vm="1"\n><v\n>{}</v ></c >',
    '<c r="A2" t = "e"><v>{}</v></c>',
    "<c r='A2' t\n=\t'e' s='0'><v>{}</v></c>",
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
    content = make_parts(text_row(1, HEADINGS))
    assert prepare(content, DEFAULT_LIMITS).data is content


@pytest.mark.parametrize("before_seam", range(6))
def test_an_error_is_found_where_blocks_of_the_xml_meet(before_seam: int) -> None:
    def make(filling: int) -> bytes:
        return make_parts(f"<!--{'x' * filling}-->" + '<row r="2"><c t="e"><v>#REF!</v></c></row>')

    with zipfile.ZipFile(io.BytesIO(make(0))) as archive:
        offset = archive.read(SHEET).index(b't="e"')
    content = make(OUTPUT_BYTES - offset - before_seam)
    assert prepare(content, DEFAULT_LIMITS).data is not content


UNSAVED_CELLS = [
    "<c><f>B9+1</f></c>",
    "<c><f>B9+1</f><v/></c>",
    "<c><f>B9+1</f><v></v></c>",
    '<c r="A2" s="0"><f>B9&amp;C9</f>\n<v />\n</c >',
    '<c r="A2" t="n"><f>B9</f><v xml:space="preserve"></v></c>',
    '<c t="e"><f>B9</f></c>',
    '<c t="b" s="0"><f t="array" ref="A2:A3">B9:B10</f><v/></c>',
    '<c r="A2"><f t="shared" ref="A2:A5" si="0">B9</f></c>',
    "<c r='A2'><f t='shared' si='0'/></c>",
    '<c r="A2" t = "b"><f>B9</f></c>',
    '<c r="A2"><f t="shared" si="0"/><v/></c>',
    '<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:f>B9</x:f><x:v/></x:c>',
]


@pytest.mark.parametrize("cell", UNSAVED_CELLS)
def test_a_formula_without_a_saved_result_is_an_error_and_never_a_blank(cell: str) -> None:
    texts, kinds = read_row(cell + "<c><v>5</v></c>")
    assert texts == [UNSAVED, "5"]
    assert kinds == [CellKind.ERROR, CellKind.NUMBER]


@pytest.mark.parametrize(
    ("cell", "text", "kind"),
    [
        ('<c t="str"><f>B9&amp;"x"</f><v>text</v></c>', "text", CellKind.TEXT),
        ("<c><f>1+1</f><v>2</v></c>", "2", CellKind.NUMBER),
        ('<c><f t="shared" si="0"/><v>2</v></c>', "2", CellKind.NUMBER),
        ('<c t="b"><f>1=1</f><v>1</v></c>', "TRUE", CellKind.BOOLEAN),
        ('<c t="d"><f>TODAY()</f><v>2008-09-01</v></c>', "2008-09-01", CellKind.DATE),
        ('<c t="str"><f>""</f><v></v></c>', "", CellKind.BLANK),
        ('<c t="str"><f>""</f></c>', "", CellKind.BLANK),
        ('<c t = "str"><f>""</f></c>', "", CellKind.BLANK),
        ("<c><v></v></c>", "", CellKind.BLANK),
    ],
)
def test_a_formula_with_a_saved_result_gives_it(cell: str, text: str, kind: CellKind) -> None:
    """A text of no letter is a result too. One formula beside it has none, so that the sheet is rewritten."""
    texts, kinds = read_row(cell + "<c><f>B9</f></c>")
    assert texts == [text, UNSAVED]
    assert kinds == [kind, CellKind.ERROR]


def test_formulas_that_openpyxl_writes_have_no_result() -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(HEADINGS)
    page.append(["10001234", '="Year "&12', *LEARNER[2:]])
    file = io.BytesIO()
    book.save(file)
    table = read(file.getvalue())
    assert row_of(table, 0)[:3] == ["10001234", UNSAVED, LEARNER[2]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2008-09-01", "2008-09-01"),
        ("2008-09-01T00:00:00", "2008-09-01"),
        ("2008-09-01T00:00:00Z", "2008-09-01"),
        ("2008-09-01T00:00:00.000Z", "2008-09-01"),
        ("2008-09-01T13:30:00.000Z", "2008-09-01 13:30:00"),
    ],
)
def test_dates_of_iso_8601_are_dates(value: str, text: str) -> None:
    texts, kinds = read_row(f'<c t="d"><v>{value}</v></c><c r="B2" s="0" t = "d"><v>{value}</v></c>')
    assert (texts, kinds) == ([text, text], [CellKind.DATE, CellKind.DATE])


def test_a_text_that_looks_like_such_a_date_stays_a_text() -> None:
    texts, kinds = read_row('<c t="str"><v>2008-09-01Z</v></c><c t="d"><v>2008-09-01Z</v></c>')
    assert (texts[0], kinds[0]) == ("2008-09-01Z", CellKind.TEXT)


def read_uncalculated(cells: str, said: str = 'fullCalcOnLoad="1"') -> tuple[list[str], list[int]]:
    workbook = PARTS["xl/workbook.xml"].replace("</sheets>", f'</sheets><calcPr calcId="124519" {said}/>')
    rows = text_row(1, HEADINGS) + f'<row r="2">{cells}</row>'
    table = read(make_parts(rows, parts={"xl/workbook.xml": workbook}))
    return row_of(table, 0)[:2], kinds_of(table, 0)[:2]


NOUGHTS = [
    "<c><f>B9+1</f><v>0</v></c>",
    '<c r="A2" s="0"><f>B9&amp;C9</f>\n<v >0</v >\n</c >',
    '<c r="A2" t="n"><f>B9</f><v xml:space="preserve">0</v></c>',
    '<c r="A2" cm="1"><f t="array" ref="A2">B9:B10</f><v>0</v></c>',
    '<c r="A2"><f t="shared" si="0"/><v>0</v></c>',
    '<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:f>B9</x:f><x:v>0</x:v></x:c>',
]


@pytest.mark.parametrize("cell", NOUGHTS)
def test_a_nought_is_no_result_where_none_was_worked_out(cell: str) -> None:
    """XlsxWriter writes one for each formula whose result it is not told, and has Excel work them out on opening."""
    for said in ('fullCalcOnLoad="1"', 'fullCalcOnLoad="true"'):
        texts, kinds = read_uncalculated(cell + "<c><v>0</v></c>", said)
        assert texts == [UNSAVED, "0"]
        assert kinds == [CellKind.ERROR, CellKind.NUMBER]
    for said in ('fullCalcOnLoad="0"', ""):
        assert read_uncalculated(cell + "<c><v>5</v></c>", said)[0] == ["0", "5"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><f>1+1</f><v>2</v></c>", "2"),
        ("<c><f>5*2</f><v>10</v></c>", "10"),
        ("<c><f>1/2</f><v>0.5</v></c>", "0.5"),
        ('<c t="str"><f>"0"</f><v>0</v></c>', "0"),
        ('<c t="b"><f>1=2</f><v>0</v></c>', "FALSE"),
        ('<c t="str"><f>""</f><v></v></c>', ""),
    ],
)
def test_other_results_of_such_a_workbook_are_read(cell: str, text: str) -> None:
    assert read_uncalculated(cell + "<c><f>B9</f><v>0</v></c>")[0] == [text, UNSAVED]


def test_formulas_that_xlsxwriter_writes_have_a_result_only_when_it_was_told() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, LEARNER)
        page.write_formula(1, 1, '="Year "&12', None, "Year 12")
        page.write_formula(1, 2, "=D2")
        page.write_dynamic_array_formula(1, 6, 1, 6, "=H2")
    assert row_of(read(file.getvalue()), 0)[1:8] == ["Year 12", UNSAVED, *LEARNER[3:6], UNSAVED, LEARNER[7]]
