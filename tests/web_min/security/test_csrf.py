"""No route changes anything for a request that no form of ours sent."""

import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from flask import url_for
from sqlalchemy import select

from records.tables import Base
from tests.web_min.security.routes import Route, list_rules, read_rows
from tests.web_min.security.school import Site, fill_arguments, open_as, open_site, sign_token

ROWS = read_rows()
CHANGING = [route for route in ROWS if route[1] != "GET"]
WRONG_TOKENS = ["none", "empty", "made up", "of another browser", "of another key"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    """One website for all of them."""
    site = open_site(tmp_path_factory.mktemp("site"), sqlite_template)
    yield site
    site.database.close()
    site.copy.close()


def read_all(site: Site) -> str:
    """Everything that the database holds, but for the sessions that the tests themselves begin."""
    with site.database.engine.connect() as connection:
        tables = [table for table in Base.metadata.sorted_tables if table.name != "sign_in_session"]
        kept = {table.name: [list(row) for row in connection.execute(select(table))] for table in tables}
    return json.dumps(kept, default=str)


def make_token(site: Site, kind: str) -> dict[str, str]:
    """Return what a forged form holds."""
    forged = {
        "empty": "",
        "made up": "abc",
        "of another browser": sign_token(site.app, "1" * 40),
        "of another key": sign_token(site.app)[:-3] + "abc",
    }
    return {} if kind == "none" else {"csrf_token": forged[kind]}


def test_no_route_that_changes_something_is_left_out(site: Site) -> None:
    assert sorted(CHANGING) == sorted(route for route in list_rules(site.app) if route[1] != "GET")
    assert len(CHANGING) >= 5


@pytest.mark.parametrize("route", CHANGING, ids=" ".join)
def test_a_request_without_its_token_is_refused_and_changes_nothing(site: Site, route: Route) -> None:
    endpoint, method = route
    rule = list_rules(site.app)[route]
    arguments = fill_arguments(site.app, site.school, "A", endpoint, rule.arguments - set(rule.defaults or ()))
    with site.app.test_request_context("/"):
        path = url_for(endpoint, **arguments)
    welcome = [visitor for visitor, answer in ROWS[route].answers.items() if answer == "ok"]
    assert welcome, "nobody may do this"
    before = read_all(site)
    for visitor, kind in zip(welcome, cycle(WRONG_TOKENS), strict=False):
        assert_refused(site, path, method, visitor, kind)
    for kind in WRONG_TOKENS:
        assert_refused(site, path, method, welcome[0], kind)
    assert read_all(site) == before


def assert_refused(site: Site, path: str, method: str, visitor: str, kind: str) -> None:
    client = open_as(site.app, site.database, site.school.accounts[visitor], visitor)
    site.reached.clear()
    answer = client.open(path, method=method, data=make_token(site, kind))
    assert answer.status_code == 400, (visitor, kind)
    assert "Nothing was saved" in answer.text
    assert not site.reached


def test_a_token_works_in_its_own_browser_alone(site: Site) -> None:
    """What the refusals above are worth: the same request with the right token is not refused."""
    client = open_as(site.app, site.database, site.school.accounts["manager"], "manager")
    answer = client.post("/log-off", data={"csrf_token": sign_token(site.app)})
    assert answer.status_code == 302
    assert client.get("/imports").status_code == 302
