"""Dates of which Excel took the day for the month, written back as the texts that were typed.

Owns finding those texts again. As date cells they would be accepted once nothing beside them proves the exchange: when
the other dates of the column are mended first. A text is refused by itself.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from schemas.marked_up.places import MarkedFinding, Places
from schemas.normalising.text import tidy
from schemas.suggesting.written_dates import Order, take_apart
from schemas.table import CellKind, SheetTable

RULE = "dob_swapped"


def give_back_typed(table: SheetTable, findings: Sequence[MarkedFinding]) -> tuple[SheetTable, frozenset[int]]:
    """Return the sheet with those cells as texts, and the indices of their columns.

    Args:
        table: as it was read.
        findings: all of them.
    """
    places = Places(table)
    rows_by_column: dict[int, set[int]] = {}
    for finding in findings:
        if finding.rule == RULE:
            for place in places.find(finding):
                rows_by_column.setdefault(place.column_index, set()).add(place.row_number)
    if not rows_by_column:
        return table, frozenset()
    texts, kinds = list(table.texts), list(table.kinds)
    for index, rows in rows_by_column.items():
        cells = enumerate(zip(table.row_numbers, kinds[index], strict=True))
        swapped = {at for at, (number, kind) in cells if number in rows and kind == CellKind.DATE}
        order = _find_order(texts[index])
        texts[index] = [_type(text, order) if at in swapped else text for at, text in enumerate(texts[index])]
        kinds[index] = bytes(CellKind.TEXT if at in swapped else kind for at, kind in enumerate(kinds[index]))
    return replace(table, texts=texts, kinds=kinds), frozenset(rows_by_column)


def _find_order(texts: Sequence[str]) -> Order:
    """Return the order in which the dates that Excel left as texts were typed: the one that most of them prove."""
    proven = Counter(order for text in texts if (order := _find_proven(text)))
    return proven.most_common(1)[0][0] if proven else Order.DAY_FIRST


def _find_proven(text: str) -> Order | None:
    written = take_apart(tidy(text)) if text else None
    return written.proves if written else None


def _type(shown: str, order: Order) -> str:
    """Return the text for a date cell's YYYY-MM-DD: typed with the day first, its day was kept as the month."""
    year, month, day = tidy(shown)[:10].split("-")
    first, second = (month, day) if order is Order.DAY_FIRST else (day, month)
    return f"{first}/{second}/{year}"
