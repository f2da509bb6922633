"""What is written past XlsxWriter is what XlsxWriter would have written: its next version may not differ unnoticed."""

import io
import re
import zipfile

from xlsxwriter import Workbook

from schemas.findings import cell_name
from schemas.marked_up.cells import ColumnWriter
from schemas.marked_up.comments import Comment
from schemas.marked_up.quick_workbook import QuickSheet, QuickWorkbook
from schemas.marked_up.styles import Styles
from schemas.table import CellKind

PLACES = [(row, column) for row in (0, 1, 2, 9, 4_000, 65_535) for column in (0, 3, 16, 40)]
TEXTS = ["Error: Write 8 digits.", "Warning: A & B < C\nWrite instead: x", " white space "]
CELL_TEXTS = ["Zoë", "a < b & c > d", "=1+1", " padded ", "two\nlines", "_x0041_ stays", "😀", "x" * 40_000]


def make_comments() -> list[Comment]:
    made = []
    for index, (row, column) in enumerate(PLACES * 100):
        text, height = TEXTS[index % 3].replace("&", "&amp;").replace("<", "&lt;"), (44, 90)[index % 2]
        made.append(Comment(row + index // len(PLACES), column, "", text, 290, height, "Learner imports"))
    unique = {(one.row, one.column): one._replace(cell=cell_name(one.column, one.row + 1)) for one in made}
    return [unique[place] for place in sorted(unique)]


def take_parts(file: io.BytesIO) -> dict[str, str]:
    with zipfile.ZipFile(file) as package:
        return {name: package.read(name).decode() for name in package.namelist() if name != "docProps/core.xml"}


def test_comments_and_their_boxes_are_those_of_xlsxwriter() -> None:
    comments = make_comments()
    assert len(comments) > 1024  # more than one block of shapes
    quick, slow = io.BytesIO(), io.BytesIO()
    with QuickWorkbook(quick) as workbook:
        sheet = workbook.add_worksheet("Learners", QuickSheet)
        sheet.set_column(2, 5, 30)
        sheet.set_comments(comments)
    with Workbook(slow, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Learners")
        sheet.set_column(2, 5, 30)
        for row, column, _, text, width, height, author in comments:
            options = {"width": width, "height": height, "author": author}
            sheet.write_comment(row, column, text.replace("&lt;", "<").replace("&amp;", "&"), options)
    ours, theirs = take_parts(quick), take_parts(slow)
    assert ours.keys() == theirs.keys()
    for name in ours.keys() - {"xl/worksheets/sheet1.xml"}:
        assert ours[name] == theirs[name], name


def test_text_cells_are_those_of_xlsxwriter_with_texts_in_place() -> None:
    """XlsxWriter writes texts into their cells when it saves memory."""
    quick, slow = io.BytesIO(), io.BytesIO()
    count = len(CELL_TEXTS)
    with QuickWorkbook(quick) as workbook:
        writer = ColumnWriter("B", Styles(workbook), is_date=False)
        cells = writer.write(range(2, count + 2), CELL_TEXTS, bytes([CellKind.TEXT] * count), {})
        rows = [f'<row r="{number}">{cell}</row>' for number, cell in enumerate(cells, start=2)]
        workbook.add_worksheet("Learners", QuickSheet).set_rows(rows, last_row=count, last_column=1)
    with Workbook(slow, {"constant_memory": True}) as workbook:
        styles = Styles(workbook)
        quoted = styles.make(num_format="@", quote_prefix=True)
        sheet = workbook.add_worksheet("Learners")
        for index, text in enumerate(CELL_TEXTS):
            sheet.write_string(index + 1, 1, text, quoted if text.startswith("=") else styles.of_cell("text"))
    ours, theirs = (
        re.findall(r"<row.*?</row>", take_parts(file)["xl/worksheets/sheet1.xml"], re.DOTALL) for file in (quick, slow)
    )
    assert ours == theirs
