"""Typing user names and passwords into the website, as people and attackers do."""

from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from tests.web_min.people import post

PASSWORD = "blue-Kettle7"
OTHER_PASSWORD = "Teapot.under9"
INITIAL = "mkrt-7384-wdcn"
QUICK_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
ADDRESS = "192.0.2.1"


def attempt(
    app: Flask, username: str, password: str, *, address: str = ADDRESS, client: FlaskClient | None = None, **more: str
) -> Any:
    """Type them in on the page to sign in, in a new browser unless one is given; return the answer."""
    client = client or app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return post(client, "/sign-in", {"username": username, "password": password} | more)


def is_signed_in(client: FlaskClient) -> bool:
    """Whether the browser is signed in for everything."""
    return bool(client.get("/sign-in").headers.get("Location") == "/")


def enter(app: Flask, username: str, password: str = PASSWORD, **more: str) -> FlaskClient:
    """Sign in with the right password; return the browser."""
    client = app.test_client()
    answer = attempt(app, username, password, client=client, **more)
    assert answer.status_code == 302, answer.text
    return client


def fail(app: Flask, username: str, times: int, *, address: str = ADDRESS) -> None:
    """Type a wrong password so many times."""
    for number in range(times):
        assert attempt(app, username, f"wrong-{number}", address=address).status_code == 400
