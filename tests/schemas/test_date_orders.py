"""What a column of dates of birth proves: the order of day and month, the century, days and months exchanged."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import chain, repeat

import pytest

from schemas.findings import Finding
from schemas.rules import RULES
from schemas.validation import validate
from tests.schemas.sheets import TODAY, UKPRN, Cell, check, date_cell, make_sheet

DAY_FIRST = "25/12/2008"
MONTH_FIRST = ("12/25/2008", "05/13/2008")


def find(*dates: str | Cell) -> list[Finding]:
    return check(*[{"date_of_birth": text, "year_group": ""} for text in dates]).findings


def tell(*dates: str | Cell) -> list[tuple[str, str | None]]:
    return [(finding.rule, finding.suggestion) for finding in find(*dates)]


@pytest.mark.parametrize(
    ("proofs", "text", "rule", "meant"),
    [
        (DAY_FIRST, "01/09/2008", "dob_day_first", "2008-09-01"),
        (MONTH_FIRST, "01/09/2008", "dob_month_first", "2008-01-09"),
        (DAY_FIRST, "1.9.2008", "dob_day_first", "2008-09-01"),
        ("25-12-08", "1.9.2008 00:00", "dob_day_first", "2008-09-01"),
        (DAY_FIRST, "01/09/08", "dob_two_digit_year", "2008-09-01"),
        (MONTH_FIRST, "01/09/08", "dob_two_digit_year", "2008-01-09"),
        (DAY_FIRST, "01/09/95", "dob_two_digit_year", "1995-09-01"),
        (DAY_FIRST, "01-Sep-08", "dob_two_digit_year", "2008-09-01"),
        (DAY_FIRST, "1 September 2008", "dob_format", "2008-09-01"),
        (DAY_FIRST, "30/02/2008", "dob_format", None),
        (DAY_FIRST, "01/09/2027", "dob_format", None),
        ("25 Dec 2008", "01/09/2008", "dob_ambiguous", None),
        ("2008/12/25", "01/09/2008", "dob_ambiguous", None),
        ("32/12/2008", "01/09/2008", "dob_ambiguous", None),
        ("2008-12-25", "01/09/2008", "dob_ambiguous", None),
        (DAY_FIRST, "2008-09-01", "", None),
    ],
)
def test_the_rest_of_the_column_can_prove_the_order_of_day_and_month(
    proofs: str | tuple[str, ...], text: str, rule: str, meant: str | None
) -> None:
    findings = find(text, *([proofs] if isinstance(proofs, str) else proofs))
    found = [(finding.rule, finding.suggestion) for finding in findings if finding.row_number == 2]
    assert found == ([(rule, meant)] if rule else [])


def test_the_proof_may_stand_after_and_the_message_says_how_many_rows_prove() -> None:
    findings = find("01/09/2008", "2008-09-01", DAY_FIRST, DAY_FIRST, "13/01/2009")
    told = RULES["dob_day_first"].message.format(count=3)
    assert {finding.message for finding in findings} == {told}
    assert [(finding.cell, finding.suggestion) for finding in findings] == [
        ("O2", "2008-09-01"),
        ("O4", "2008-12-25"),
        ("O5", "2008-12-25"),
        ("O6", "2009-01-13"),
    ]


def test_a_column_that_proves_both_orders_proves_none() -> None:
    assert tell("01/09/2008", DAY_FIRST, *MONTH_FIRST, "09/09/2008") == [
        ("dob_ambiguous", None),
        ("dob_format", "2008-12-25"),
        ("dob_format", "2008-12-25"),
        ("dob_format", "2008-05-13"),
        ("dob_format", "2008-09-09"),
    ]
    assert {rule for rule, _ in tell("01/09/2008", *["25/12/2008", "13/05/2008"] * 9, MONTH_FIRST[0])} == {
        "dob_ambiguous",
        "dob_format",
    }


@pytest.mark.parametrize(
    ("proofs", "other_count"),
    [(["05/13/2008"], 6), (["05/13/2008"], 1), (["05/13/2008"] * 2, 2), (MONTH_FIRST, 9), ([DAY_FIRST], 10)],
)
def test_few_odd_dates_prove_nothing_of_the_others_and_keep_their_own_suggestion(
    proofs: Sequence[str], other_count: int
) -> None:
    found = tell(*["01/02/2008"] * other_count, *proofs)
    assert found[:other_count] == [("dob_ambiguous", None)] * other_count
    assert {rule for rule, _ in found[other_count:]} == {"dob_format"}
    assert None not in {meant for _, meant in found[other_count:]}


@pytest.mark.parametrize(
    ("proofs", "other_count", "meant"),
    [(MONTH_FIRST, 8, "2008-01-02"), ([DAY_FIRST], 9, "2008-02-01")],
)
def test_enough_different_dates_prove_the_order(proofs: Sequence[str], other_count: int, meant: str) -> None:
    assert tell(*["01/02/2008"] * other_count, *["00/00/2008", "00/00/0000"] * 9, *proofs)[0][1] == meant


def test_a_date_alone_that_can_be_read_in_one_way_only_is_that_date() -> None:
    assert tell("25/12/2007") == [("dob_day_first", "2007-12-25")]
    assert tell("12/25/2007") == [("dob_format", "2007-12-25")]


def test_a_date_that_is_the_same_in_both_orders_is_not_ambiguous() -> None:
    assert tell("09/09/2008") == [("dob_format", "2008-09-09")]


def test_two_digits_of_a_year_mean_the_century_in_which_the_learner_is_of_school_age() -> None:
    assert tell("09/09/08", "09/09/12", "09/09/85") == [
        ("dob_two_digit_year", "2008-09-09"),
        ("dob_two_digit_year", "2012-09-09"),
        ("dob_two_digit_year", None),
    ]


LATE = ("13/05/2008", "25/12/2007", "30/01/2009")
EARLY = ("2008-01-09", "2009-11-02", "2008-03-12")
MANY_PROOFS = [f"{day}/{month}/2008" for month in (10, 12) for day in range(13, 32)] + ["20/12/2008"] * 20


def test_date_cells_with_early_days_beside_texts_with_late_ones_were_exchanged_by_excel() -> None:
    findings = find(*map(date_cell, EARLY), *LATE)
    assert [(finding.rule, finding.suggestion) for finding in findings] == [
        ("dob_swapped", "2008-09-01"),
        ("dob_swapped", "2009-02-11"),
        ("dob_swapped", "2008-12-03"),
        ("dob_day_first", "2008-05-13"),
        ("dob_day_first", "2007-12-25"),
        ("dob_day_first", "2009-01-30"),
    ]
    assert {finding.severity for finding in findings} == {"error"}


def test_a_day_and_month_that_are_the_same_number_can_not_have_been_exchanged() -> None:
    rules = [finding.rule for finding in find(*map(date_cell, (*EARLY, "2008-09-09"))) if finding.row_number == 5]
    assert rules == []


@pytest.mark.parametrize(
    "dates",
    [
        [*map(date_cell, EARLY), LATE[0], LATE[0]],
        [*map(date_cell, EARLY), date_cell("2008-01-13"), *LATE],
        [*map(date_cell, [*EARLY, EARLY[0], "2008-01-13"]), *LATE],
        [*map(date_cell, EARLY), *LATE, MONTH_FIRST[0]],
        [*EARLY, *LATE],
    ],
)
def test_without_evidence_no_date_cell_is_called_exchanged(dates: Sequence[str | Cell]) -> None:
    assert "dob_swapped" not in [rule for rule, _ in tell(*dates)]


@pytest.mark.parametrize(
    "dates",
    [
        [*map(date_cell, EARLY), *LATE, "01/02/2009"],
        [*map(date_cell, EARLY), *LATE, *["01/02/2009"] * 40],
        [*map(date_cell, EARLY * 2), date_cell("2008-01-13"), *LATE],
        [*map(date_cell, EARLY), *LATE[:2]],
        [date_cell(EARLY[0]), *LATE[:2]],
        [*map(date_cell, EARLY), *MANY_PROOFS, MONTH_FIRST[0]],
    ],
)
def test_one_odd_date_or_few_dates_do_not_hide_an_exchange(dates: Sequence[str | Cell]) -> None:
    wrong = [finding.row_number for finding in find(*dates) if finding.rule == "dob_swapped"]
    early = [row for row, date in enumerate(dates, 2) if isinstance(date, Cell) and int(date.text[8:]) <= 12]
    assert wrong == early
    assert tell(*dates)[0] == ("dob_swapped", "2008-09-01")


def test_no_date_is_suggested_for_an_exchanged_one_that_no_learner_was_born_on() -> None:
    assert tell(date_cell("1950-01-09"), *LATE)[0] == ("dob_swapped", None)


def test_a_slip_among_many_proofs_settles_nothing_and_is_refused_alone() -> None:
    found = tell(*["01/02/2009"] * 99, *MANY_PROOFS, MONTH_FIRST[0])
    assert found == [
        *[("dob_day_first", "2009-02-01")] * 99,
        *[("dob_day_first", f"2008-{text[3:5]}-{text[:2]}") for text in MANY_PROOFS],
        ("dob_format", None),
    ]


@pytest.mark.parametrize("proofs", [MANY_PROOFS * 2, ["25/12/2008", "13/05/2008"] * 60])
def test_many_contradictions_or_few_different_proofs_settle_nothing(proofs: Sequence[str]) -> None:
    contrary = [MONTH_FIRST[0]] * (3 if proofs[0] == MANY_PROOFS[0] else 1)
    assert tell("01/02/2009", *proofs, *contrary)[0] == ("dob_ambiguous", None)


def test_month_first_texts_prove_an_exchange_as_well() -> None:
    assert tell(*map(date_cell, EARLY), "05/13/2008", "12/25/2007", "01/30/2009")[0] == ("dob_swapped", "2008-09-01")


def learners(behind: int, right: int, ahead: int = 0) -> list[dict[str, str | Cell]]:
    groups = chain(repeat("Year 11", behind), repeat("Year 12", right), repeat("Year 13", ahead))
    return [{"date_of_birth": "2010-01-05", "year_group": group} for group in groups]


@pytest.mark.parametrize(
    ("behind", "right", "is_told"),
    [(5, 0, True), (8, 2, True), (4, 0, False), (7, 3, False), (0, 9, False)],
)
def test_year_groups_that_are_nearly_all_one_too_low_are_told_once(behind: int, right: int, is_told: bool) -> None:
    validated = check(*learners(behind, right))
    assert validated.is_valid
    assert [finding.rule for finding in validated.findings] == ["year_groups_behind"] * is_told
    for finding in validated.findings:
        assert (finding.row_number, finding.cell, finding.column) == (None, None, "Learner year group")
        assert f"{behind} of {behind + right} " in finding.message


def test_year_groups_with_a_warning_are_behind_as_well() -> None:
    rows = [learner | {"year_group": "11.0"} for learner in learners(5, 0)]
    assert [finding.rule for finding in check(*rows).findings] == ["year_groups_behind", *["number_ending"] * 5]


@pytest.mark.parametrize("dates", [["05/01/2010", "13/01/2010"], ["5 January 2010"], ["13/01/10", "5.1.10"]])
def test_year_groups_are_behind_by_dates_that_are_written_in_another_way(dates: list[str]) -> None:
    rows: list[dict[str, str | Cell]] = [{"date_of_birth": text, "year_group": "Year 11"} for text in dates * 5]
    assert check(*rows).findings[0].rule == "year_groups_behind"


def test_year_groups_are_not_behind_by_dates_that_could_mean_two() -> None:
    rows: list[dict[str, str | Cell]] = [{"date_of_birth": "05/01/2010", "year_group": "Year 11"}] * 9
    assert {finding.rule for finding in check(*rows).findings if finding.rule != "duplicate_row"} == {"dob_ambiguous"}


def test_year_groups_too_high_or_without_dates_are_not_behind() -> None:
    assert check(*learners(0, 0, 9)).findings == []
    assert check(*[learner | {"date_of_birth": ""} for learner in learners(9, 0)]).findings == []
    assert check(*[learner | {"year_group": ""} for learner in learners(9, 0)]).findings == []


@pytest.mark.parametrize(
    ("day", "year_group"),
    [("2026-08-31", "Year 11"), ("2026-09-01", "Year 12"), ("2027-07-15", "Year 12"), ("2027-08-31", "Year 12")],
)
def test_the_school_year_turns_on_the_first_of_september(day: str, year_group: str) -> None:
    right = make_sheet(*[{"date_of_birth": "2010-08-31", "year_group": year_group}] * 5)
    behind = make_sheet(*[{"date_of_birth": "2009-08-31", "year_group": year_group}] * 5)
    today = date.fromisoformat(day)
    assert validate(right, ukprn=UKPRN, today=today).findings == []
    found = validate(behind, ukprn=UKPRN, today=today).findings
    assert [finding.rule for finding in found] == ["year_groups_behind"]


def test_days_are_reckoned_from_the_day_that_is_given() -> None:
    yesterday = (TODAY - timedelta(1)).isoformat()
    assert tell(yesterday) == [("dob_age", None)]
