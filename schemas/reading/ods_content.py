"""Following the XML of an OpenDocument sheet: which tables, groups, rows and cells it has, and which of them are shown.

Owns the elements and their order. `ods_cells` and `ods_text` know what a cell holds, `grid` where it lies.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from xml.parsers import expat

from schemas.reading.grid import Grid
from schemas.reading.limits import ReadingLimits
from schemas.reading.ods_cells import CellFacts, judge, read_count, read_facts
from schemas.reading.ods_text import CellText
from schemas.reading.refusals import damaged
from schemas.reading.sheet_cells import SheetCells
from schemas.table import CellKind

ODF = "urn:oasis:names:tc:opendocument:xmlns:"
PREFIXES = {
    f"{ODF}office:1.0": "office",
    f"{ODF}table:1.0": "table",
    f"{ODF}text:1.0": "text",
    f"{ODF}style:1.0": "style",
    "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0": "calcext",
}
WORKBOOK, SHEET, GROUP, ROW = "office:spreadsheet", "table:table", "table:table-row-group", "table:table-row"
ROW_PARENTS = (SHEET, GROUP, "table:table-header-rows", "table:table-rows")
CELL = "table:table-cell"
HIDDEN = ("collapse", "filter")

Attributes = Mapping[str, str]


class Row(NamedTuple):
    """A row of a sheet; cells without any content may be left out.

    Args:
        attributes: the row's.
        columns: the index of each cell's column.
        facts: of each cell.
        texts: of each cell.
        is_simple: whether each cell stands in one place and is shown there alone.
    """

    attributes: Attributes
    columns: Sequence[int]
    facts: Sequence[CellFacts]
    texts: Sequence[str]
    is_simple: bool = False


class _ShortNames(dict[str, str]):
    """Names as the standard writes them: "table:table-row" for a local name behind its namespace and a space."""

    def __missing__(self, name: str) -> str:
        namespace, _, local = name.rpartition(" ")
        self[name] = short = f"{PREFIXES.get(namespace, '')}:{local}"
        return short


class ContentReader:
    """Takes the pieces of content.xml as they come, and gives each visible sheet when it is complete.

    Args:
        limits: how many rows a sheet may have.
    """

    def __init__(self, limits: ReadingLimits) -> None:
        self._limits = limits
        self._names = _ShortNames()
        self._open = [""]
        self._ignored_depth = 0  # of the open elements that are none of a visible sheet's
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._hidden_groups: list[bool] = []
        self._sheet_count = 0
        self._done: list[SheetCells] = []
        self._grid: Grid | None = None
        self._row: Attributes = {}
        self._cells: list[tuple[int, CellFacts, str]] = []
        self._column = 0  # of the cell that is read now
        self._cell: CellFacts | None = None
        self._text = CellText()
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._add_characters
        self._parser.EntityDeclHandler = _refuse_entity

    @property
    def is_among_rows(self) -> bool:
        """Whether a row that came now would be one of a visible sheet."""
        return self._grid is not None and not self._ignored_depth and self._open[-1] in ROW_PARENTS

    def feed(self, piece: bytes, *, is_last: bool = False) -> list[SheetCells]:
        """Take the next piece; return the sheets that it completes.

        Raises:
            RefusedError, ValueError, OverflowError, expat.ExpatError: it is no OpenDocument sheet, or too large.
        """
        self._parser.Parse(piece, is_last)
        done, self._done = self._done, []
        return done

    def add_row(self, row: Row) -> None:
        """Add a row to the sheet."""
        grid = self._grid
        if grid is None:
            raise damaged()
        repeat = read_count(row.attributes, "table:number-rows-repeated")
        judged = list(map(judge, row.facts, row.texts))
        if row.is_simple and repeat == 1:
            grid.put_row(row.columns, [value for value, _ in judged], bytes([kind for _, kind in judged]))
        else:
            _put_cells(grid, row, judged, repeat)
        is_hidden = any(self._hidden_groups) or row.attributes.get("table:visibility") in HIDDEN
        grid.end_row(repeat, is_hidden=is_hidden)

    def _start(self, long_name: str, given: dict[str, str]) -> None:
        name = self._names[long_name]
        if self._ignored_depth or not self._enter(name, {self._names[key]: value for key, value in given.items()}):
            self._ignored_depth += 1
        self._open.append(name)

    def _enter(self, name: str, attributes: Attributes) -> bool:
        """Take the beginning of an element in; return whether what is in it matters."""
        if self._cell:
            return self._text.enter(name, attributes)
        enter = ENTERING.get(name)
        return enter is None or enter(self, attributes)

    def _end(self, _: str) -> None:
        name = self._open.pop()
        if self._ignored_depth:
            self._ignored_depth -= 1
        elif self._cell and name != CELL:
            self._text.leave(name)
        elif name in LEAVING:
            LEAVING[name](self)

    def _add_characters(self, characters: str) -> None:
        if self._cell and not self._ignored_depth:
            self._text.add(characters)

    def _enter_style(self, attributes: Attributes) -> bool:
        self._style = attributes.get("style:name", "")
        return True

    def _enter_table_properties(self, attributes: Attributes) -> bool:
        if attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)
        return True

    def _enter_sheet(self, attributes: Attributes) -> bool:
        if self._open[-1] != WORKBOOK:
            return False
        self._sheet_count += 1
        if attributes.get("table:style-name") in self._hidden_styles:
            return False
        self._grid = Grid(attributes.get("table:name", ""), self._sheet_count, self._limits)
        return True

    def _leave_sheet(self) -> None:
        if self._grid:
            self._done.append(self._grid.to_cells())
        self._grid = None

    def _enter_group(self, attributes: Attributes) -> bool:
        self._hidden_groups.append(attributes.get("table:display") == "false")
        return True

    def _leave_group(self) -> None:
        self._hidden_groups.pop()

    def _enter_row(self, attributes: Attributes) -> bool:
        self._row, self._cells, self._column = attributes, [], 0
        return self.is_among_rows

    def _leave_row(self) -> None:
        columns, facts, texts = zip(*self._cells, strict=True) if self._cells else ((), (), ())
        self.add_row(Row(self._row, columns, facts, texts))

    def _enter_cell(self, attributes: Attributes) -> bool:
        if self._open[-1] != ROW:
            return False
        self._cell = read_facts(attributes)
        self._text = CellText()
        return True

    def _enter_covered_cell(self, attributes: Attributes) -> bool:
        """Pass over a cell that a merged one covers: nothing is shown of it."""
        if self._open[-1] == ROW:
            self._column += read_facts(attributes).column_repeat
        return False

    def _leave_cell(self) -> None:
        if self._cell:
            self._cells.append((self._column, self._cell, self._text.join()))
            self._column += self._cell.column_repeat
        self._cell = None


def _put_cells(grid: Grid, row: Row, judged: list[tuple[object, CellKind]], repeat: int) -> None:
    for column, facts, (value, kind) in zip(row.columns, row.facts, judged, strict=True):
        if kind:
            grid.put(column, value, kind, row_repeat=repeat, column_repeat=facts.column_repeat)
        if facts.row_span > 1:
            grid.merge(column, facts.row_span, facts.column_span)


def _refuse_entity(*_: object) -> None:
    raise damaged()


ENTERING: dict[str, Callable[[ContentReader, Attributes], bool]] = {
    "style:style": ContentReader._enter_style,
    "style:table-properties": ContentReader._enter_table_properties,
    SHEET: ContentReader._enter_sheet,
    GROUP: ContentReader._enter_group,
    ROW: ContentReader._enter_row,
    CELL: ContentReader._enter_cell,
    "table:covered-table-cell": ContentReader._enter_covered_cell,
}
LEAVING: dict[str, Callable[[ContentReader], None]] = {
    SHEET: ContentReader._leave_sheet,
    GROUP: ContentReader._leave_group,
    ROW: ContentReader._leave_row,
    CELL: ContentReader._leave_cell,
}
