"""Each row finds the learner that it is, and no other; where that is open, the file is refused."""

from datetime import date

import pytest

from loaders import matching
from loaders.agreement import NONE
from loaders.matching import match_rows
from schemas.findings import Finding
from tests.loaders.school import (
    NOON,
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

ELSEWHERE: dict[str, str | None] = {"postcode": "LS1 4AP"}
UNDATED: dict[str, str | None] = {"date_of_birth": None}


def counts(school: School, *rows: Row) -> tuple[int, int, int]:
    created, updated, unchanged, findings = school.load(*rows)
    assert [finding for finding in findings if finding.severity == "error"] == []
    return created, updated, unchanged


def refusals(school: School, *rows: Row) -> list[Finding]:
    before = [learner.version for learner in school.learners()]
    created, updated, unchanged, findings = school.load(*rows)
    assert (created, updated, unchanged) == (0, 0, 0)
    assert [learner.version for learner in school.learners()] == before
    return findings


@pytest.mark.parametrize(("column", "value"), [("uln", ULN), ("upn", UPN), ("ccis", "C 17")])
def test_an_identifier_finds_the_learner_whatever_else_has_changed(school: School, column: str, value: str) -> None:
    school.load(ZOE | {column: value})
    renamed = {"first_name": "Zoe", "last_name": "Byrne", "date_of_birth": "2008-09-02", "postcode": "LS1 4AP"}
    assert counts(school, renamed | {column: value}) == (0, 1, 0)
    assert [learner.last_name for learner in school.learners()] == ["Byrne"]


@pytest.mark.parametrize(
    "spelling",
    [
        {"first_name": "ZOË"},
        {"first_name": "Zoe\u0308"},
        {"last_name": "o'brien"},
        {"last_name": "O'  Brien"},
        {"last_name": "O’Brien"},
        {"last_name": "O`Brien"},
    ],
    ids=["capitals", "composed otherwise", "small letters", "spacing", "curly", "grave"],
)
def test_names_agree_whatever_their_capitals_spacing_and_composition(school: School, spelling: Row) -> None:
    school.load(ZOE)
    assert counts(school, {**ZOE, **spelling}) == (0, 1, 0)


@pytest.mark.parametrize("stored", ["O’Brien-Lee", "O'Brien\u2011Lee", "O‘Brien–Lee"])
def test_the_shape_of_a_stored_apostrophe_or_hyphen_does_not_count_either(school: School, stored: str) -> None:
    """As with capitals, the file's spelling is taken over where it differs."""
    school.load(ZOE | {"last_name": stored})
    assert counts(school, ZOE | {"last_name": stored}) == (0, 0, 1)
    assert counts(school, ZOE | {"last_name": "O'Brien-Lee"}) == (0, 1, 0)
    assert [learner.last_name for learner in school.learners()] == ["O'Brien-Lee"]


@pytest.mark.parametrize(
    "difference", [{"first_name": "Zoé"}, {"last_name": "Brien"}, {"date_of_birth": "2008-01-09"}], ids=str
)
def test_another_name_or_date_of_birth_is_another_learner(school: School, difference: Row) -> None:
    school.load(ZOE)
    assert counts(school, {**ZOE, **difference}) == (1, 0, 0)


def test_a_learner_found_by_name_and_date_may_have_moved(school: School) -> None:
    school.load(ZOE)
    assert counts(school, ZOE | ELSEWHERE) == (0, 1, 0)


@pytest.mark.parametrize(("stored", "row"), [(ZOE | UNDATED, ZOE), (ZOE, ZOE | UNDATED), (ZOE | UNDATED,) * 2])
def test_without_a_date_on_either_side_the_postcode_must_agree(school: School, stored: Row, row: Row) -> None:
    school.load(stored)
    assert counts(school, row)[0] == 0
    assert counts(school, {**row, **ELSEWHERE, "date_of_birth": None}) == (1, 0, 0)


def test_of_several_of_one_name_and_date_the_one_with_the_postcode_is_meant(school: School) -> None:
    school.load(ZOE | {"uln": ULN}, ZOE | ELSEWHERE | {"uln": OTHER_ULN})
    assert counts(school, ZOE | ELSEWHERE | {"town": "Leeds"}) == (0, 1, 0)
    assert [learner.town for learner in school.learners()] == [None, "Leeds"]


def test_the_one_with_date_and_postcode_goes_before_one_without_date(school: School) -> None:
    school.load(ZOE | UNDATED | {"uln": ULN}, ZOE | {"uln": OTHER_ULN})
    assert counts(school, ZOE | {"town": "Leeds"}) == (0, 1, 0)
    assert [learner.town for learner in school.learners()] == [None, "Leeds"]


def test_several_that_fit_alike_are_named_by_id_and_nothing_is_loaded(school: School) -> None:
    school.load(ZOE | {"uln": ULN}, ZOE | ELSEWHERE | {"uln": OTHER_ULN})
    first, second = (learner.id for learner in school.learners())
    [finding] = refusals(school, ZOE | {"first_name": "Ann"}, ZOE | {"postcode": "M1 1AE"})
    assert (finding.rule, finding.row_number, finding.column, finding.cell) == ("match_ambiguous", 3, None, None)
    assert f"(learner {first} and learner {second})" in finding.message
    assert "Brien" not in finding.message


def test_the_same_date_elsewhere_and_the_same_place_without_date_fit_alike(school: School) -> None:
    school.load(ZOE | ELSEWHERE | {"uln": ULN}, ZOE | UNDATED | {"uln": OTHER_ULN})
    assert [finding.rule for finding in refusals(school, ZOE)] == ["match_ambiguous"]


def test_many_candidates_are_counted_and_not_all_named(school: School) -> None:
    school.load(*(ZOE | {"postcode": f"M{number} 1AE"} for number in range(1, 9)))
    [finding] = refusals(school, ZOE)
    assert finding.message.count("learner ") - finding.message.count("one learner ") >= 5
    assert "and 3 more)" in finding.message


def test_identifiers_of_different_learners_in_one_row_are_refused(school: School) -> None:
    school.load(ZOE | {"uln": ULN}, ZOE | ELSEWHERE | {"upn": UPN})
    first, second = (learner.id for learner in school.learners())
    [finding] = refusals(school, ZOE | {"uln": ULN, "upn": UPN})
    assert finding.rule == "match_ambiguous"
    assert f"learner {first} and learner {second}" in finding.message


def test_two_rows_of_one_learner_are_refused_on_the_later_row(school: School) -> None:
    school.load(ZOE | {"uln": ULN, "upn": UPN})
    [learner] = school.learners()
    [finding] = refusals(school, ZOE | {"uln": ULN}, ZOE | ELSEWHERE | {"upn": UPN})
    assert (finding.rule, finding.row_number) == ("match_shared", 3)
    assert "row 2" in finding.message and f"learner {learner.id})" in finding.message


def test_two_rows_that_agree_with_one_learner_in_name_and_date_only_are_refused(school: School) -> None:
    school.load(ZOE)
    findings = refusals(school, ZOE | ELSEWHERE, ZOE | {"postcode": "M1 1AE"}, ZOE | {"postcode": "M2 1AE"})
    assert [(finding.rule, finding.row_number) for finding in findings] == [("match_shared", 3), ("match_shared", 4)]
    assert all("row 2 " in finding.message for finding in findings)


@pytest.mark.parametrize("order", [1, -1])
def test_beside_a_row_with_the_postcode_too_one_with_name_and_date_only_needs_its_own_identifier(
    school: School, order: int
) -> None:
    """Without one it is more likely the same learner at a second address than a namesake born on the same day."""
    school.load(ZOE)
    assert [finding.rule for finding in refusals(school, *[ZOE | ELSEWHERE, ZOE][::order])] == ["match_shared"]
    assert counts(school, *[ZOE | ELSEWHERE | {"ccis": "C77"}, ZOE][::order]) == (1, 0, 1)


@pytest.mark.parametrize("more", [{}, {"ccis": "C77"}], ids=["bare", "with an identifier"])
def test_a_row_without_date_in_the_place_of_a_learner_whom_another_row_is_too_is_refused(
    school: School, more: Row
) -> None:
    school.load(ZOE)
    assert [finding.rule for finding in refusals(school, ZOE, {**ZOE, **UNDATED, **more})] == ["match_shared"]


@pytest.mark.parametrize("order", [1, -1])
def test_a_row_without_date_is_the_learner_that_a_row_with_it_has_left(school: School, order: int) -> None:
    rows = [ZOE | {"town": "Leeds"}, ZOE | UNDATED | {"town": "York"}]
    school.load(*rows)
    assert counts(school, *rows[::order]) == (0, 0, 2)


@pytest.mark.parametrize("row", [ZOE, ZOE | ELSEWHERE, ZOE | UNDATED], ids=["same", "elsewhere", "undated"])
def test_a_learner_whom_an_identifier_gave_to_one_row_is_nobody_elses_by_name(school: School, row: Row) -> None:
    school.load(ZOE | {"uln": ULN})
    renamed = ZOE | {"uln": ULN, "last_name": "Byrne"}
    assert [finding.rule for finding in refusals(school, row, renamed)] == ["match_shared"]
    assert counts(school, {**row, "ccis": "C77"}, renamed) == (1, 1, 0)


def test_the_order_of_the_rows_does_not_matter(school: School) -> None:
    rows = [ZOE | {"uln": ULN}, ZOE | {"first_name": "Ann"}, ZOE | {"first_name": "Siân", "ccis": "C 17"}]
    school.load(*rows)
    assert counts(school, *reversed(rows)) == (0, 0, 3)


def test_a_corrected_identifier_is_taken_over_with_a_warning_on_its_cell(school: School) -> None:
    school.load(ZOE | {"uln": ULN, "upn": UPN})
    [learner] = school.learners()
    created, updated, _, [finding] = school.load(ZOE | {"uln": OTHER_ULN})
    assert (created, updated) == (0, 1)
    assert (finding.rule, finding.severity) == ("identifier_changed", "warning")
    assert (finding.row_number, finding.column, finding.cell) == (2, "ULN", "L2")
    assert f"learner {learner.id})" in finding.message and OTHER_ULN not in finding.message
    assert [(kept.uln, kept.upn) for kept in school.learners()] == [(OTHER_ULN, UPN)]


def test_an_identifier_that_fills_a_blank_or_changes_beside_another_is_no_warning(school: School) -> None:
    school.load(ZOE)
    assert school.load(ZOE | {"uln": ULN, "upn": UPN}).findings == []
    assert school.load(ZOE | {"uln": ULN, "upn": OTHER_UPN}).findings == []
    assert [learner.upn for learner in school.learners()] == [OTHER_UPN]


def test_a_deleted_learner_is_nobodys_match(school: School) -> None:
    school.load(ZOE | {"uln": ULN})
    school.change(school.learners()[0], deleted_at=NOON)
    assert counts(school, ZOE | {"uln": ULN}) == (1, 0, 0)
    deleted, kept = school.learners()
    assert deleted.deleted_at == NOON and kept.deleted_at is None


def test_a_short_file_is_matched_as_a_long_one_is(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a short one only those learners are fetched that can be a match."""
    by_place = {"last_name": "Byrne"} | UNDATED
    known: list[Row] = [ZOE | {"uln": ULN}, ZOE | {"first_name": "Ann", "upn": UPN}, ZOE | by_place, ZOE | ELSEWHERE]
    school.load(*known)
    unknown: Row = ZOE | {"first_name": "Eve", "date_of_birth": "2007-01-01", "postcode": "M1 1AA", "uln": OTHER_ULN}
    rows = [{**ZOE, "uln": ULN}, {**ZOE, "first_name": "Ann", "uln": None}, ZOE | by_place, unknown]
    found = []
    for limit in (matching.SHORT_ROWS, 0):
        monkeypatch.setattr(matching, "SHORT_ROWS", limit)
        with school.database.read() as session:
            found.append(match_rows(session, make_table(rows), POSITIONS, provider_id=school.provider_id))
    short, long = found
    assert short.learner_ids.tolist() == long.learner_ids.tolist()
    assert short.findings == long.findings
    assert [bool(learner_id == NONE) for learner_id in short.learner_ids.tolist()] == [False, False, False, True]


def test_another_schools_learners_are_neither_matched_nor_touched(school: School) -> None:
    other = open_school(school.database)
    other.load(ZOE | {"uln": ULN, "town": "York"})
    assert counts(school, ZOE | {"uln": ULN, "town": "Leeds"}) == (1, 0, 0)
    assert [(learner.town, learner.version) for learner in other.learners()] == [("York", 1)]


def test_a_file_of_one_name_thousands_of_times_is_matched_as_fast_as_any(school: School) -> None:
    """Every row agrees in name and date with every learner; a join of them all would be millions of pairs."""
    rows = [
        ZOE | {"postcode": f"M{number % 90 + 1} {number // 90 % 10}{chr(65 + number // 900)}A"}
        for number in range(2000)
    ]
    assert counts(school, *rows) == (2000, 0, 0)
    assert counts(school, *rows) == (0, 0, 2000)
    assert {learner.date_of_birth for learner in school.learners()} == {date(2008, 9, 1)}
