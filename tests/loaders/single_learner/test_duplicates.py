"""Who is filled in by hand and is there already is found by the rules that imports match rows by."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from loaders.single_learner.duplicates import Duplicate, find_duplicates
from tests.loaders.school import FULL, NOON, OTHER_ULN, OTHER_UPN, ULN, UPN, ZOE, open_school
from tests.loaders.single_learner.person_at_work import PersonAtWork

BLANK = dict.fromkeys(FULL)
AMY = {"first_name": "Amy", "last_name": "Ashby", "date_of_birth": "2009-01-02", "postcode": "ZZ99 3VZ"}


def find(at_work: PersonAtWork, values: dict[str, Any], **options: Any) -> list[Duplicate]:
    def work(session: Session) -> list[Duplicate]:
        return find_duplicates(session, BLANK | values, provider_id=at_work.provider_id, **options)

    return at_work.do(work)


@pytest.mark.parametrize(
    ("values", "identifiers"),
    [
        (AMY | {"uln": ULN}, ("uln",)),
        (AMY | {"uln": ULN, "upn": UPN}, ("uln", "upn")),
        (AMY | {"ccis": "C 17"}, ("ccis",)),
        (ZOE | {"uln": OTHER_ULN}, ()),
        (ZOE | {"last_name": "o'brien", "first_name": " ZOË"}, ()),
        (ZOE | {"last_name": "O’Brien"}, ()),
        (ZOE | {"date_of_birth": None}, ()),
    ],
)
def test_somebody_with_an_identifier_or_name_of_a_learner_is_that_learner(
    at_work: PersonAtWork, values: dict[str, Any], identifiers: tuple[str, ...]
) -> None:
    known = at_work.create(FULL).learner.id
    assert find(at_work, values) == [Duplicate(known, identifiers)]


@pytest.mark.parametrize(
    "values",
    [
        AMY,
        AMY | {"uln": OTHER_ULN, "upn": OTHER_UPN},
        ZOE | {"date_of_birth": "2008-09-02"},
        ZOE | {"first_name": "Zoe"},
    ],
)
def test_somebody_else_is_nobody_known(at_work: PersonAtWork, values: dict[str, Any]) -> None:
    at_work.create(FULL)
    assert find(at_work, values) == []


def test_identifiers_of_two_learners_tell_of_both(at_work: PersonAtWork) -> None:
    first = at_work.create(FULL).learner.id
    second = at_work.create(AMY | {"upn": OTHER_UPN}).learner.id
    found = find(at_work, {**ZOE, "uln": ULN, "upn": OTHER_UPN})
    assert found == [Duplicate(first, ("uln",)), Duplicate(second, ("upn",))]


def test_a_learner_is_no_duplicate_of_the_same_learner(at_work: PersonAtWork) -> None:
    known = at_work.create(FULL).learner.id
    assert find(at_work, FULL, except_id=known) == []


def test_learners_of_other_providers_and_deleted_ones_are_nobodys_duplicates(at_work: PersonAtWork) -> None:
    PersonAtWork(open_school(at_work.database)).create(FULL)
    known = at_work.create(FULL).learner.id
    at_work.change(known, {"deleted_at": NOON})
    assert find(at_work, FULL) == []
