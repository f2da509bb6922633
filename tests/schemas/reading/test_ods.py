"""OpenDocument sheets: what LibreOffice, Excel and simpler programs write, and what is none of a cell's text."""

import time
from typing import Any

import pytest

from schemas.reading import ods
from schemas.reading.limits import DEFAULT_LIMITS
from schemas.reading.refusals import RefusedError
from schemas.reading.sheet_cells import Merge
from schemas.table import UNSAVED, CellKind, SheetTable
from tests.schemas.reading.making import (
    GOOD,
    HEADINGS,
    LEARNER,
    ODS_NAMES,
    Sheet,
    make_ods,
    make_xlsx,
    read,
    row_of,
    to_ods_table,
    zip_ods,
)

HEADING_ROW = "".join(
    f'<table:table-cell office:value-type="string"><text:p>{heading}</text:p></table:table-cell>'
    for heading in HEADINGS[:3]
)
BEGINNING = f'<table:table table:name="Learners"><table:table-row>{HEADING_ROW}</table:table-row>'
BLANK_END = '<table:table-row table:number-rows-repeated="{}"><table:table-cell table:number-columns-repeated="16384"/>'
TO_THE_END = BLANK_END.format(1_048_570) + "</table:table-row>"


def read_rows(rows: str) -> SheetTable:
    return read(zip_ods(f"{BEGINNING}{rows}</table:table>"))


def read_cell(cell: str) -> tuple[str, int]:
    """Read one cell; with a row of its own before it, so that nothing is read by chance."""
    table = read_rows(f"<table:table-row>{text_cell('x')}{cell}</table:table-row>")
    return table.texts[1][0], table.kinds[1][0]


def text_cell(text: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{text}</text:p></table:table-cell>'


CELLS = {
    "text": (text_cell("Zoë"), "Zoë", CellKind.TEXT),
    "references": (text_cell("O&apos;Brien &amp; &#x5A;o&#235;"), "O'Brien & Zoë", CellKind.TEXT),
    "spaces": (text_cell('a<text:s text:c="3"/>b<text:s/>c'), "a   b c", CellKind.TEXT),
    "raw spaces": (text_cell("a  b"), "a  b", CellKind.TEXT),
    "tab and line break": (text_cell("a<text:tab/>b<text:line-break/>c"), "a\tb\nc", CellKind.TEXT),
    "paragraphs": (text_cell("a</text:p><text:p>b"), "a\nb", CellKind.TEXT),
    "xml spread over lines": (text_cell("\n  a\n  b\n  "), "a b", CellKind.TEXT),
    "span": (text_cell("a<text:span>b<text:span>c</text:span></text:span>d"), "abcd", CellKind.TEXT),
    "link": (text_cell("<text:a>zoe@example.org</text:a>"), "zoe@example.org", CellKind.TEXT),
    "note": (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>moved</text:p><text:list>'
        "<text:list-item><text:p>twice</text:p></text:list-item></text:list></office:annotation><text:p>Leeds</text:p></table:table-cell>",
        "Leeds",
        CellKind.TEXT,
    ),
    "note within the text": (
        text_cell("Le<office:annotation><text:p>moved</text:p></office:annotation>eds"),
        "Leeds",
        CellKind.TEXT,
    ),
    "drawing": (text_cell("a</text:p><frame><text:p>box</text:p></frame><text:p>b"), "a\nb", CellKind.TEXT),
    "reading aid": (
        text_cell("<text:ruby><text:ruby-base>a</text:ruby-base><text:ruby-text>b</text:ruby-text></text:ruby>"),
        "a",
        CellKind.TEXT,
    ),
    "text in an attribute": (
        '<table:table-cell office:value-type="string" office:string-value="Leeds"/>',
        "Leeds",
        CellKind.TEXT,
    ),
    "text shown otherwise": (text_cell("shown", 'office:string-value="meant"'), "meant", CellKind.TEXT),
    "attribute without line ends": (
        text_cell("a</text:p><text:p>b", 'office:string-value="a b"'),
        "a\nb",
        CellKind.TEXT,
    ),
    "text without a type": ("<table:table-cell><text:p>Leeds</text:p></table:table-cell>", "Leeds", CellKind.TEXT),
    "number": (
        '<table:table-cell office:value-type="float" office:value="1234567890"><text:p>1.23E+09</text:p>'
        "</table:table-cell>",
        "1234567890",
        CellKind.NUMBER,
    ),
    "percentage": ('<table:table-cell office:value-type="percentage" office:value="0.5"/>', "0.5", CellKind.NUMBER),
    "currency": ('<table:table-cell office:value-type="currency" office:value="12"/>', "12", CellKind.NUMBER),
    "number without a value": (
        '<table:table-cell office:value-type="float"><text:p>12</text:p></table:table-cell>',
        "12",
        CellKind.TEXT,
    ),
    "date": (
        '<table:table-cell office:value-type="date" office:date-value="2008-09-01"><text:p>01/09/08</text:p>'
        "</table:table-cell>",
        "2008-09-01",
        CellKind.DATE,
    ),
    "date and time": (
        '<table:table-cell office:value-type="date" office:date-value="2008-09-01T13:30:00.000000000"/>',
        "2008-09-01 13:30:00",
        CellKind.DATE,
    ),
    "time": ('<table:table-cell office:value-type="time" office:time-value="PT13H30M05S"/>', "13:30:05", CellKind.DATE),
    "true": ('<table:table-cell office:value-type="boolean" office:boolean-value="true"/>', "TRUE", CellKind.BOOLEAN),
    "false": (
        '<table:table-cell office:value-type="boolean" office:boolean-value="false"/>',
        "FALSE",
        CellKind.BOOLEAN,
    ),
    "formula": (
        '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>',
        "2",
        CellKind.NUMBER,
    ),
    "formula that gives nothing": (
        '<table:table-cell table:formula="of:=&quot;&quot;" office:value-type="string" office:string-value=""/>'
        + text_cell("x"),
        "",
        CellKind.BLANK,
    ),
    "unsaved formula": ('<table:table-cell table:formula="of:=1+1"/>', UNSAVED, CellKind.ERROR),
    "error of LibreOffice": (
        text_cell("Err:502", 'table:formula="of:=1" office:string-value="" calcext:value-type="error"'),
        "Err:502",
        CellKind.ERROR,
    ),
    "error of Excel": (text_cell("#REF!", 'table:formula="of:=#REF!"'), "#REF!", CellKind.ERROR),
    "error with a number": (
        '<table:table-cell table:formula="of:=1/0" office:value-type="float" office:value="0"><text:p>#DIV/0!</text:p>'
        "</table:table-cell>",
        "#DIV/0!",
        CellKind.ERROR,
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_read_as_a_person_sees_it(name: str) -> None:
    cell, text, kind = CELLS[name]
    assert read_cell(cell) == (text, kind)


@pytest.mark.parametrize("name", CELLS)
def test_the_short_cut_for_plain_rows_changes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cell, text, kind = CELLS[name]
    monkeypatch.setattr(ods, "USUAL_PREFIXES", (b"never there",))
    assert read_cell(cell) == (text, kind)


def test_other_prefixes_for_the_same_names_are_understood() -> None:
    content = make_ods(GOOD)
    names = ODS_NAMES.replace("xmlns:table=", "xmlns:t=").replace("xmlns:text=", "xmlns:x=")
    table = to_ods_table(GOOD).replace("table:", "t:").replace("text:", "x:")
    xml = (
        f"<office:document-content {names}><office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    assert read(zip_ods("", content=xml)) == read(content) == read(make_xlsx(GOOD))


@pytest.mark.parametrize("prolog", ["encoding='{}'", 'encoding = "{}" standalone="yes"'])
@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-16", "utf-8"])
def test_the_encoding_that_the_xml_names_is_believed(encoding: str, prolog: str) -> None:
    xml = (
        f"<?xml version='1.0' {prolog.format(encoding)}?><office:document-content {ODS_NAMES}><office:body>"
        f"<office:spreadsheet>{BEGINNING}<table:table-row>{text_cell('Zoë')}</table:table-row></table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    assert read(zip_ods("", parts={"content.xml": xml.encode(encoding)})).texts[0] == ["Zoë"]


def test_repeated_rows_and_cells_are_spread_out() -> None:
    rows = f'<table:table-row table:number-rows-repeated="3">{text_cell("x", REPEATED_TWICE)}{text_cell("y")}'
    table = read_rows(rows + "</table:table-row>" + TO_THE_END)
    assert table.texts == [["x"] * 3, ["x"] * 3, ["y"] * 3]
    assert table.row_numbers == [2, 3, 4]


REPEATED_TWICE = 'table:number-columns-repeated="2"'


def test_rows_and_columns_formatted_to_the_end_of_the_sheet_are_passed_over() -> None:
    """As LibreOffice saves a sheet whose columns are formatted."""
    wide = '<table:table-cell table:style-name="ce1" table:number-columns-repeated="16381"/>'
    row = f"<table:table-row>{text_cell('1')}{text_cell('Ann')}{text_cell('Fox')}{wide}</table:table-row>"
    table = read_rows(row + TO_THE_END)
    assert (table.headings, table.row_numbers) == (HEADINGS[:3], [2])


def test_rows_in_groups_and_repeated_headings_are_rows() -> None:
    row = f"<table:table-row>{text_cell('1')}{text_cell('Ann')}</table:table-row>"
    rows = (
        f"<table:table-row-group>{row}<table:table-row-group>{row}</table:table-row-group>{row}</table:table-row-group>"
    )
    heading_rows = BEGINNING.replace("<table:table-row>", "<table:table-header-rows><table:table-row>")
    tables = f"{heading_rows}</table:table-header-rows>{rows}{row}</table:table>"
    assert read(zip_ods(tables)).row_numbers == [2, 3, 4, 5]


def test_hidden_rows_and_merged_cells_are_told() -> None:
    plain = f"{text_cell('1')}{text_cell('Ann')}{text_cell('Fox')}"
    merged = text_cell("Jones", 'table:number-rows-spanned="2" table:number-columns-spanned="1"')
    rows = (
        f'<table:table-row table:visibility="collapse">{plain}</table:table-row>'
        f'<table:table-row table:visibility="filter" table:number-rows-repeated="2">{plain}</table:table-row>'
        f'<table:table-row-group table:display="false"><table:table-row>{plain}</table:table-row>'
        "</table:table-row-group>"
        f"<table:table-row>{text_cell('1')}{text_cell('Ann')}{merged}</table:table-row>"
        f"<table:table-row>{text_cell('1')}{text_cell('Bob')}<table:covered-table-cell><text:p>beneath</text:p>"
        f"</table:covered-table-cell>{text_cell('x')}</table:table-row>"
        f'<table:table-row table:visibility="collapse" table:number-rows-repeated="1000000"><table:table-cell/>'
        "</table:table-row>"
    )
    content = zip_ods(f"{BEGINNING}{rows}</table:table>")
    (sheet,) = ods.read_sheets(content, DEFAULT_LIMITS)
    assert list(sheet.hidden_row_numbers) == [2, 3, 4, 5]
    assert list(sheet.merges) == [Merge(6, 7, 2, 2)]
    assert [sheet.columns[column].values[6] for column in range(4)] == ["1", "Bob", "", "x"]


def test_hidden_sheets_are_counted_and_not_read() -> None:
    content = make_ods(Sheet([["x"]], name="Notes"), Sheet(GOOD.rows, is_hidden=True), Sheet(GOOD.rows, name="Third"))
    assert [(sheet.name, sheet.number) for sheet in ods.read_sheets(content, DEFAULT_LIMITS)] == [
        ("Notes", 1),
        ("Third", 3),
    ]


def test_tables_within_cells_and_changes_kept_are_no_sheets() -> None:
    inner = f'<table:table table:name="inner"><table:table-row>{text_cell("x")}</table:table-row></table:table>'
    changes = f"<table:tracked-changes><table:deletion>{text_cell('gone')}</table:deletion></table:tracked-changes>"
    links = f"<table:dde-links>{inner}</table:dde-links>"
    cell = f"<table:table-cell>{inner}<text:p>Ann</text:p></table:table-cell>"
    row = f"<table:table-row>{text_cell('1')}{cell}</table:table-row>"
    table = read(zip_ods(f"{changes}{BEGINNING}{row}{TO_THE_END}</table:table>{links}"))
    assert (table.texts[:2], table.row_numbers) == ([["1"], ["Ann"]], [2])


def test_rows_in_a_comment_are_no_rows() -> None:
    row = f"<table:table-row>{text_cell('1')}{text_cell('Ann')}</table:table-row>"
    assert read_rows(f"{row}<!-- {row} -->{row}").row_numbers == [2, 3]


def test_a_stray_cell_far_away_on_another_sheet_spoils_nothing() -> None:
    far = f'<table:table table:name="far">{BLANK_END.format(1_048_570)}</table:table-row><table:table-row>'
    wide = f'<table:table-cell table:number-columns-repeated="16000"/>{text_cell("x", FAR)}'
    tables = f"{far}{wide}</table:table-row></table:table>{to_ods_table(GOOD)}"
    assert read(zip_ods(tables)) == read(make_ods(GOOD))


FAR = 'table:number-columns-repeated="100"'


def test_a_stray_cell_far_down_is_read_when_it_can_be() -> None:
    row = f"<table:table-row>{text_cell('1')}{text_cell('Ann')}{text_cell('Fox')}</table:table-row>"
    table = read_rows(f"{row}{BLANK_END.format(1_000_000)}</table:table-row>{row}")
    assert table.row_numbers == [2, 1_000_003]


BROKEN = {
    "undeclared reference": text_cell("&nothing;"),
    "repeated none": text_cell("x", 'table:number-columns-repeated="0"'),
    "repeated in words": text_cell("x", 'table:number-columns-repeated="many"'),
    "no number": '<table:table-cell office:value-type="float" office:value="x"/>',
    "no date": '<table:table-cell office:value-type="date" office:date-value="2008-02-30"/>',
    "no duration": '<table:table-cell office:value-type="time" office:time-value="noon"/>',
    "spaces without end": text_cell('<text:s text:c="2000000000"/>'),
    "row not closed": "</table:table-row><table:table-row>",
    "cell not closed": "<table:table-cell>",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_no_program_writes_is_damaged(name: str) -> None:
    rows = f"<table:table-row>{BROKEN[name]}</table:table-row>"
    content = zip_ods(f"{BEGINNING}{rows}</table:table>")
    if name == "row not closed":
        content = zip_ods(f"{BEGINNING}<table:table-row>{text_cell('x')}</table:table>")
    with pytest.raises(RefusedError, match=r"^file_damaged$"):
        read(content)


def test_an_ods_without_content_is_damaged() -> None:
    with pytest.raises(RefusedError, match=r"^file_damaged$"):
        read(zip_ods("", content=" "))


def test_a_long_sheet_takes_no_long_time() -> None:
    rows: list[list[Any]] = [HEADINGS, *[[*LEARNER, row, "x", "y", "z", None, "a", "b"] for row in range(5_000)]]
    content = make_ods(Sheet(rows))
    started = time.monotonic()
    table = read(content)
    assert time.monotonic() - started < 15  # a quarter of a second on an idle machine
    assert (table.row_count, row_of(table, 4_999)[10]) == (5_000, "4999")
