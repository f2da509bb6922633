"""Where sign-in leads: to the page that was asked for, and never off the website."""

import pytest
from flask import Flask

from records.tables import Account
from tests.web_min.security.attempts import PASSWORD, attempt
from web_min.access import LONGEST_PATH, is_own_path

OWN = ["/", "/imports", "/imports?page=2", "/imports/57#by-row", "/a//b", "/a:b", "/?u=https://evil.example", "/é"]
FOREIGN = [
    "",
    "imports",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "HTTPS://evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: a=b",
    "/\0/evil.example",
    "/\u2028/evil.example",
    "%2f%2fevil.example",
    "@evil.example",
    ".evil.example",
    "/" + "x" * LONGEST_PATH,
    "/" + "é" * (LONGEST_PATH // 3),
]


@pytest.mark.parametrize("path", OWN)
def test_a_path_of_ours_is_own(path: str) -> None:
    assert is_own_path(path)


@pytest.mark.parametrize("path", FOREIGN)
def test_anything_else_is_foreign(path: str) -> None:
    assert not is_own_path(path)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("path", ["/imports?page=2", "/%2f%2fevil.example", "/..//evil.example", "/@evil.example"])
def test_sign_in_leads_to_the_page_that_was_asked_for(app: Flask, staff: Account, path: str) -> None:
    client = app.test_client()
    attempt(app, staff.username, PASSWORD, client=client, next=path)
    location = client.get("/").headers["Location"]
    assert location.startswith("/") and not location.startswith("//")
    assert client.get("/").headers["Location"] == "/dashboard", "only once"


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("path", [path for path in FOREIGN if "\0" not in path])
def test_sign_in_leads_nowhere_else(app: Flask, staff: Account, path: str) -> None:
    client = app.test_client()
    answer = attempt(app, staff.username, PASSWORD, client=client, next=path)
    assert answer.headers["Location"] == "/"
    assert "Set-Cookie: a=b" not in str(answer.headers)
    assert client.get("/").headers["Location"] == "/dashboard"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_guarded_page_is_come_back_to(app: Flask, staff: Account) -> None:
    client = app.test_client()
    asked = client.get("/imports?page=1&x=%2F%2Fevil.example")
    assert asked.status_code == 302
    page = client.get(asked.headers["Location"]).text
    assert 'name="next" type="hidden" value="/imports?page=1&amp;x=%2F%2Fevil.example"' in page
    attempt(app, staff.username, PASSWORD, client=client, next="/imports?page=1&x=%2F%2Fevil.example")
    assert client.get("/").headers["Location"] == "/imports?page=1&x=%2F%2Fevil.example"


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS"])
def test_what_was_no_look_at_a_page_is_not_come_back_to(app: Flask, method: str) -> None:
    client = app.test_client()
    answer = client.open("/first-password", method=method)
    assert answer.status_code == 400 if method == "POST" else answer.headers["Location"] == "/sign-in"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_where_to_go_is_shown_as_text_and_no_markup(app: Flask) -> None:
    page = app.test_client().get('/sign-in?next="><script>alert(1)</script>').text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
