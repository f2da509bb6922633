"""Validation as a whole: everything at once, in order, whatever the cells hold."""

import gc
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from schemas.columns import LEARNER_NAMES
from schemas.distinct import Distinct
from schemas.judging.learner_schema import RuleError, build_schema, judge
from schemas.rules import RULES
from schemas.table import CellKind, SheetTable
from schemas.validation import make_finding, validate
from tests.schemas.sheets import GOOD, HEADINGS, TODAY, UKPRN, Cell, check, make_sheet

SECRET = "Llewellyn-Featherstonehaugh"


def test_a_right_sheet_becomes_canonical_learners_and_no_findings() -> None:
    validated = validate(make_sheet({}, {"uln": ""}, row_numbers=[2, 5]), ukprn=UKPRN, today=TODAY)
    assert validated.is_valid
    assert validated.findings == []
    assert validated.row_count == 2
    assert list(validated.positions.items()) == [(name, index) for index, name in enumerate(GOOD)]
    learners = validated.learners
    assert tuple(learners.columns) == LEARNER_NAMES
    assert learners.index.tolist() == [2, 5]
    assert {str(dtype) for dtype in learners.dtypes} == {"object"}
    expected = {name: value or None for name, value in GOOD.items() if name != "ukprn"} | {"first_name": "Siân 0"}
    assert learners.loc[2].to_dict() == expected


def test_everything_that_is_wrong_is_told_at_once_in_the_sheets_order() -> None:
    validated = check(
        {"gender": "F", "ukprn": "1", "postcode": ""},
        {},
        {"uln": "1000000044", "date_of_birth": "2009-02-30", "last_name": "", "telephone": "1"},
    )
    assert [(finding.cell, finding.rule) for finding in validated.findings] == [
        ("A2", "ukprn_format"),
        ("J2", "mandatory_missing"),
        ("P2", "gender_unknown"),
        ("D4", "mandatory_missing"),
        ("K4", "telephone_implausible"),
        ("L4", "uln_check_digit"),
        ("O4", "dob_not_real"),
    ]


def test_findings_on_the_file_come_before_those_on_cells() -> None:
    sheet = make_sheet({"postcode": ""}, headings=[*HEADINGS[:-1], "Ethnic origin"])
    findings = validate(sheet, ukprn=UKPRN, today=TODAY).findings
    assert [finding.rule for finding in findings] == ["heading_misspelt", "mandatory_missing"]


def test_a_sheet_without_rows_has_nothing_wrong_with_its_cells() -> None:
    validated = check()
    assert validated.findings == []
    assert validated.learners.shape == (0, len(LEARNER_NAMES))


def test_a_sheet_with_none_of_the_headings_is_told_so() -> None:
    table = SheetTable("Sheet1", ["x"], 1, [2, 3], [["a", "b"]], [bytes([1, 1])])
    rules = [finding.rule for finding in validate(table, ukprn=UKPRN, today=TODAY).findings]
    assert rules == ["heading_missing"] * 4 + ["heading_unknown"]


def test_the_same_wrong_value_is_told_of_each_row_that_has_it() -> None:
    validated = check(*[{"gender": "F"}] * 40)
    assert [finding.row_number for finding in validated.findings] == list(range(2, 42))
    assert {finding.suggestion for finding in validated.findings} == {"Female"}


def test_a_later_finding_can_name_its_cell() -> None:
    finding = make_finding(
        "identifier_changed",
        column_name="uln",
        row_number=9,
        positions=check({}).positions,
        value="1000000043",
        candidates="smith.a",
    )
    assert (finding.column, finding.cell, finding.severity) == ("ULN", "L9", "warning")
    assert finding.message == RULES["identifier_changed"].message.format(candidates="smith.a", heading="ULN")


@pytest.mark.parametrize(("name", "column"), [("ccis", "CCIS"), (None, None)])
def test_a_finding_on_a_column_that_the_sheet_has_not_names_the_row_only(name: str | None, column: str | None) -> None:
    finding = make_finding("match_ambiguous", column_name=name, row_number=9, positions={"uln": 3}, candidates="a, b")
    assert (finding.row_number, finding.column, finding.cell) == (9, column, None)


def test_no_message_holds_anything_of_a_learner() -> None:
    texts = dict.fromkeys(GOOD, SECRET)
    validated = check(texts, texts, {name: Cell(SECRET, CellKind.DATE) for name in GOOD})
    assert len(validated.findings) > 20
    assert not any("Llewellyn" in finding.message for finding in validated.findings)


def test_what_pandera_raises_inside_holds_no_value() -> None:
    frame = pd.DataFrame({"gender": Distinct.of([SECRET, "Female"]).to_categorical()}, index=[2, 3])
    with pytest.raises(SchemaErrors) as raised:
        build_schema(("gender",), ukprn=UKPRN, today=TODAY).validate(frame, lazy=True)
    told = f"{raised.value} {raised.value.failure_cases.to_string()} {raised.value.schema_errors}"
    assert "Llewellyn" not in told


def test_a_check_that_breaks_down_is_our_fault_and_says_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(values: list[str], today: date) -> None:
        raise ValueError(values)

    monkeypatch.setattr("schemas.judging.learner_schema.are_past", break_down)
    another_day = date(2031, 1, 1)  # columns are kept by day: none that is broken may be kept for this one
    with pytest.raises(RuleError) as raised:
        validate(make_sheet({"last_name": SECRET}), ukprn=UKPRN, today=another_day)
    assert "date_of_birth" in str(raised.value)
    assert "2009" not in str(raised.value)
    assert raised.value.__context__ is None


def test_pandera_switched_off_outside_judges_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from pandera.config import config_context

    with config_context(validation_enabled=False):
        assert [finding.rule for finding in check({"gender": "F"}).findings] == ["gender_unknown"]


def test_a_schema_judges_only_the_columns_there_are() -> None:
    frame = pd.DataFrame({"uln": Distinct.of(["1", ""]).to_categorical()}, index=[2, 3])
    verdicts = list(judge(frame, build_schema(("uln",), ukprn=UKPRN, today=TODAY)))
    assert [(verdict.rule, verdict.failed.tolist()) for verdict in verdicts] == [
        ("uln_format", [True, False]),
        ("uln_check_digit", [True, False]),
    ]


def test_the_table_that_was_read_is_left_as_it_was() -> None:
    table = make_sheet({"first_name": " Zoe\u0308 ", "telephone": Cell("7700900123", CellKind.NUMBER)})
    before = replace(table, texts=[list(texts) for texts in table.texts])
    validate(table, ukprn=UKPRN, today=TODAY)
    assert table == before
    assert gc.isenabled()
