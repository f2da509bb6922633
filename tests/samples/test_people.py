"""The made-up learners are valid, and can be told apart, however many of them a benchmark asks for."""

from collections.abc import Callable
from datetime import date

import pytest

from data.samples.case import NORTHFIELD, TEMPLATE
from data.samples.identifiers import ULN_COUNT, UPN_COUNT, make_uln, make_upn
from data.samples.people import make_learners
from data.samples.sheets import Row
from schemas.table import CellKind, SheetTable
from schemas.validation import validate


@pytest.mark.parametrize("first_serial", [0, 99_900, 100_000, 799_800, ULN_COUNT - 200])
def test_learners_of_any_serial_numbers_pass_every_check(first_serial: int) -> None:
    validated = validate(
        make_table(make_learners(NORTHFIELD, first_serial, 200)), ukprn=NORTHFIELD, today=date(2026, 11, 1)
    )
    assert validated.row_count == 200
    assert validated.findings == []


def make_table(rows: list[Row]) -> SheetTable:
    texts = [[str(row[name]) for row in rows] for _, name in TEMPLATE]
    kinds = [bytes([CellKind.TEXT]) * len(rows)] * len(TEMPLATE)
    return SheetTable("Learners", [heading for heading, _ in TEMPLATE], 1, list(range(2, len(rows) + 2)), texts, kinds)


def test_no_two_of_many_learners_share_an_identifier_or_a_name() -> None:
    learners = make_learners(NORTHFIELD, 95_000, 20_000)
    for names in (("uln",), ("upn",), ("ccis",), ("first_name", "last_name")):
        assert len({tuple(learner[name] for name in names) for learner in learners}) == len(learners), names


@pytest.mark.parametrize(("make", "count"), [(make_uln, ULN_COUNT), (make_upn, UPN_COUNT)])
def test_a_serial_number_that_no_identifier_can_hold_is_refused(make: Callable[[int], str], count: int) -> None:
    assert make(count - 1)
    for serial in (-1, count):
        with pytest.raises(ValueError, match="serial number"):
            make(serial)
