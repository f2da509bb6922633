"""Loading progress: learners are found by username or ULN, blanks keep what is known, all or nothing."""

import pandas as pd
import pytest
from sqlalchemy import select

from loaders.loading import LoadResult
from loaders.progress import find_more_faults, load_progress, plan_progress
from records.tables import LearnerProgress
from schemas.progress import validate_progress
from schemas.progress.validation import NAMES
from tests.loaders.school import NOON, OTHER_ULN, ULN, ZOE, School, open_school
from tests.schemas.progress.sheets import make_progress_sheet

POSITIONS = {name: index for index, name in enumerate(NAMES)}
Row = dict[str, str]


def make_rows(*rows: Row) -> pd.DataFrame:
    columns = {name: [row.get(name) for row in rows] for name in NAMES}
    return pd.DataFrame(columns, index=range(2, len(rows) + 2), dtype=object)


def load(school: School, *rows: Row) -> LoadResult:
    import_id = school.request_import()
    with school.database.write() as session:
        return load_progress(
            session,
            make_rows(*rows),
            POSITIONS,
            provider_id=school.provider_id,
            import_id=import_id,
            now=NOON,
        )


def read_progress(school: School) -> dict[int, tuple[bool, bool, int, int]]:
    ids = [learner.id for learner in school.learners()]
    with school.database.read() as session:
        rows = session.scalars(select(LearnerProgress).where(LearnerProgress.learner_id.in_(ids)))
        return {
            row.learner_id: (row.has_qualifications, row.has_reference, row.application_count, row.offer_count)
            for row in rows
        }


@pytest.fixture
def zoe(school: School) -> Row:
    """A school's one learner, by both keys."""
    school.load(ZOE | {"uln": ULN})
    return {"username": school.accounts()[0].username_key, "uln": ULN}


@pytest.mark.parametrize("keys", [("username",), ("uln",), ("username", "uln")])
def test_a_learner_is_found_by_username_or_uln(school: School, zoe: Row, keys: tuple[str, ...]) -> None:
    row = {key: zoe[key] for key in keys} | {"has_reference": "Received", "application_count": "3"}
    assert load(school, row)[:3] == (0, 1, 0)
    assert list(read_progress(school).values()) == [(False, True, 3, 0)]


def test_a_blank_cell_keeps_what_is_known_and_the_same_again_changes_nothing(school: School, zoe: Row) -> None:
    load(school, zoe | {"has_qualifications": "Received", "application_count": "5", "offer_count": "2"})
    assert load(school, zoe | {"application_count": "6"})[:3] == (0, 1, 0)
    assert load(school, zoe | {"application_count": "6", "has_qualifications": "Received"})[:3] == (0, 0, 1)
    assert list(read_progress(school).values()) == [(True, False, 6, 2)]
    events = school.events("learner progress updated")
    assert [event.details for event in events] == [
        {"changes": {"has_qualifications": [False, True], "application_count": [0, 5], "offer_count": [0, 2]}},
        {"changes": {"application_count": [5, 6]}},
    ]


def test_received_can_be_taken_back(school: School, zoe: Row) -> None:
    load(school, zoe | {"has_reference": "Received"})
    load(school, zoe | {"has_reference": "Awaiting", "offer_count": "0"})
    assert list(read_progress(school).values()) == [(False, False, 0, 0)]


def test_one_wrong_row_and_nothing_is_loaded(school: School, zoe: Row) -> None:
    result = load(school, zoe | {"offer_count": "1"}, {"username": "nobody.atall", "offer_count": "1"})
    assert [(finding.rule, finding.cell, finding.value) for finding in result.findings] == [
        ("progress_unknown_learner", "A3", "nobody.atall")
    ]
    assert not read_progress(school)


def test_another_providers_learner_is_nobody(school: School, zoe: Row) -> None:
    elsewhere = open_school(school.database)
    result = load(elsewhere, zoe | {"offer_count": "1"})
    assert [finding.rule for finding in result.findings] == ["progress_unknown_learner"]
    assert not read_progress(school)


def test_a_deleted_learner_is_nobody(school: School, zoe: Row) -> None:
    school.change(school.learners()[0], deleted_at=NOON)
    assert [finding.rule for finding in load(school, zoe).findings] == ["progress_unknown_learner"]


def test_keys_of_two_learners_and_a_learner_twice_are_refused(school: School, zoe: Row) -> None:
    school.load(ZOE | {"first_name": "Amina", "uln": OTHER_ULN})
    result = load(school, zoe, {"uln": OTHER_ULN, "username": zoe["username"]}, {"uln": ULN})
    assert [(finding.rule, finding.row_number) for finding in result.findings] == [
        ("progress_two_learners", 3),
        ("progress_twice", 4),
    ]
    assert "row 2" in result.findings[1].message


def test_the_preview_tells_the_same_and_changes_nothing(school: School, zoe: Row) -> None:
    with school.database.read() as session:
        rows = make_rows(zoe | {"offer_count": "1"})
        assert plan_progress(session, rows, POSITIONS, provider_id=school.provider_id).result[:3] == (0, 1, 0)
    assert not read_progress(school)


def test_a_file_that_is_refused_anyway_also_tells_whom_it_does_not_find(school: School, zoe: Row) -> None:
    sheet = make_progress_sheet(
        zoe | {"offer_count": "x"}, {"username": "nobody.atall"}, {"uln": "12"}, {"offer_count": "1"}
    )
    validated = validate_progress(sheet)
    with school.database.read() as session:
        more = find_more_faults(session, validated, provider_id=school.provider_id)
    assert [(finding.rule, finding.row_number) for finding in more] == [("progress_unknown_learner", 3)]


def test_whoever_has_a_learner_open_is_told_of_new_progress(school: School, zoe: Row) -> None:
    (before,) = school.learners()
    load(school, zoe | {"offer_count": "2"})
    (after,) = school.learners()
    assert (after.version, after.updated_at) == (before.version + 1, NOON)
    load(school, zoe | {"offer_count": "2"})
    assert school.learners()[0].version == after.version, "the same again is no change"
