"""What the database refuses becomes a fault that says whether trying again can help, and shows no value."""

import pytest

from loaders import loading
from loaders.faults import RefusedError, TransientFault
from loaders.matching import RowMatches, match_rows
from loaders.updating import update_learners
from tests.loaders.school import FULL, ON_POSTGRESQL, ZOE, Row, School


@ON_POSTGRESQL
def test_a_change_made_by_someone_else_meanwhile_is_not_written_over(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.load(FULL)
    [learner] = school.learners()

    def update_late(*args: object, **kwargs: object) -> None:
        school.change(learner, town="Swansea")
        update_learners(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(loading, "update_learners", update_late)
    with pytest.raises(TransientFault):
        school.load(FULL | {"town": "Barry"})
    assert [kept.town for kept in school.learners()] == ["Swansea"]


def assert_refused_without_values(school: School, *rows: Row) -> None:
    with pytest.raises(RefusedError) as caught:
        school.load(*rows)
    fault: BaseException = caught.value
    assert fault.__cause__ is None and fault.__context__ is None
    assert not any(value and value in str(fault) for row in rows for value in row.values())


def test_a_refusal_shows_no_value_of_the_row_that_fails(school: School) -> None:
    assert_refused_without_values(school, FULL, ZOE | {"first_name": "Ann"}, {**ZOE, "postcode": None})
    assert school.learners() == []


@ON_POSTGRESQL
@pytest.mark.parametrize("known", [(), (FULL, ZOE | {"first_name": "Ann"})], ids=["created", "updated"])
def test_a_text_too_long_for_its_column_is_refused_and_neither_cut_nor_shown(
    school: School, known: tuple[Row, ...]
) -> None:
    """SQLite takes texts of any length."""
    school.load(*known)
    assert_refused_without_values(school, FULL | {"town": "Barry"}, ZOE | {"first_name": "Ann", "ccis": "C" * 51})
    assert [learner.ccis for learner in school.learners()] == [row.get("ccis") for row in known]


def test_a_learner_written_elsewhere_meanwhile_is_a_fault_that_passes(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database's own uniqueness holds where the website creates the same learner at the same moment."""
    school.load(FULL)

    def match_nobody(*args: object, **kwargs: object) -> RowMatches:
        matches = match_rows(*args, **kwargs)  # type: ignore[arg-type]
        return matches._replace(learner_ids=matches.learner_ids * 0 - 1)

    monkeypatch.setattr(loading, "match_rows", match_nobody)
    with pytest.raises((TransientFault, RefusedError)) as caught:
        school.load(FULL)
    assert isinstance(caught.value, TransientFault) or school.database.is_sqlite
    assert len(school.learners()) == 1
