"""What every response says to the browser, whatever it is a response to, and what cookies are like."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account
from tests.web_min.people import open_signed_in
from tests.web_min.security.attempts import PASSWORD, attempt, enter
from web_min.response_headers import HEADERS, TLS_ONLY

REQUESTS = [
    ("GET", "/", 200),
    ("GET", "/imports", 302),
    ("GET", "/sign-in", 200),
    ("GET", "/forgotten-password", 200),
    ("GET", "/nothing", 404),
    ("GET", "/imports/999999", 302),
    ("GET", "/choose-password/x", 404),
    ("GET", "/static/main.css", 200),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/static/../app.py", 404),
    ("GET", "/template.xls", 200),
    ("GET", "/health", 200),
    ("GET", "/ready", 200),
    ("GET", "/?a=%00", 400),
    ("GET", "/%00", 400),
    ("GET", "/log-off", 405),
    ("POST", "/sign-in", 400),
    ("POST", "/", 405),
    ("PUT", "/sign-in", 405),
    ("TRACE", "/", 405),
    ("HEAD", "/", 200),
    ("OPTIONS", "/", 200),
    ("OPTIONS", "/imports", 302),
]


@pytest.fixture
def database_kind() -> str:
    """One kind is enough here."""
    return "sqlite"


@pytest.mark.parametrize(("method", "path", "status"), REQUESTS)
def test_every_response_bears_the_headers(client: FlaskClient, method: str, path: str, status: int) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    is_ours_to_keep = path.startswith("/static/") and status == 200
    assert answer.headers["Cache-Control"] == ("no-cache" if is_ours_to_keep else "no-store")
    assert "Server" not in answer.headers and "Access-Control-Allow-Origin" not in answer.headers
    answer.close()


def fail_with_a_secret(*_: object) -> None:
    raise KeyError("Canary-secret")


def test_a_fault_inside_bears_them_too_and_says_nothing(
    app: Flask, staff: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.testing = False
    client = enter(app, staff.username)
    monkeypatch.setattr("web_min.imports.list_page.count_statuses", fail_with_a_secret)
    answer = client.get("/imports")
    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Canary" not in answer.text and staff.username not in answer.text
    assert "Something went wrong on our side" in answer.text


def test_too_large_a_form_is_refused_with_a_page(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"username": "x" * (2**20 + 1)})
    assert answer.status_code == 413
    assert "Send less at a time" in answer.text
    assert answer.headers["Content-Security-Policy"]


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert not re.search(r"unsafe|\*|https?:|blob:|nonce|strict-dynamic", HEADERS["Content-Security-Policy"])


def test_no_page_has_anything_inline(app: Flask, client: FlaskClient, database: Database, staff: Account) -> None:
    signed_in = open_signed_in(app, database, staff)
    pages = [
        client.get(path) for path in ("/", "/sign-in", "/forgotten-password", "/forgotten-password/sent", "/nothing")
    ]
    pages += [signed_in.get("/imports"), attempt(app, "nobody", "x")]
    for page in pages:
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", page.text)
        assert not re.search(r'(src|href|action)="(https?:)?//', page.text)


@pytest.mark.parametrize("is_tls", [True, False])
def test_over_tls_cookies_are_secure_and_browsers_told_to_stay_with_it(
    open_app: Callable[..., Flask], is_tls: bool
) -> None:
    url = "https://imports.example" if is_tls else "http://imports.example"
    answer = open_app(web_url=url).test_client().get("/sign-in")
    parts = answer.headers["Set-Cookie"].split("; ")
    assert parts[0].startswith("__Host-session=" if is_tls else "session=")
    assert ("Secure" in parts) == is_tls
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(parts)
    assert not [part for part in parts if part.startswith(("Domain", "Expires", "Max-Age"))], "gone with the browser"
    assert (answer.headers.get("Strict-Transport-Security") == TLS_ONLY["Strict-Transport-Security"]) == is_tls


def test_a_cookie_holds_no_name_and_fits(app: Flask, staff: Account) -> None:
    client = app.test_client()
    attempt(app, staff.username, PASSWORD, client=client, next="/" + "x" * 900)
    cookie = client.get_cookie("session")
    assert cookie and len(cookie.value) < 3000
    with client.session_transaction() as kept:
        assert staff.username not in repr(dict(kept)) and str(staff.password_hash) not in repr(dict(kept))


def test_files_set_no_cookie_and_pages_are_kept_apart_by_it(client: FlaskClient) -> None:
    with client.get("/static/main.css") as file:
        assert "Set-Cookie" not in file.headers
    assert "Cookie" in client.get("/").headers["Vary"]


@pytest.mark.parametrize("path", ["/imports", "/staff", "/first-password"])
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "GET"])
def test_no_method_gets_a_stranger_past_the_guard(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_method_can_not_be_talked_into_being_another(
    app: Flask, database: Database, staff: Account, method: str
) -> None:
    client = open_signed_in(app, database, staff)
    for said in ({"X-HTTP-Method-Override": method}, {"X-Method-Override": method}):
        assert client.get("/imports", headers=said).status_code == 200
        assert client.get(f"/imports?_method={method}").status_code == 200
