"""The formats of a marked-up workbook's cells, each made once, and its colours.

Owns which format goes with which kind of cell and which mark. Texts are formatted as Text, so that Excel keeps what is
typed over them: leading zeros, long numbers, "1-2".
"""

from typing import Any

from schemas.marked_up.quick_workbook import find_style_index
from schemas.rules import ERROR, WARNING

COLOURS: dict[str, dict[str, object]] = {
    ERROR: {"bg_color": "#F9C9C4", "font_color": "#5F1208", "border": 1, "border_color": "#C0392B"},
    WARNING: {"bg_color": "#FDE9B2", "font_color": "#4A3500", "border": 1, "border_color": "#C58F00"},
}
HEADING: dict[str, object] = {"bold": True, "text_wrap": True, "valign": "vcenter", "num_format": "@"}
HEADING_COLOURS: dict[str, object] = {
    "bg_color": "#16324A",
    "font_color": "#FFFFFF",
    "border": 1,
    "border_color": "#16324A",
}

TEXT, QUOTED, DATE, MOMENT, TIME, GENERAL = "text", "quoted", "date", "moment", "time", "general"
NUMBER_FORMATS: dict[str, dict[str, object]] = {
    TEXT: {"num_format": "@"},
    QUOTED: {"num_format": "@", "quote_prefix": True},
    DATE: {"num_format": "yyyy-mm-dd"},
    MOMENT: {"num_format": "yyyy-mm-dd hh:mm:ss"},
    TIME: {"num_format": "hh:mm:ss"},
    GENERAL: {},
}


class Styles:
    """The formats of one workbook. Those of cells are all made at once: rows are written after the formats."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        marks: tuple[tuple[str | None, dict[str, object]], ...] = ((None, {}), *COLOURS.items())
        self._cells = {
            (name, severity): workbook.add_format(number_format | colours)
            for name, number_format in NUMBER_FORMATS.items()
            for severity, colours in marks
        }
        self._headings = {
            severity: workbook.add_format(HEADING | (colours or HEADING_COLOURS)) for severity, colours in marks
        }
        self._written = {key: f' s="{find_style_index(style)}"' for key, style in self._cells.items()}
        self._written[GENERAL, None] = ""
        self._written_headings = {
            severity: f' s="{find_style_index(style)}"' for severity, style in self._headings.items()
        }

    def of_cell(self, name: str) -> Any:
        """Return the format of unmarked cells of a kind, a key of `NUMBER_FORMATS`."""
        return self._cells[name, None]

    def write(self, name: str, severity: str | None = None) -> str:
        """Return the attribute that gives a cell's XML its format; "" for Excel's own."""
        return self._written[name, severity]

    def write_heading(self, severity: str | None) -> str:
        """Return the attribute that gives a heading's XML its format."""
        return self._written_headings[severity]

    def make(self, **properties: object) -> Any:
        """Make a format for one of our own sheets."""
        return self._workbook.add_format(properties)
