"""What a cell of an OpenDocument sheet holds, by its attributes and its text.

Owns values, kinds, errors and unsaved formulas. Attributes are named as in the standard (ODF 1.3 part 3, 19),
"table:formula", whatever prefixes the file uses.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from schemas.reading.refusals import damaged
from schemas.table import UNSAVED, CellKind

ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!)|Err:[0-9]{3}")
DURATION = re.compile(r"(-)?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
REPEATS_LIMIT = 2**31


class CellFacts(NamedTuple):
    """What a cell's attributes say of it.

    Args:
        kind: of the value; TEXT when there is none, so that the cell's text counts.
        value: as `schemas.reading.cells.show_cells` takes it; "" when there is none.
        is_error: whether they say that the text is an error.
        is_formula: whether the value is a formula's.
        has_type: whether they tell of which type the value is.
        column_repeat: how many cells side by side it stands for.
        column_span, row_span: over how many it is shown.
    """

    kind: CellKind = CellKind.TEXT
    value: object = ""
    is_error: bool = False
    is_formula: bool = False
    has_type: bool = False
    column_repeat: int = 1
    column_span: int = 1
    row_span: int = 1

    @property
    def is_simple(self) -> bool:
        """Whether it stands in one place and is shown there alone."""
        return self.column_repeat == self.column_span == self.row_span == 1


PLAIN_TEXT = CellFacts(has_type=True)


def read_facts(attributes: Mapping[str, str]) -> CellFacts:
    """Read a cell's attributes.

    Raises:
        ValueError, OverflowError: one holds what it can't.
    """
    value_type = attributes.get("office:value-type", "")
    kind = CellKind.TEXT
    value: object = attributes.get("office:string-value", "")
    if value_type in TYPES:
        name, typed_kind, convert = TYPES[value_type]
        if name in attributes:
            kind, value = typed_kind, convert(attributes[name])
    facts = CellFacts(
        kind,
        value,
        is_error=attributes.get("calcext:value-type") == "error",
        is_formula="table:formula" in attributes,
        has_type=bool(value_type),
        column_repeat=read_count(attributes, "table:number-columns-repeated"),
        column_span=read_count(attributes, "table:number-columns-spanned"),
        row_span=read_count(attributes, "table:number-rows-spanned"),
    )
    return PLAIN_TEXT if facts == PLAIN_TEXT else facts


def read_count(attributes: Mapping[str, str], name: str) -> int:
    """Read an attribute that counts rows or columns; 1 where it is not there."""
    count = int(attributes.get(name, "1"))
    if not 0 < count < REPEATS_LIMIT:
        raise damaged()
    return count


def judge(facts: CellFacts, text: str) -> tuple[object, CellKind]:
    """Return a cell's value and kind.

    Args:
        facts: of its attributes.
        text: of its paragraphs.
    """
    if facts is PLAIN_TEXT:
        return text, CellKind.TEXT if text else CellKind.BLANK
    if facts.is_error or (facts.is_formula and ERROR.fullmatch(text)):
        return text or UNSAVED, CellKind.ERROR
    if facts.kind != CellKind.TEXT:
        return facts.value, facts.kind
    if facts.is_formula and not (facts.has_type or text):
        return UNSAVED, CellKind.ERROR
    # An attribute can't keep line ends; where that is all the difference, the text has them.
    shown = str(facts.value)
    value = shown if shown and shown.split() != text.split() else text
    return value, CellKind.TEXT if value else CellKind.BLANK


def _to_date(text: str) -> date | datetime:
    day = date.fromisoformat(text[:10])
    if len(text) == len("2008-09-01"):
        return day
    moment = datetime.fromisoformat(text[:26])
    return moment.replace(tzinfo=None)


def _to_duration(text: str) -> timedelta:
    found = DURATION.fullmatch(text)
    if not found:
        raise ValueError("not a duration")
    days, hours, minutes = (int(part or 0) for part in found.group(2, 3, 4))
    duration = timedelta(days=days, hours=hours, minutes=minutes, seconds=float(found[5] or 0))
    return -duration if found[1] else duration


TYPES: dict[str, tuple[str, CellKind, Callable[[str], object]]] = {
    "float": ("office:value", CellKind.NUMBER, float),
    "currency": ("office:value", CellKind.NUMBER, float),
    "percentage": ("office:value", CellKind.NUMBER, float),
    "date": ("office:date-value", CellKind.DATE, _to_date),
    "time": ("office:time-value", CellKind.DATE, _to_duration),
    "boolean": ("office:boolean-value", CellKind.BOOLEAN, "true".__eq__),
}
