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
from schemas.judging.birth_dates import are_iso, are_of_age, are_real, bound_ages
from schemas.suggesting.written_dates import MONTHS_A_YEAR, Order, Written, list_meanings, take_apart

PROVEN_RULES = {Order.DAY_FIRST: "dob_day_first", Order.MONTH_FIRST: "dob_month_first"}
# What proves an order: so many different dates, and this share of all in numbers. Of real dates 60 in 100 prove their
# own, so a column with very few is no evidence but of a slip. In the UK the day comes first unless a program from
# elsewhere wrote the file: one date is enough to say so, while for the month one could be mistyped, in two rows too.
PROOFS_LEAST = {Order.DAY_FIRST: 1, Order.MONTH_FIRST: 2}
PROOF_SHARE = {Order.DAY_FIRST: 0.1, Order.MONTH_FIRST: 0.2}
# A slip among many proofs is no contradiction: so few of the rows that prove something, beside so many different dates.
SLIP_SHARE = 0.02
SLIP_PROOFS_LEAST = 20
SWAPPED_PROOFS_LEAST = 2  # different texts
LATE_SHARE = 0.2  # of the date cells must have days above 12 for them to be natural, where 60 in 100 have

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
    for rule in ("dob_day_first", "dob_month_first", "dob_ambiguous", "dob_two_digit_year", "dob_format"):
        suggestions = {text: meant for text, (found, meant) in zip(written, judged, strict=True) if found == rule}
        if suggestions:
            rows = _find_rows(column, suggestions)
            words = {"count": f"{counts[order]:,}"} if order else {}
            yield Diagnosis(rule, rows, partial(_look_up, suggestions), words)
    leading = _find_leading(counts, written)
    if leading and len(_list_proofs(written, leading)) >= SWAPPED_PROOFS_LEAST:
        yield from _find_swapped(column, is_date_cell, today)


def read_written_dates(column: Distinct, today: date) -> dict[str, str]:
    """Return the ISO dates that the column's other texts mean, where the texts together leave one meaning to each.

    Args:
        column: dates of birth, tidied; date cells as YYYY-MM-DD.
        today: dates of birth lie before it.
    """
    written = _take_all_apart(column, np.zeros(len(column.codes), dtype=bool))
    order = _find_order(_count_proofs(column, written), written)
    meant = {text: list_meanings(parts, order, today) for text, parts in written.items()}
    return {text: meanings[0] for text, meanings in meant.items() if len(meanings) == 1}


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


def _find_leading(counts: Mapping[Order | None, int], written: Mapping[str, Written]) -> Order | None:
    """Return the order that some dates prove and none disproves, but for slips among very many."""
    leading = max(Order, key=lambda order: counts[order])
    contrary = sum(counts[order] for order in Order if order is not leading)
    if not counts[leading]:
        return None
    is_slip = contrary <= SLIP_SHARE * counts[leading] and len(_list_proofs(written, leading)) >= SLIP_PROOFS_LEAST
    return leading if is_slip or not contrary else None


def _find_order(counts: Mapping[Order | None, int], written: Mapping[str, Written]) -> Order | None:
    """Return the order that enough dates prove, in rows and in different dates, and none disproves."""
    order = _find_leading(counts, written)
    if order is None or len(_list_proofs(written, order)) < PROOFS_LEAST[order]:
        return None
    return order if counts[order] >= PROOF_SHARE[order] * sum(counts.values()) else None


def _list_proofs(written: Mapping[str, Written], order: Order) -> set[Written]:
    return {parts for parts in written.values() if parts.proves is order}


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
    if order and written.proves not in (order, None):
        return "dob_format", None  # a slip; which of its numbers is wrong nobody knows
    if order and written.is_numeric and meant:
        return PROVEN_RULES[order], meant
    return "dob_ambiguous" if len(meanings) > 1 else "", None


def _find_swapped(column: Distinct, is_date_cell: Mask, today: date) -> Iterator[Diagnosis]:
    """Find date cells whose day and month Excel has exchanged.

    Where Excel expects the month first, 13/05/2008 stays a text and 01/09/2008 becomes 9 January. So when texts prove
    an order and hardly any date cell has a day above 12, those are not the dates that were typed. One cell alone may be
    right by chance, but to ask is better than to keep a wrong date.
    """
    is_date = is_date_cell & column.spread(are_real(column.values))
    values = [column.values[code] for code in np.unique(column.codes[is_date]).tolist()]
    early = [value for value in values if int(value[8:]) <= MONTHS_A_YEAR]
    is_late = is_date & ~_find_rows(column, dict.fromkeys(early))
    if is_late.sum() >= LATE_SHARE * is_date.sum():  # as where there are none
        return
    exchanged = {value: f"{value[:4]}-{value[8:]}-{value[5:7]}" for value in early if value[8:] != value[5:7]}
    of_age = are_of_age(list(exchanged.values()), today).tolist()
    suggestions: Suggestions = {
        value: meant if is_of_age else None for (value, meant), is_of_age in zip(exchanged.items(), of_age, strict=True)
    }
    if suggestions:
        yield Diagnosis("dob_swapped", is_date & _find_rows(column, suggestions), partial(_look_up, suggestions))


def _find_rows(column: Distinct, wanted: Mapping[str, object]) -> Mask:
    return column.spread(np.fromiter((value in wanted for value in column.values), bool, len(column.values)))


def _look_up(suggestions: Mapping[str, str | None], values: list[str]) -> list[str | None]:
    return [suggestions[value] for value in values]
