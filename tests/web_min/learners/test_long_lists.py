"""However the database goes about a long list, it is the same list: counted and read at once, merged, by an index."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Learner, Provider
from tests.web_min.counting import count_queries
from tests.web_min.learners.conftest import AddLearner
from tests.web_min.learners.test_learners_list import find, list_shown
from tests.web_min.plans import note_plans
from tests.web_min.reading import read_words
from web_min.learners import list_routes, queries

AT = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def learners(add_learner: AddLearner, second_provider: Provider, other_provider: Provider) -> list[Learner]:
    """Sixty learners of two providers, of many names; one more of others and one who is deleted."""
    made = [
        add_learner(
            last_name=f"{'Aa'[number % 2]}-{number % 7}",
            provider_id=(1, second_provider.id)[number % 3 == 0],
            year_group=("Year 12", "Year 13")[number % 6 == 0],
        )
        for number in range(60)
    ]
    add_learner(last_name="A-0", provider_id=other_provider.id)
    add_learner(last_name="A-0", deleted_at=AT)
    return made


def sort_by_name(learners: list[Learner]) -> list[int]:
    return [one.id for one in sorted(learners, key=lambda one: (one.last_name.lower(), one.first_name.lower(), one.id))]


@pytest.mark.parametrize("asked", ["", "&order=desc", "&state=never_signed_in", "&state=never_signed_in&order=desc"])
def test_the_pages_of_a_list_follow_each_other(browser: FlaskClient, learners: list[Learner], asked: str) -> None:
    expected = sort_by_name(learners)
    if "desc" in asked:
        expected.reverse()
    assert list_shown(browser, f"/learners?page=1{asked}") == expected[:50]
    assert list_shown(browser, f"/learners?page=2{asked}") == expected[50:]
    assert "Learners 1 to 50 of 60" in read_words(browser.get(f"/learners?page=1{asked}").text)
    assert browser.get(f"/learners?page=3{asked}").status_code == 404


@pytest.mark.parametrize("asked", ["state=never_signed_in", "state=never_signed_in&order=desc", "state=without_offers"])
def test_where_more_are_found_than_the_pages_lead_to_the_first_by_name_are_shown_first(
    browser: FlaskClient, learners: list[Learner], monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    for module in (queries, list_routes):
        monkeypatch.setattr(module, "LIST_LIMIT", 55)
    expected = sort_by_name(learners)
    if "desc" in asked:
        expected.reverse()
    assert list_shown(browser, f"/learners?{asked}") == expected[:50]
    assert list_shown(browser, f"/learners?{asked}&page=2") == expected[50:]
    assert "More than 55 learners" in read_words(browser.get(f"/learners?{asked}").text)
    own = [number for number in expected if number in {one.id for one in learners if one.provider_id == 1}]
    assert list_shown(browser, f"/learners?{asked}&provider=1") == own


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("asked", ["", "&order=desc", "&state=never_signed_in"])
def test_pages_merged_from_several_providers_are_those_of_the_whole_list(
    browser: FlaskClient, learners: list[Learner], monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    for module in (queries, list_routes):
        monkeypatch.setattr(module, "LIST_LIMIT", 55)
    pages = [f"/learners?page={number}{asked}" for number in (1, 2)]
    merged = [list_shown(browser, page) for page in pages]
    monkeypatch.setattr(queries, "MERGED_MOST", 0)
    assert merged == [list_shown(browser, page) for page in pages]
    assert [len(page) for page in merged] == [50, 10]


@pytest.mark.parametrize("most", [0, 50])
def test_the_locked_out_are_the_same_by_their_own_index_as_by_their_providers(
    database: Database, browser: FlaskClient, learners: list[Learner], monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(queries, "FROM_LEARNERS_UP_TO", most)
    with database.write() as session:
        for one in learners[::9]:
            session.get_one(Account, one.account_id).locked_at = AT
    assert list_shown(browser, "/learners?state=locked_out") == sort_by_name(learners[::9])


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_locked_out_of_many_providers_are_found_by_their_own_index(
    database: Database, browser: FlaskClient, learners: list[Learner], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "FROM_LEARNERS_UP_TO", 0)
    with note_plans(database, "learner") as plans:
        browser.get("/learners?state=locked_out")
    assert "ix_account_locked_at" in plans[0]


def test_a_search_and_its_page_look_through_the_learners_once(
    database: Database, browser: FlaskClient, learners: list[Learner], second_provider: Provider
) -> None:
    found = find(browser, search="a-3", provider=str(second_provider.id))
    assert found == sort_by_name([one for one in learners[::3] if one.last_name.endswith("3")])
    with count_queries(database) as statements:
        find(browser, search="a-3")
    assert len([statement for statement in statements if "LIKE" in statement]) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_list_is_counted_and_read_by_the_index_of_names_without_a_look_at_accounts(
    database: Database, browser: FlaskClient, add_learner: AddLearner, provider: Provider
) -> None:
    add_learner()
    with note_plans(database, "learner") as plans:
        browser.get(f"/learners?provider={provider.id}")
    counting, reading = plans
    assert "ix_learner_provider_id_name" in counting and "account" not in counting
    assert "ix_learner_provider_id_name" in reading and "TEMP B-TREE FOR ORDER BY" not in reading.partition("SCAN")[0]
