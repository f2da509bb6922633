"""Every route, asked for by everyone, about a record of either provider, answers as routes.txt says."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import url_for
from werkzeug.test import TestResponse

from records.tables import Purpose
from tests.web_min.security.routes import Route, list_rules, read_rows
from tests.web_min.security.school import FORMS, Site, fill_arguments, open_as, open_site, sign_token
from web_min.access import PAGES_OF_PURPOSES

ROWS = read_rows()
OF_NOBODY = {"filename", "format"}  # arguments that name no record


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    """One website for all of them."""
    site = open_site(tmp_path_factory.mktemp("site"), sqlite_template)
    yield site
    site.database.close()
    site.copy.close()


def test_every_session_that_is_good_for_one_page_has_its_page(site: Site) -> None:
    assert PAGES_OF_PURPOSES.keys() == set(Purpose) - {Purpose.FULL}
    assert set(PAGES_OF_PURPOSES.values()) <= site.app.view_functions.keys()


def test_every_route_has_a_line_and_every_line_a_route(site: Site) -> None:
    assert sorted(list_rules(site.app)) == sorted(ROWS)


@pytest.mark.parametrize("route", ROWS, ids=" ".join)
def test_a_route_answers_exactly_those_it_is_for(site: Site, route: Route) -> None:
    rule = list_rules(site.app).get(route)
    assert rule, "there is no such route any more"
    names = rule.arguments - set(rule.defaults or ())
    for owner in "AB" if names - OF_NOBODY or route[0] in FORMS else "A":
        wanted = ROWS[route].expect(owner)
        got = {visitor: ask(site, route, owner, names, visitor) for visitor in wanted}
        assert got == wanted, f"about a record of {owner}"


def ask(site: Site, route: Route, owner: str, names: set[str], visitor: str) -> str:
    """Ask for a route as a visitor does who has the right CSRF token."""
    endpoint, method = route
    arguments = fill_arguments(site.app, site.school, owner, endpoint, names)
    with site.app.test_request_context("/"):
        path = url_for(endpoint, **arguments)
    client = open_as(site.app, site.database, site.school.accounts[visitor], visitor)
    form = FORMS[endpoint](site.school.records[owner]) if endpoint in FORMS else {}
    data = None if method == "GET" else {"csrf_token": sign_token(site.app)} | form
    site.reached.clear()
    with closing(client.open(path, method=method, data=data)) as answer:
        said = tell(answer, is_reached=bool(site.reached))
    if method != "GET":
        site.put_back()
    return said


def tell(answer: TestResponse, *, is_reached: bool) -> str:
    """Say in a word of routes.txt what an answer comes to."""
    if answer.status_code in (403, 404) or answer.status_code >= 500:
        return str(answer.status_code)
    if is_reached:
        return "ok"
    location = answer.headers.get("Location", "")
    return "in" if location.startswith("/sign-in") else "home" if location == "/" else str(answer.status_code)
