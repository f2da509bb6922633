"""What a row would replace of a learner is told: an identifier by another one, and the whole person by another."""

import pytest

from loaders.planning import plan_load
from schemas.findings import Finding
from tests.loaders.school import (
    FULL,
    OTHER_ULN,
    OTHER_UPN,
    POSITIONS,
    ULN,
    UPN,
    ZOE,
    Row,
    School,
    make_table,
    open_school,
)

BOB: dict[str, str | None] = {
    "first_name": "Bob",
    "last_name": "Adeyemi",
    "date_of_birth": "2009-03-05",
    "postcode": "LS1 4AP",
}
UNDATED: dict[str, str | None] = {"date_of_birth": None}
CCIS = "C 17"


def tell(findings: list[Finding]) -> list[tuple[str, str, int | None, str | None]]:
    return [(finding.rule, finding.severity, finding.row_number, finding.cell) for finding in findings]


@pytest.mark.parametrize(
    ("known", "row", "cell", "heading", "differing"),
    [
        ({"uln": ULN, "ccis": CCIS}, {"uln": OTHER_ULN, "ccis": CCIS}, "N2", "CCIS", "name, date of birth and ULN"),
        ({"upn": UPN, "ccis": CCIS}, {"upn": OTHER_UPN, "ccis": CCIS}, "N2", "CCIS", "name, date of birth and UPN"),
        ({"uln": ULN, "upn": UPN}, {"uln": OTHER_ULN, "upn": UPN}, "M2", "UPN", "name, date of birth and ULN"),
        (
            {"uln": ULN, "upn": UPN, "ccis": CCIS},
            {"uln": OTHER_ULN, "upn": OTHER_UPN, "ccis": CCIS},
            *("N2", "CCIS", "name, date of birth, ULN and UPN"),
        ),
        (
            {"uln": ULN, "ccis": CCIS} | UNDATED,
            {"uln": OTHER_ULN, "ccis": CCIS},
            *("N2", "CCIS", "name, postcode and ULN"),
        ),
    ],
)
def test_somebody_else_with_a_learners_weaker_identifier_is_refused_and_takes_nobodys_place(
    school: School, known: Row, row: Row, cell: str, heading: str, differing: str
) -> None:
    school.load({**ZOE, **known})
    [learner] = school.learners()
    result = school.load({**BOB, **row}, ZOE | {"first_name": "Ann"})
    assert result[:3] == (0, 0, 0)
    assert tell(result.findings) == [("identifier_taken", "error", 2, cell)]
    [finding] = result.findings
    assert finding.column == heading
    assert (
        f"This {heading} is held here by a learner (learner {learner.id}) with another {differing}." in finding.message
    )
    assert not any(value and value in finding.message for value in [*ZOE.values(), *known.values(), *row.values()])
    [kept] = school.learners()
    assert (kept.first_name, kept.uln, kept.version) == (learner.first_name, learner.uln, 1)


@pytest.mark.parametrize(
    ("known", "row", "cell", "heading"),
    [
        ({"uln": ULN}, {"uln": ULN}, "L2", "ULN"),
        ({"upn": UPN}, {"upn": UPN}, "M2", "UPN"),
        ({"ccis": CCIS}, {"ccis": CCIS}, "N2", "CCIS"),
        ({"uln": ULN, "ccis": CCIS}, {"ccis": CCIS}, "N2", "CCIS"),
        ({"ccis": CCIS}, {"uln": ULN, "ccis": CCIS}, "N2", "CCIS"),
        ({"uln": ULN, "upn": UPN, "ccis": "C 18"}, {"uln": ULN, "upn": OTHER_UPN, "ccis": CCIS}, "L2", "ULN"),
    ],
)
def test_another_person_in_a_learners_place_is_told_and_loaded(
    school: School, known: Row, row: Row, cell: str, heading: str
) -> None:
    school.load({**ZOE, **known})
    [learner] = school.learners()
    created, updated, _, findings = school.load({**BOB, **row})
    assert (created, updated) == (0, 1)
    assert tell(findings) == [("person_replaced", "warning", 2, cell)]
    [finding] = findings
    assert finding.column == heading
    start = f"A learner you already have (learner {learner.id}) has this {heading} and another name and date of birth."
    assert finding.message.startswith(start)
    assert [kept.first_name for kept in school.learners()] == ["Bob"]


@pytest.mark.parametrize(
    ("known", "row"),
    [
        (ZOE, BOB | {"first_name": "Zoë"}),
        (ZOE, BOB | {"first_name": "Zoe\u0308"}),
        (ZOE, BOB | {"last_name": "O’BRIEN"}),
        (ZOE, BOB | {"date_of_birth": ZOE["date_of_birth"]}),
        (ZOE, ZOE | {"date_of_birth": "2008-09-02"}),
        (ZOE, BOB | UNDATED | {"postcode": ZOE["postcode"]}),
        (ZOE | UNDATED, BOB | {"postcode": ZOE["postcode"]}),
        (ZOE | UNDATED, BOB | UNDATED | {"postcode": ZOE["postcode"]}),
    ],
)
def test_a_name_or_a_date_of_birth_alone_makes_nobody_another_person(school: School, known: Row, row: Row) -> None:
    school.load({**known, "uln": ULN, "ccis": CCIS})
    assert school.load({**row, "uln": ULN}).findings == []
    [finding] = school.load({**known, "uln": OTHER_ULN, "ccis": CCIS}).findings
    assert finding.rule == "identifier_changed"


@pytest.mark.parametrize(("known", "row"), [(ZOE, BOB | UNDATED), (ZOE | UNDATED, BOB), (ZOE | UNDATED, BOB | UNDATED)])
def test_without_a_date_on_either_side_the_postcode_tells_another_person(school: School, known: Row, row: Row) -> None:
    school.load({**known, "ccis": CCIS})
    [finding] = school.load({**row, "ccis": CCIS}).findings
    assert finding.rule == "person_replaced" and "another name and postcode." in finding.message


@pytest.mark.parametrize(
    ("known", "row", "cells"),
    [
        ({"uln": ULN, "ccis": CCIS}, {"uln": OTHER_ULN, "ccis": CCIS}, ["L2"]),
        ({"uln": ULN, "upn": UPN}, {"uln": OTHER_ULN, "upn": UPN}, ["L2"]),
        ({"upn": UPN, "ccis": CCIS}, {"upn": OTHER_UPN, "ccis": CCIS}, ["M2"]),
        (
            {"uln": ULN, "upn": UPN, "ccis": CCIS},
            {"uln": OTHER_ULN, "upn": OTHER_UPN, "ccis": CCIS},
            ["L2", "M2"],
        ),
        ({"uln": ULN, "upn": UPN, "ccis": CCIS}, {"uln": ULN, "upn": OTHER_UPN, "ccis": "C 18"}, []),
        ({"upn": UPN, "ccis": CCIS}, {"uln": ULN, "upn": UPN, "ccis": "C 18"}, []),
    ],
)
def test_an_identifier_that_is_replaced_is_told_unless_a_stronger_one_agrees(
    school: School, known: Row, row: Row, cells: list[str]
) -> None:
    school.load({**ZOE, **known})
    _, updated, _, findings = school.load({**ZOE, **row})
    assert updated == 1
    assert tell(findings) == [("identifier_changed", "warning", 2, cell) for cell in cells]


def test_all_that_is_wrong_with_the_rows_is_told_at_once(school: School) -> None:
    namesake = ZOE | {"first_name": "Ann"}
    school.load(ZOE | {"uln": ULN, "ccis": CCIS}, namesake, namesake | {"postcode": "M1 1AE"})
    taken = BOB | {"uln": OTHER_ULN, "ccis": CCIS}
    result = school.load(namesake | {"postcode": "M2 1AE"}, taken, ZOE | {"uln": ULN})
    assert result[:3] == (0, 0, 0)
    assert [(finding.rule, finding.row_number) for finding in result.findings] == [
        ("match_ambiguous", 2),
        ("identifier_taken", 3),
        ("match_shared", 4),
    ]


def test_one_column_sorted_alone_is_told_on_every_row(school: School) -> None:
    lee = BOB | {"first_name": "Ann", "last_name": "Lee", "date_of_birth": None, "postcode": "M1 1AE"}
    people = [ZOE, BOB, lee]
    school.load(*(person | {"ccis": f"C {number}"} for number, person in enumerate(people)))
    result = school.load(*(person | {"ccis": f"C {(number + 1) % 3}"} for number, person in enumerate(people)))
    assert tell(result.findings) == [("person_replaced", "warning", row, f"N{row}") for row in (2, 3, 4)]
    assert result.updated_count == 3


@pytest.mark.parametrize(
    "row",
    [BOB | {"uln": OTHER_ULN, "ccis": CCIS}, BOB | {"ccis": CCIS}, ZOE | {"uln": OTHER_ULN, "ccis": CCIS}],
    ids=["error", "warning", "identifier"],
)
def test_a_preview_finds_what_the_load_does(school: School, row: Row) -> None:
    school.load(FULL)
    with school.database.read() as session:
        plan = plan_load(session, make_table([row]), POSITIONS, provider_id=school.provider_id)
    loaded = school.load(row)
    assert plan.result == loaded and len(loaded.findings) == 1
    assert (list(plan.rows) == []) == loaded.is_refused


def test_a_column_that_the_sheet_has_not_tells_nobody_apart(school: School) -> None:
    """Of a sheet without dates of birth the postcode tells, and of one without ULNs nothing stronger."""
    school.load(FULL)
    few = {name: POSITIONS[name] for name in ("first_name", "last_name", "postcode", "ccis")}
    table = make_table([BOB | UNDATED | {"ccis": CCIS}])
    with school.database.read() as session:
        plan = plan_load(session, table, few, provider_id=school.provider_id)
    assert [finding.rule for finding in plan.result.findings] == ["person_replaced"]


def test_another_schools_learner_keeps_the_identifier(school: School) -> None:
    open_school(school.database).load(ZOE | {"uln": ULN, "ccis": CCIS})
    assert school.load(BOB | {"uln": OTHER_ULN, "ccis": CCIS}) == (1, 0, 0, [])
