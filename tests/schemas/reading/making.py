"""Making workbooks for the tests of reading: the same grid as .xls and as .xlsx, and .xlsx files piece by piece."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
import xlwt

from schemas.columns import COLUMNS
from schemas.reading.child import read_frame
from schemas.reading.frame import decode_frame
from schemas.reading.limits import DEFAULT_LIMITS, ReadingLimits
from schemas.table import SheetTable

HEADINGS = [column.heading for column in COLUMNS]
LEARNER = ["10001234", "Year 12", "Zoë", "Nguyễn", "", "7", "Mill Lane", "", "Leeds", "LS1 4AB"]


class Fault(str):
    """A cell with an Excel error, such as "#REF!"."""


class Sheet(NamedTuple):
    """A sheet to be made: cells by row, None where there is no cell. Rows are counted from 0, as columns are."""

    rows: Sequence[Sequence[Any]]
    name: str = "Learners"
    is_hidden: bool = False
    first_row: int = 0
    hidden_rows: Sequence[int] = ()
    merges: Sequence[tuple[int, int, int, int]] = ()  # first row, last row, first column, last column


GOOD = Sheet([HEADINGS, LEARNER, LEARNER])


def make_xls(*sheets: Sheet, is_1904: bool = False) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = is_1904
    styles: dict[type, xlwt.XFStyle] = {
        kind: xlwt.easyxf(num_format_str=shape)
        for kind, shape in ((date, "DD/MM/YYYY"), (datetime, "DD/MM/YYYY HH:MM"), (time, "HH:MM:SS"))
    }
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        page.visibility = int(sheet.is_hidden)
        for row in sheet.hidden_rows:
            page.row(row).hidden = True
        for merge in sheet.merges:
            page.merge(*merge)
        for row, cells in enumerate(sheet.rows, sheet.first_row):
            for column, value in enumerate(cells):
                if isinstance(value, Fault):
                    page.row(row).set_cell_error(column, str(value))
                elif type(value) in styles:
                    page.write(row, column, value, styles[type(value)])
                elif value is not None:
                    page.write(row, column, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def make_xlsx(*sheets: Sheet, is_1904: bool = False) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "date_1904": is_1904})
    styles: dict[type, Any] = {
        kind: book.add_format({"num_format": shape})
        for kind, shape in ((date, "dd/mm/yyyy"), (datetime, "dd/mm/yyyy hh:mm"), (time, "hh:mm:ss"))
    }
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        if sheet.is_hidden:
            page.hide()
        else:
            page.activate()
        for row in sheet.hidden_rows:
            page.set_row(row, None, None, {"hidden": True})
        for top, bottom, left, right in sheet.merges:
            page.merge_range(top, left, bottom, right, "")
        for row, cells in enumerate(sheet.rows, sheet.first_row):
            for column, value in enumerate(cells):
                if isinstance(value, Fault):
                    page.write_formula(row, column, "=1", None, str(value))
                elif isinstance(value, date | time):
                    page.write_datetime(row, column, value, styles[type(value)])
                elif isinstance(value, str):
                    page.write_string(row, column, value)
                elif value is not None:
                    page.write(row, column, value)
    book.close()
    return file.getvalue()


MAKERS = {"xls": make_xls, "xlsx": make_xlsx}

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8"?>'
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
PARTS = {
    "[Content_Types].xml": f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" '
    'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Learners" sheetId="1" '
    'r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{XML}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
    f'Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    TEXTS: f'{XML}<sst xmlns="{MAIN}"/>',
}


def make_parts(cells: str = "", *, after: str = "", parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """Zip an .xlsx of one sheet.

    Args:
        cells: XML of its rows.
        after: XML behind them.
        parts: to be added, or to be put in place of the usual ones.
    """
    sheet = f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData>{after}</worksheet>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**PARTS, SHEET: sheet, **(parts or {})}.items():
            archive.writestr(name, content)
    return file.getvalue()


def text_row(number: int, texts: Sequence[str]) -> str:
    """Write a row of texts as XML."""
    cells = (f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{"".join(cells)}</row>'


TEMPLATE_ROWS = text_row(1, HEADINGS) + text_row(2, LEARNER)


def read(content: bytes, limits: ReadingLimits = DEFAULT_LIMITS) -> SheetTable:
    """Read in this process, through the frame that the child would send."""
    return decode_frame(b"".join(read_frame(content, limits)), limits)


def row_of(table: SheetTable, index: int) -> list[str]:
    return [column[index] for column in table.texts]


def kinds_of(table: SheetTable, index: int) -> list[int]:
    return [column[index] for column in table.kinds]


ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)
CALCEXT = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
HIDING = (
    '<office:automatic-styles><style:style style:name="hidden" style:family="table"><style:table-properties '
    'table:display="false"/></style:style></office:automatic-styles>'
)


def make_ods(*sheets: Sheet) -> bytes:
    return zip_ods("".join(map(to_ods_table, sheets)))


def zip_ods(tables: str, *, content: str | None = None, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """Zip an .ods.

    Args:
        tables: XML of its sheets.
        content: XML of content.xml, where that is more unusual.
        parts: to be added, or to be put in place of the usual ones.
    """
    usual = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ODS_NAMES} {CALCEXT}>{HIDING}<office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS_TYPE, zipfile.ZIP_STORED)
        for name, text in {"content.xml": content or usual, **(parts or {})}.items():
            archive.writestr(name, text)
    return file.getvalue()


def to_ods_table(sheet: Sheet) -> str:
    style = "hidden" if sheet.is_hidden else "shown"
    before = f'<table:table-row table:number-rows-repeated="{sheet.first_row}"><table:table-cell/></table:table-row>'
    rows = "".join(f"<table:table-row>{''.join(map(to_ods_cell, cells))}</table:table-row>" for cells in sheet.rows)
    return (
        f'<table:table table:name={quoteattr(sheet.name)} table:style-name="{style}">'
        f"{before if sheet.first_row else ''}{rows}</table:table>"
    )


def to_ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    kind, attribute, shown = "string", "", str(value)
    if isinstance(value, Fault):
        attribute = 'table:formula="of:=1" office:string-value="" calcext:value-type="error"'
    elif isinstance(value, bool):
        kind, attribute = "boolean", f'office:boolean-value="{str(value).lower()}"'
    elif isinstance(value, int | float):
        kind, attribute = "float", f'office:value="{value!r}"'
    elif isinstance(value, date):
        kind, attribute = "date", f'office:date-value="{value.isoformat()}"'
    elif isinstance(value, time):
        kind, attribute = "time", f'office:time-value="{value.strftime("PT%HH%MM%SS")}"'
    paragraphs = "".join(f"<text:p>{to_ods_text(line)}</text:p>" for line in shown.split("\n"))
    return f'<table:table-cell office:value-type="{kind}" {attribute}>{paragraphs}</table:table-cell>'


def to_ods_text(line: str) -> str:
    return escape(line).replace("\t", "<text:tab/>").replace("  ", ' <text:s text:c="1"/>')


def make_csv(sheet: Sheet, encoding: str = "utf-8-sig", **dialect: Any) -> bytes:
    """Write a sheet as a text: numbers and dates as they are shown."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, **dialect)
    writer.writerows([[]] * sheet.first_row)
    writer.writerows(sheet.rows)
    return file.getvalue().encode(encoding)
