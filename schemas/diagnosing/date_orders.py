"""Dates of birth that are no ISO dates: what the column as a whole proves about the order of day and month.

Owns the evidence, and which rule each date falls under by it. What a single text can mean is
`schemas.suggesting.written_dates`'.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

import numpy as np

from schemas.diagnosing.diagnosis import Diagnosis
from schemas.distinct import Distinct, Mask
from schemas.judging.birth_dates import are_iso, are_real, bound_ages
from schemas.suggesting.written_dates import MONTHS_A_YEAR, Order, Written, list_meanings, take_apart

PROVEN_RULES = {Order.DAY_FIRST: "dob_day_first", Order.MONTH_FIRST: "dob_month_first"}
# What proves an order: so many different dates, and this share of all in numbers. Of real dates 60 in 100 prove their
# own, so a column with very few is no evidence but of a slip. In the UK the day comes first unless a program from
# elsewhere wrote the file: one date is enough to say so, while for the month one could be mistyped, in two rows too.
PROOFS_LEAST = {Order.DAY_FIRST: 1, Order.MONTH_FIRST: 2}
PROOF_SHARE = {Order.DAY_FIRST: 0.1, Order.MONTH_FIRST: 0.2}
SWAPPED_LEAST = 3  # date cells, and texts, without which a swap is chance

Suggestions = dict[str, str | None]


def find_date_orders(column: Distinct, is_date_cell: Mask, today: date) -> Iterator[Diagnosis]:
    """Yield what is wrong with dates whose day, month or century has to be guessed or proven.

    Args:
        column: dates of birth, tidied; date cells as YYYY-MM-DD.
        is_date_cell: one answer a row.
        today: dates of birth lie before it.
    """
    written = _take_all_apart(column, is_date_cell)
    if not written:
        return
    counts = _count_proofs(column, written)
    order = _find_order(counts, written)
    judged = [_judge(parts, order, today) for parts in written.values()]
    for rule in ("dob_day_first", "dob_month_first", "dob_ambiguous", "dob_two_digit_year"):
        suggestions = {text: meant for text, (found, meant) in zip(written, judged, strict=True) if found == rule}
        if suggestions:
            rows = _find_rows(column, suggestions)
            words = {"count": f"{counts[order]:,}"} if order else {}
            yield Diagnosis(rule, rows, partial(_look_up, suggestions), words)
    if order and counts[order] >= SWAPPED_LEAST and _all_prove(written, order):
        yield from _find_swapped(column, is_date_cell)


def _take_all_apart(column: Distinct, is_date_cell: Mask) -> dict[str, Written]:
    """Take the column's texts apart that are written dates and no ISO dates."""
    if are_iso(column.values).all():
        return {}
    codes = np.unique(column.codes[~is_date_cell & (column.codes >= 0)]).tolist()
    texts = [column.values[code] for code in codes]
    other = [text for text, is_iso in zip(texts, are_iso(texts).tolist(), strict=True) if not is_iso]
    parts = {text: take_apart(text) for text in other}
    return {text: written for text, written in parts.items() if written}


def _count_proofs(column: Distinct, written: Mapping[str, Written]) -> dict[Order | None, int]:
    """Count the rows that prove each order, and under None the rows in numbers that could be either."""
    row_counts = dict(zip(column.values, column.row_counts.tolist(), strict=True))
    counts: dict[Order | None, int] = dict.fromkeys((*Order, None), 0)
    for text, parts in written.items():
        if parts.proves or _could_be_either(parts):
            counts[parts.proves] += row_counts[text]
    return counts


def _could_be_either(written: Written) -> bool:
    return written.is_numeric and all(1 <= number <= MONTHS_A_YEAR for number in written.readings[0])


def _find_order(counts: Mapping[Order | None, int], written: Mapping[str, Written]) -> Order | None:
    """Return the order that enough dates prove, in rows and in different dates, and none disproves."""
    proven = [order for order in Order if counts[order]]
    if len(proven) != 1:
        return None
    [order] = proven
    different = {parts for parts in written.values() if parts.proves}
    is_enough = len(different) >= PROOFS_LEAST[order] and counts[order] >= PROOF_SHARE[order] * sum(counts.values())
    return order if is_enough else None


def _judge(written: Written, order: Order | None, today: date) -> tuple[str, str | None]:
    """Return the rule that a date falls under and the one date it can mean, if there is one.

    "" is no rule of this module's: the date is certain by itself, or can be none at all.
    """
    meanings = list_meanings(written, order, today)
    meant = meanings[0] if len(meanings) == 1 else None
    if not written.has_whole_year:
        after, until = bound_ages(today)
        is_certain = meant and (order or after < meant <= until)
        return "dob_two_digit_year", meant if is_certain else None
    if order and written.is_numeric and meant:
        return PROVEN_RULES[order], meant
    return "dob_ambiguous" if len(meanings) > 1 else "", None


def _all_prove(written: Mapping[str, Written], order: Order) -> bool:
    """Say whether every date in numbers proves the order: none is left of those whose day could be a month."""
    return all(parts.proves is order for parts in written.values() if parts.is_numeric)


def _find_swapped(column: Distinct, is_date_cell: Mask) -> Iterator[Diagnosis]:
    """Find date cells whose day and month Excel has exchanged.

    Where Excel expects the month first, 13/05/2008 stays a text and 01/09/2008 becomes 9 January. So when texts hold
    only days above 12 and date cells only days up to 12, those are not the dates that were typed.
    """
    is_date = is_date_cell & column.spread(are_real(column.values))
    values = [column.values[code] for code in np.unique(column.codes[is_date]).tolist()]
    if is_date.sum() < SWAPPED_LEAST or any(int(value[8:]) > MONTHS_A_YEAR for value in values):
        return
    suggestions: Suggestions = {
        value: f"{value[:4]}-{value[8:]}-{value[5:7]}" for value in values if value[8:] != value[5:7]
    }
    if suggestions:
        yield Diagnosis("dob_swapped", is_date & _find_rows(column, suggestions), partial(_look_up, suggestions))


def _find_rows(column: Distinct, wanted: Mapping[str, object]) -> Mask:
    return column.spread(np.fromiter((value in wanted for value in column.values), bool, len(column.values)))


def _look_up(suggestions: Mapping[str, str | None], values: list[str]) -> list[str | None]:
    return [suggestions[value] for value in values]
