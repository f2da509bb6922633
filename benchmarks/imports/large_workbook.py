"""Writing an .xlsx of a million rows in half a minute: a sheet and its shared texts as Excel saves them, no more."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from string import ascii_uppercase
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from data.samples.sheets import SHEET_NAME, Row

BEGINNING = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPE}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    f'<sheet name="{SHEET_NAME}" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}
ROWS_AT_A_TIME = 1_000
QUICK = 2  # how hard to compress


def write_large_workbook(path: Path, headings: Sequence[tuple[str, str]], rows: Iterable[Row]) -> None:
    """Write it.

    Args:
        path: where.
        headings: for each sheet column, the heading as written and our column name; 26 at most.
        rows: whose cells are texts.
    """
    texts: dict[str, int] = {}
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=QUICK) as package:
        for name, content in PARTS.items():
            package.writestr(name, BEGINNING + content)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'{BEGINNING}<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            waiting: list[str] = []
            for row in _number_rows(headings, rows, texts):
                waiting.append(row)
                if len(waiting) >= ROWS_AT_A_TIME:
                    part.write("".join(waiting).encode())
                    waiting.clear()
            part.write("".join([*waiting, "</sheetData></worksheet>"]).encode())
        with package.open("xl/sharedStrings.xml", "w") as part:
            part.write(f'{BEGINNING}<sst xmlns="{MAIN}" uniqueCount="{len(texts)}">'.encode())
            part.writelines(f"<si><t>{escape(text)}</t></si>".encode() for text in texts)
            part.write(b"</sst>")


def _number_rows(headings: Sequence[tuple[str, str]], rows: Iterable[Row], texts: dict[str, int]) -> Iterator[str]:
    letters, names = ascii_uppercase[: len(headings)], [name for _, name in headings]
    for number, cells in enumerate(_list_cells(headings, names, rows), 1):
        written = "".join(
            f'<c r="{letter}{number}" t="s"><v>{texts.setdefault(cell, len(texts))}</v></c>'
            for letter, cell in zip(letters, cells, strict=True)
            if cell
        )
        yield f'<row r="{number}">{written}</row>'


def _list_cells(headings: Sequence[tuple[str, str]], names: Sequence[str], rows: Iterable[Row]) -> Iterator[list[str]]:
    yield [heading for heading, _ in headings]
    for row in rows:
        yield [str(row[name]) for name in names]
