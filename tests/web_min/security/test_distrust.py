"""Text that nobody types is refused, wherever it stands, before any page or the database sees it."""

from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web_min.people import post, read_token
from tests.web_min.security.attempts import attempt


@pytest.mark.parametrize("username", ["nobody\0", "\0", "a\0b"])
def test_a_nul_in_a_form_is_refused(app: Flask, username: str) -> None:
    assert attempt(app, username, "x").status_code == 400
    assert post(app.test_client(), "/forgotten-password", {"username": username}).status_code == 400


@pytest.mark.parametrize("path", ["/?a=b%00", "/?a%00=b", "/imports%00", "/choose-password/%00", "/sign-in?next=/%00"])
def test_a_nul_in_an_address_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


@pytest.mark.parametrize(
    "username",
    ["\ud800".encode("utf-8", "surrogatepass"), b"\xff\xfe", "𝕵𝖆𝖓𝖊".encode(), b"%s%n", b"' OR 1=1 --", b"a" * 70_000],
)
def test_odd_text_is_a_name_that_there_is_not(app: Flask, username: bytes) -> None:
    client = app.test_client()
    token = read_token(client.get("/sign-in").text)
    answer = client.post(
        "/sign-in",
        data=b"csrf_token=" + token.encode() + b"&password=x&username=" + quote(username).encode(),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 400
    assert "The username or password is wrong" in answer.text
