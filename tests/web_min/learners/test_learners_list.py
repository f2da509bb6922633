"""The list holds the learners of one's own providers, those whom one asks for, and never more queries for more rows."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from records.database import Database
from records.tables import Account, Learner, LearnerProgress, Provider
from tests.web_min.learners.conftest import AddLearner, Browser
from tests.web_min.looking import look_up
from tests.web_min.people import post
from tests.web_min.reading import read_rows, read_words
from web_min.learners.list_routes import LEARNERS_A_PAGE
from web_min.learners.states import STATES, LearnerState, join_states
from web_min.permissions import Permission

AT = datetime(2026, 11, 23, tzinfo=UTC)
LINK = re.compile(r'href="/learners/(\d+)"><bdi>')


def find(browser: FlaskClient, **asked: Any) -> list[int]:
    """The ids of the learners whom the list shows for a filled-in search form, in its order."""
    answer = post(browser, "/learners/search", asked, form_at="/learners")
    assert answer.status_code == 302
    return list_shown(browser, answer.location)


def list_shown(browser: FlaskClient, address: str = "/learners") -> list[int]:
    page = browser.get(address)
    assert page.status_code == 200
    return [int(number) for number in LINK.findall(page.text)]


def test_a_learner_is_shown_with_what_the_manual_names_and_how_the_account_stands(
    database: Database, browser: FlaskClient, add_learner: AddLearner, second_provider: Provider
) -> None:
    learner = add_learner(
        "zuzanna.q", provider_id=second_provider.id, email="z@example.org", year_group="Year 12", first_name="Zuzanna"
    )
    with database.write() as session:
        session.get_one(Account, learner.account_id).locked_at = AT
    page = browser.get("/learners").text
    (row,) = read_rows(page)
    assert row[1:] == [
        "zuzanna.q",
        "Quillfeather",
        "Zuzanna",
        "z@example.org",
        "Year 12",
        "St Mary’s & All Saints’ “Free” School",
        "Locked out Never logged in",
    ]
    assert "1 learner Tick" in read_words(page)


def test_nobody_of_other_providers_and_nobody_deleted_is_there(
    browser: FlaskClient, add_learner: AddLearner, other_provider: Provider, second_provider: Provider
) -> None:
    own = [add_learner().id, add_learner(provider_id=second_provider.id).id]
    add_learner(provider_id=other_provider.id)
    add_learner(deleted_at=AT)
    assert list_shown(browser) == own
    assert "Other People" not in browser.get("/learners").text


FINDING = ["quill", "QUILLFEATHER zuz", "ZUZ quill", "feather", "élodie", "ÉLODIE", "d'arcy", "d’arcy", "zq.user"]
FINDING += ["maría-ángeles", "MARÍA-ÁNGELES", "ángeles", "ZQ@EXAMPLE", "1000000005", "a8200000", "  zuzanna   quill "]
FINDING_NOBODY = ["zuzanna smith", "%", "z_q", "\\", "zuzx"]


def test_each_word_is_looked_for_in_names_username_email_and_numbers(
    browser: FlaskClient, add_learner: AddLearner
) -> None:
    learner = add_learner(
        "zq.user.1",
        first_name="Zuzanna Élodie María-Ángeles",
        last_name="D’Arcy Quillfeather",
        email="zq@example.org",
        uln="1000000005",
        upn="A820000000001",
    )
    add_learner("someone.else", first_name="Ben", last_name="Brookfield")
    for words in FINDING:
        assert find(browser, search=words) == [learner.id], words
    for words in FINDING_NOBODY:
        assert find(browser, search=words) == [], words


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(("words", "name"), [("100%", "100% Sure"), ("a_b", "A_B"), ("c\\d", "C\\D")])
def test_signs_that_databases_use_are_looked_for_as_themselves(
    browser: FlaskClient, add_learner: AddLearner, words: str, name: str
) -> None:
    found = add_learner(first_name=name)
    add_learner(first_name="1000 AXB CXD")
    assert find(browser, search=words) == [found.id]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_is_searched_for_can_not_be_read_in_the_address(browser: FlaskClient, add_learner: AddLearner) -> None:
    add_learner()
    answer = post(browser, "/learners/search", {"search": "Quillfeather", "year": ""}, form_at="/learners")
    assert "quill" not in answer.location.lower()
    page = browser.get(answer.location)
    assert 'value="Quillfeather"' in page.text and list_shown(browser, answer.location)


def test_year_group_and_provider_narrow_the_list_down(
    browser: FlaskClient, add_learner: AddLearner, provider: Provider, second_provider: Provider
) -> None:
    twelve = add_learner(year_group="Year 12").id
    thirteen = add_learner(year_group="Year 13", provider_id=second_provider.id).id
    none = add_learner(year_group=None).id
    assert find(browser, year="12") == [twelve]
    assert find(browser, year="none") == [none]
    assert find(browser, provider=str(second_provider.id)) == [thirteen]
    assert find(browser, provider=str(provider.id), year="13") == []


def test_each_state_of_the_dashboard_lists_exactly_its_learners(
    database: Database, browser: FlaskClient, add_learner: AddLearner, second_provider: Provider
) -> None:
    learners = [
        add_learner(),
        add_learner(profile_status="submitted", is_profile_approval_required=True),
        add_learner(is_reference_required=True, provider_id=second_provider.id),
        add_learner(email="a@example.org", gender="Female"),
    ]
    with database.write() as session:
        session.get_one(Account, learners[1].account_id).first_signed_in_at = AT
        session.get_one(Account, learners[2].account_id).locked_at = AT
        session.add(
            LearnerProgress(learner_id=learners[3].id, application_count=2, offer_count=1, has_qualifications=True)
        )
    for name, state in STATES.items():
        with database.read() as session:
            expected = set(session.scalars(join_states(select(Learner.id)).where(state.condition)))
        assert set(list_shown(browser, f"/learners?state={name}")) == expected, name
    assert list_shown(browser, f"/learners?state={LearnerState.LOCKED_OUT}") == [learners[2].id]


ORDERS = {
    "": "cab",
    "order=desc": "bac",
    "sort=first_name": "bca",
    "sort=username": "bac",
    "sort=email": "acb",
    "sort=year_group": "cab",
    "sort=year_group&order=desc": "acb",
    "sort=provider": "abc",
}


def test_the_list_is_sorted_by_a_column_in_either_case_with_blanks_last(
    browser: FlaskClient, add_learner: AddLearner, second_provider: Provider
) -> None:
    a = add_learner("b.user", last_name="de Souza", first_name="Mia", email="a@x.org", year_group="Year 10")
    b = add_learner("a.user", last_name="Zimmer", first_name="Amy", email=None, year_group=None)
    elsewhere = {"provider_id": second_provider.id, "year_group": "Year 9"}
    c = add_learner("c.user", last_name="Adams", first_name="ben", email="B@x.org", **elsewhere)
    names = {a.id: "a", b.id: "b", c.id: "c"}
    for arguments, order in ORDERS.items():
        shown = list_shown(browser, f"/learners?{arguments}")
        assert "".join(names[learner_id] for learner_id in shown) == order, arguments


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    "arguments", ["provider=999", "provider=x", "state=x", "year=99", "sort=uln", "page=0", "page=2", "page=x"]
)
def test_what_there_is_not_is_not_found(browser: FlaskClient, arguments: str) -> None:
    assert browser.get(f"/learners?{arguments}").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_provider_of_others_is_not_found(browser: FlaskClient, other_provider: Provider) -> None:
    assert browser.get(f"/learners?provider={other_provider.id}").status_code == 404
    asked = {"provider": other_provider.id}
    assert post(browser, "/learners/search", asked, form_at="/learners").status_code == 404


def test_pages_hold_fifty_each_and_no_more_queries_for_more_rows(
    database: Database, browser: FlaskClient, add_learner: AddLearner
) -> None:
    first = add_learner()
    few = count_queries(database, browser)
    for number in range(LEARNERS_A_PAGE):
        add_learner(last_name=f"Name {number:02}")
    assert count_queries(database, browser) == few
    assert len(list_shown(browser)) == LEARNERS_A_PAGE
    assert list_shown(browser, "/learners?page=2") == [first.id]
    assert "Learners 1 to 50 of 51" in browser.get("/learners").text


def count_queries(database: Database, browser: FlaskClient) -> int:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    browser.get("/learners")
    event.remove(database.engine, "before_cursor_execute", note)
    return len(statements)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("permissions", "shown", "hidden"),
    [
        (
            [Permission.VIEW],
            [],
            [
                "Create learner",
                "Import learners",
                "Reset passwords",
                "Unlock",
                "Delete",
                "tick-box",
                "Recently deleted",
            ],
        ),
        ([Permission.VIEW, Permission.CREATE], ["Create learner"], ["Reset passwords", "Delete", "tick-box"]),
        ([Permission.VIEW, Permission.EDIT], ["Reset passwords", "Unlock", "tick-box"], ["Create learner", ">Delete<"]),
        ([Permission.VIEW, Permission.DELETE], [">Delete<", "Recently deleted", "tick-box"], ["Reset passwords"]),
        ([Permission.VIEW, Permission.IMPORT], ["Import learners"], ["Create learner", "tick-box"]),
    ],
)
def test_what_one_may_not_do_is_not_offered(
    browser_of: Browser, add_learner: AddLearner, permissions: list[Permission], shown: list[str], hidden: list[str]
) -> None:
    add_learner()
    page = browser_of(*permissions).get("/learners").text
    assert all(words in page for words in shown)
    assert not any(words in page for words in hidden)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_everybody_on_a_page_can_be_ticked_without_javascript(browser: FlaskClient, add_learner: AddLearner) -> None:
    add_learner()
    add_learner()
    assert browser.get("/learners").text.count(" checked ") == 0
    assert browser.get("/learners?tick=all").text.count(" checked ") == 2


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_only_staff_who_may_view_somewhere_have_a_list(
    database: Database,
    client: FlaskClient,
    add_learner: AddLearner,
    sign_in: Any,
    browser_of: Browser,
    administrator: Account,
    provider: Provider,
) -> None:
    assert "/sign-in" in client.get("/learners").location
    assert sign_in(look_up(database, Account, add_learner().account_id)).get("/learners").status_code == 403
    for browser in (sign_in(administrator), browser_of()):
        assert browser.get("/learners").status_code == 403
        assert 'href="/learners"' not in browser.get("/my-account").text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_names_that_look_like_html_are_shown_as_themselves(browser: FlaskClient, add_learner: AddLearner) -> None:
    add_learner(first_name="<script>alert(1)</script>", last_name='"O’Brien" & Sons', email="a<b@example.org")
    page = browser.get("/learners?tick=all").text
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    assert "a&lt;b<wbr>@example.org" in page
