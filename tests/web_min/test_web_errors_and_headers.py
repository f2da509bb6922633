"""Error pages and the headers that every response bears."""

import re
import socket
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import web_min
from records.database import Database
from settings import Settings
from tests.web_min.conftest import KEY
from web_min.app import create_app

PACKAGE = Path(web_min.__file__).parent


def find_dead_address(kind: str, tmp_path: Path) -> str:
    if kind == "sqlite":
        return f"sqlite:///{tmp_path / 'missing' / 'learners.db'}"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"postgresql+psycopg://nobody:secret@127.0.0.1:{probe.getsockname()[1]}/learners"


@pytest.fixture
def client_without_database(database_kind: str, tmp_path: Path) -> FlaskClient:
    database = Database(find_dead_address(database_kind, tmp_path))
    client = create_app(Settings.model_validate({}), database, KEY).test_client()
    with client.session_transaction() as cookie:  # of somebody who was signed in before the database went away
        cookie.update({"token": "abc", "_user_id": "def", "_fresh": True})
    return client


def test_a_database_that_is_away_is_a_plain_page_that_says_nothing_of_it(client_without_database: FlaskClient) -> None:
    response = client_without_database.get("/")
    assert response.status_code == 503
    assert "This can’t be done just now" in response.text
    assert "secret" not in response.text
    assert "learners.db" not in response.text
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_unknown_address_is_a_page_with_a_way_back(client: FlaskClient) -> None:
    response = client.get("/nothing/here")
    assert response.status_code == 404
    assert response.content_type == "text/html; charset=utf-8"
    assert ">Page not found</h1>" in response.text
    assert 'href="/">First page</a>' in response.text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_wrong_method_is_told_which_are_right(client: FlaskClient) -> None:
    response = client.post("/")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "This can’t be done here" in response.text


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("path", ["/", "/health", "/nothing", "/static/main.css"])
def test_every_response_bears_the_headers(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert ("no-store" in response.headers["Cache-Control"]) == (not path.startswith("/static/"))
    assert ("Set-Cookie" in response.headers) == (path == "/")  # what the form to sign in is bound to
    response.close()


def test_no_template_needs_what_the_policy_forbids() -> None:
    templates = list((PACKAGE / "templates").rglob("*.html"))
    assert len(templates) >= 5
    for template in templates:
        text = template.read_text()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", text), template.name
        assert not re.search(r"https?://", text), template.name


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_file_that_a_page_names_is_there(client: FlaskClient, database: Database) -> None:
    names = re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get("/").text)
    assert len(names) > 5
    for name in names:
        response = client.get(name)
        assert response.status_code == 200
        response.close()


def test_every_colour_of_a_status_is_in_the_style_sheet() -> None:
    from web_min.imports.statuses import TAGS

    tags = (PACKAGE / "static" / "main.css").read_text()
    counts = (PACKAGE / "static" / "areas" / "imports.css").read_text()
    for tag in TAGS.values():
        assert f".tag-{tag.colour} " in tags
        assert f".count-{tag.colour} " in counts
