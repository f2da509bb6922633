"""XlsxWriter with its three slow places written anew: the rows of one sheet, the texts of its comments, their boxes.

A million cells written one by one take XlsxWriter longer than all the rest of an import. Here a sheet's rows are given
as finished XML and its comments as tuples; everything else (styles, columns, drop-downs, filter, parts and their
relations) stays XlsxWriter's own work.

Owns that, with `comments`, and all use of XlsxWriter's insides. A test holds what is written here to what XlsxWriter
would write.
"""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO, StringIO
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.worksheet import Worksheet

from schemas.marked_up.comments import Box, Comment, CommentBoxes, CommentTexts

OPTIONS = {
    "in_memory": True,  # or else learners' data would lie in the machine's temporary folder for a while
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
LARGE_BYTES = 2**20
QUICK_COMPRESSION = 3  # a third of the time of XlsxWriter's 6, and a seventh more bytes

COMMENTS_PER_BLOCK = 1024
FIRST_ROW_BOX_TOP, BOX_TOP, BOX_LEFT = 2, 10, 15  # pixels, as XlsxWriter places them


class QuickSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose rows are given as XML. All rows have the default height."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Iterable[str] = ()
        self._box_cache: dict[tuple[int, int, int, bool], Box] = {}
        self.comments_list: Sequence[Comment] = ()

    def set_rows(self, rows: Iterable[str], *, last_row: int, last_column: int) -> None:
        """Take the sheet's rows.

        Args:
            rows: pieces of XML that together are the contents of `sheetData`. They are taken last, when the formats are
                written already.
            last_row: from 0.
            last_column: from 0.
        """
        self._rows = rows
        self._check_dimensions(0, 0)
        self._check_dimensions(last_row, last_column)

    def set_comments(self, comments: Sequence[Comment]) -> None:
        """Take the sheet's comments, by row and column."""
        self._comments = comments
        self.has_vml = self.has_comments = bool(comments)

    def _write_rows(self) -> None:
        self.fh.writelines(self._rows)

    def _prepare_vml_objects(self, data_id: int, shape_id: int, drawing_id: int, comment_id: int) -> int:
        super()._prepare_vml_objects(data_id, shape_id, drawing_id, comment_id)
        count = len(self._comments)
        self.comments_list = self._comments
        self.vml_data_id = ",".join(str(data_id + block) for block in range(count // COMMENTS_PER_BLOCK + 1))
        return count

    def place_box(self, comment: Comment) -> Box:
        """Return where a comment's box lies, worked out once for each column and size: rows are alike."""
        row, column, _, _, width, height, _ = comment
        is_first = row == 0
        key = (column, width, height, is_first)
        if key not in self._box_cache:
            top = FIRST_ROW_BOX_TOP if is_first else BOX_TOP
            self._box_cache[key] = self._position_object_pixels(column + 1, 0, BOX_LEFT, top, width, height, 0)
        box = self._box_cache[key]
        if is_first:
            return box
        first_column, first_row, x1, y1, last_column, last_row, x2, y2, left, above = box
        down = row - 1
        above += down * self.default_row_height
        return first_column, first_row + down, x1, y1, last_column, last_row + down, x2, y2, left, above


class QuickWorkbook(Workbook):  # type: ignore[misc]
    """A workbook that may have one `QuickSheet`: give that class to `add_worksheet`.

    Args:
        file: takes the workbook when it is closed. XlsxWriter would not tell a full disk from other faults.
    """

    def __init__(self, file: BytesIO) -> None:
        super().__init__(file, OPTIONS)
        self._large_parts: list[tuple[_Part, str]] = []

    def _get_packager(self) -> Packager:
        return _QuickPackager(self._large_parts)

    def _store_workbook(self) -> None:
        super()._store_workbook()
        with ZipFile(self.filename, "a", ZIP_DEFLATED, compresslevel=QUICK_COMPRESSION) as package:
            for part, name in self._large_parts:
                with package.open(name, "w") as written:
                    for piece in part.take_pieces():
                        written.write(piece)


def find_style_index(style: Format | None) -> int:
    """Return the number by which a cell's XML names a format of the workbook; 0 is none."""
    return 0 if style is None else int(style._get_xf_index())


class _QuickPackager(Packager):  # type: ignore[misc]
    """Sets large parts aside, to be compressed less and quicker than XlsxWriter does."""

    def __init__(self, large_parts: "list[tuple[_Part, str]]") -> None:
        super().__init__()
        self._large_parts = large_parts

    def _create_package(self) -> "list[tuple[_Part, str, bool]]":
        parts: list[tuple[_Part, str, bool]] = super()._create_package()
        self._large_parts += [(part, name) for part, name, _ in parts if part.is_large]
        return [entry for entry in parts if not entry[0].is_large]

    def _filename(self, xml_filename: str) -> "_Part":
        part = _Part()
        self.filenames.append((part, xml_filename, True))
        return part

    def _write_vml_files(self) -> None:
        for sheet in self._find_commented():
            boxes = CommentBoxes(sheet)
            boxes._set_xml_writer(self._filename("xl/drawings/vmlDrawing1.vml"))
            boxes._assemble_xml_file(sheet.vml_data_id, sheet.vml_shape_id, sheet.comments_list)

    def _write_comment_files(self) -> None:
        for sheet in self._find_commented():
            texts = CommentTexts()
            texts._set_xml_writer(self._filename("xl/comments1.xml"))
            texts._assemble_xml_file(sheet.comments_list)

    def _find_commented(self) -> list[QuickSheet]:
        return [sheet for sheet in self.workbook.worksheets() if sheet.has_comments]


class _Part(StringIO):
    """A part of the package, kept as bytes: text would take up to four times the memory. Rows are kept unwritten."""

    def __init__(self) -> None:
        super().__init__()
        self._encoded = bytearray()
        self._before_rows = bytearray()
        self._rows: Iterable[str] | None = None

    @property
    def is_large(self) -> bool:
        """Whether it holds rows or much else."""
        return self._rows is not None or len(self._encoded) >= LARGE_BYTES

    def write(self, text: str) -> int:
        self._encoded += text.encode()
        return len(text)

    def writelines(self, texts: Iterable[str]) -> None:  # type: ignore[override]
        self._rows = texts
        self._before_rows, self._encoded = self._encoded, bytearray()

    def getvalue(self) -> bytearray:  # type: ignore[override]
        return self._encoded

    def take_pieces(self) -> Iterator[bytes | bytearray]:
        """Yield what it holds, piece by piece."""
        yield self._before_rows
        for row in self._rows or ():
            yield row.encode()
        yield self._encoded
