"""Managers see their own providers with their learners, and change defaults and contacts where they may."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Provider, ProviderContact
from tests.web_min.conftest import KEY
from tests.web_min.looking import list_events, look_up
from tests.web_min.people import make_learner, make_staff
from tests.web_min.reading import read_rows
from web_min.permissions import Permission

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
LIST = "/my-providers"
P = Permission
HIDDEN = re.compile(r'name="(csrf_token|seen)"[^>]*value="([^"]*)"')
SignIn = Callable[[Account], FlaskClient]


@pytest.fixture
def providers(database: Database, provider: Provider) -> list[Provider]:
    """One's own, another of one's own, and one of others."""
    more = [Provider(ukprn="10005678", name="St Mary’s & “Free” <School>"), Provider(ukprn="10009999", name="Others")]
    with database.write() as session:
        session.add_all(more)
    return [provider, *more]


@pytest.fixture
def browser_with(database: Database, providers: list[Provider], sign_in: SignIn) -> Callable[..., FlaskClient]:
    """Give the browser of somebody with these permissions at the first provider, and View at the second."""

    def make(*permissions: Permission) -> FlaskClient:
        memberships: Mapping[int, Sequence[Permission]] = {
            providers[0].id: [P.VIEW, *permissions],
            providers[1].id: [P.VIEW],
        }
        return sign_in(make_staff(database, "some.manager@example.org", memberships=memberships))

    return make


def send(browser: FlaskClient, provider: Provider, form: str, **data: Any) -> Any:
    """Send one of the forms of a provider's page as it stands there, with these changes."""
    page = browser.get(f"{LIST}/{provider.id}").text
    part = page.partition(f'action="{LIST}/{provider.id}/{form}"')[2].partition("</form>")[0]
    return browser.post(f"{LIST}/{provider.id}/{form}", data=dict(HIDDEN.findall(part)) | data)


DEFAULTS = {"is_apply_enabled": "yes", "is_profile_approval_required": "no", "is_reference_required": "yes"}


def test_the_list_counts_the_learners_of_ones_own_providers_and_leads_to_them(
    database: Database, browser_with: Callable[..., FlaskClient], providers: list[Provider]
) -> None:
    for number, year in enumerate(("Year 12", "Year 12", "Year 13")):
        make_learner(database, providers[0].id, f"learner.{number}", key=KEY, year_group=year)
    make_learner(database, providers[2].id, "learner.x", key=KEY)
    browser = browser_with(P.CREATE)
    page = browser.get(LIST).text
    rows = read_rows(page)
    assert [row[:2] for row in rows] == [
        ["Northfield Sixth Form", "10001234"],
        ["St Mary’s & “Free” <School>", "10005678"],
    ]
    assert [row[2].split()[0] for row in rows] == ["3", "0"]
    assert f'href="/learners?provider={providers[0].id}"' in page and "Others" not in page
    assert f'href="/learners/create?provider={providers[0].id}"' in page
    assert f'href="/learners/create?provider={providers[1].id}"' not in page
    twelve = browser.get(f"{LIST}?year=12").text
    assert [row[2].split()[0] for row in read_rows(twelve)] == ["2", "0"]
    assert f'href="/learners?provider={providers[0].id}&amp;year=12"' in twelve


@ON_SQLITE
@pytest.mark.parametrize(("search", "found"), [("north", 1), ("10005", 1), ("<school>", 1), ("others", 0), ("%", 0)])
def test_providers_are_searched_by_name_and_ukprn(
    browser_with: Callable[..., FlaskClient], search: str, found: int
) -> None:
    page = browser_with().get(LIST, query_string={"search": search}).text
    assert (len(read_rows(page)) if "<tbody" in page else 0) == found


@ON_SQLITE
def test_a_year_group_that_there_is_not_is_not_found(browser_with: Callable[..., FlaskClient]) -> None:
    assert browser_with().get(f"{LIST}?year=99").status_code == 404


def test_defaults_are_saved_by_who_may_edit_and_recorded(
    database: Database, browser_with: Callable[..., FlaskClient], providers: list[Provider]
) -> None:
    browser = browser_with(P.EDIT)
    answer = send(browser, providers[0], "defaults", **DEFAULTS)
    assert answer.location == f"{LIST}/{providers[0].id}"
    provider = look_up(database, Provider, providers[0].id)
    assert (provider.is_apply_enabled, provider.is_profile_approval_required) == (True, False)
    assert provider.is_reference_required
    (event,) = list_events(database)
    assert (event.action, event.provider_id) == ("provider changed", providers[0].id)
    assert event.details["changes"] == {"is_apply_enabled": [False, True], "is_reference_required": [False, True]}
    send(browser, providers[0], "defaults", **DEFAULTS)
    assert len(list_events(database)) == 1, "saving what is there already is no change"


@pytest.mark.parametrize("permission", [P.EDIT, P.IMPORT])
@ON_SQLITE
def test_contacts_are_saved_by_who_may_edit_or_import(
    database: Database, browser_with: Callable[..., FlaskClient], providers: list[Provider], permission: Permission
) -> None:
    browser = browser_with(permission)
    send(
        browser,
        providers[0],
        "contacts",
        contacts="office@north.example\r\n\r\n head@north.example \nHEAD@north.example",
    )
    send(browser, providers[0], "contacts", contacts="head@north.example\nnew@north.example")
    with database.read() as session:
        contacts = session.query(ProviderContact.email).filter_by(provider_id=providers[0].id)
        assert {email for (email,) in contacts} == {"head@north.example", "new@north.example"}
    assert [event.action for event in list_events(database)] == ["provider changed"] * 2
    assert "new@north.example</textarea>" in browser.get(f"{LIST}/{providers[0].id}").text


@ON_SQLITE
@pytest.mark.parametrize(
    "contacts", ["office", "office@north.example, head@north.example", "a@b", f"{'x' * 260}@x.org"]
)
def test_what_is_no_address_is_refused_beside_the_box(
    database: Database, browser_with: Callable[..., FlaskClient], providers: list[Provider], contacts: str
) -> None:
    answer = send(browser_with(P.EDIT), providers[0], "contacts", contacts=contacts)
    assert answer.status_code == 400 and answer.text.count("is not a full email address") == 2
    assert list_events(database) == []


@ON_SQLITE
def test_too_many_contacts_are_refused(browser_with: Callable[..., FlaskClient], providers: list[Provider]) -> None:
    contacts = "\n".join(f"person{number}@north.example" for number in range(51))
    answer = send(browser_with(P.EDIT), providers[0], "contacts", contacts=contacts)
    assert answer.status_code == 400 and "Enter 50 addresses or fewer" in answer.text


@ON_SQLITE
@pytest.mark.parametrize(("form", "data"), [("defaults", DEFAULTS), ("contacts", {"contacts": "mine@north.example"})])
def test_what_somebody_else_saved_meanwhile_is_not_overwritten(
    database: Database,
    browser_with: Callable[..., FlaskClient],
    providers: list[Provider],
    form: str,
    data: dict[str, str],
) -> None:
    browser = browser_with(P.EDIT)
    answer = send(browser, providers[0], form, **data | {"seen": "what stood there before"})
    assert "Somebody else changed this while you had the page open" in browser.get(answer.location).text
    assert list_events(database) == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("permissions", "form", "data"),
    [
        ([], "defaults", DEFAULTS),
        ([P.IMPORT], "defaults", DEFAULTS),
        ([P.CREATE, P.DELETE], "contacts", {"contacts": "mine@north.example"}),
    ],
)
def test_who_may_not_is_neither_offered_it_nor_let(
    database: Database,
    browser_with: Callable[..., FlaskClient],
    providers: list[Provider],
    permissions: list[Permission],
    form: str,
    data: dict[str, str],
) -> None:
    browser = browser_with(*permissions)
    page = browser.get(f"{LIST}/{providers[0].id}").text
    assert f"/{form}" not in page and "Profile defaults" in page
    token = HIDDEN.findall(page)[0][1]
    answer = browser.post(f"{LIST}/{providers[0].id}/{form}", data={"csrf_token": token, "seen": ""} | data)
    assert answer.status_code == 403 and list_events(database) == []


@ON_SQLITE
def test_providers_of_others_are_not_found(browser_with: Callable[..., FlaskClient], providers: list[Provider]) -> None:
    browser = browser_with(P.EDIT, P.IMPORT)
    token = HIDDEN.findall(browser.get(LIST).text)[0][1]
    for number in (providers[2].id, 10**6):
        assert browser.get(f"{LIST}/{number}").status_code == 404
        for form in ("defaults", "contacts"):
            assert browser.post(f"{LIST}/{number}/{form}", data={"csrf_token": token}).status_code == 404


@ON_SQLITE
def test_who_looks_after_nobody_has_no_such_page(administrator: Account, sign_in: SignIn, client: FlaskClient) -> None:
    assert sign_in(administrator).get(LIST).status_code == 403
    assert "/sign-in" in client.get(LIST).location
