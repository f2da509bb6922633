"""Which address a request is from: what a trusted proxy says, and what anybody else says is not believed.

On the real server, in a process of its own.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.web_min.test_web_serving import find_free_port
from web_min.response_headers import HEADERS

ROOT = Path(__file__).parents[3]
PROGRAM = """
import json
from flask import request
from records.database import Database
from settings import Settings
import web_min.serving as serving
from web_min.access import Role, opens_to
from web_min.app import create_app

def create_telling_app(settings, database, key):
    app = create_app(settings, database, key)
    @app.before_request
    def tell():
        if request.path == "/tell":
            return json.dumps([request.remote_addr, request.scheme, request.host])
    return app

serving.create_app = create_telling_app
settings = Settings()
serving.serve(settings, Database(settings.effective_database_url), bytes(32))
"""
Ask = Callable[..., tuple[int, str]]


@pytest.fixture
def database_kind() -> str:
    """One kind is enough here."""
    return "sqlite"


def start(database_url: str, port: int, **settings: str) -> subprocess.Popen[bytes]:
    ours = {"DATABASE_URL": database_url, "WEB_PORT": str(port), "WEB_URL": "http://imports.example"} | settings
    environment = os.environ | {f"LEARNER_IMPORTS_{name}": value for name, value in ours.items()}
    return subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, stderr=subprocess.PIPE)


@pytest.fixture(params=["127.0.0.1", "192.0.2.7", ""])
def proxy(request: pytest.FixtureRequest) -> str:
    """The proxy that is trusted; requests come from 127.0.0.1."""
    return str(request.param)


@pytest.fixture
def ask(database_url: str, proxy: str) -> Iterator[Ask]:
    """Send a request with these headers to the website; return status and body."""
    port = find_free_port()
    process = start(database_url, port, WEB_TRUSTED_PROXY=proxy)

    def send(path: str = "/tell", **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    try:
        wait_until_open(port)
        yield send
    finally:
        process.kill()
        process.communicate()


def wait_until_open(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_only_the_trusted_proxy_is_believed_and_only_its_own_word(ask: Ask, proxy: str) -> None:
    is_believed = proxy == "127.0.0.1"
    _, plain = ask()
    assert json.loads(plain) == ["127.0.0.1", "http", "imports.example"]
    _, told = ask(X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https", X_Forwarded_Host="evil.example")
    assert json.loads(told)[0] == ("203.0.113.9" if is_believed else "127.0.0.1")
    assert json.loads(told)[1] == ("https" if is_believed else "http")
    assert json.loads(told)[2] == "imports.example"
    _, chained = ask(X_Forwarded_For="198.51.100.1, 203.0.113.9")  # the first is what the client claimed to be
    assert json.loads(chained)[0] == ("203.0.113.9" if is_believed else "127.0.0.1")
    _, forwarded = ask(Forwarded="for=203.0.113.9", X_Real_Ip="203.0.113.9", Host="evil.example")
    assert json.loads(forwarded) == ["127.0.0.1", "http", "imports.example"]


@pytest.mark.parametrize("proxy", ["127.0.0.1"], indirect=True)
def test_what_a_proxy_says_may_be_an_ipv6_address_or_nonsense(ask: Ask) -> None:
    assert json.loads(ask(X_Forwarded_For="2001:db8::1")[1])[0] == "2001:db8::1"
    for nonsense in ('"<script>"', "unknown", "a" * 3000, "_hidden"):
        status, _ = ask(X_Forwarded_For=nonsense)
        assert status in (200, 400)
    assert json.loads(ask()[1])[0] == "127.0.0.1"


@pytest.mark.parametrize("proxy", [""], indirect=True)
def test_odd_requests_are_answered_and_the_server_goes_on(ask: Ask) -> None:
    for host in ("evil.example", "x" * 500, "a b", "..", "[::1"):
        assert ask("/sign-in", Host=host)[0] == 200
    assert ask("/sign-in", Cookie="session=" + "x" * 8000)[0] == 200
    assert ask("/%00")[0] == 400
    assert ask("/%ff%fe")[0] == 404
    assert ask("/health")[0] == 200


def test_a_body_far_over_the_limit_is_not_even_taken(database_url: str) -> None:
    port = find_free_port()
    process = start(database_url, port, FILE_LIMIT_BYTES="1000")
    try:
        wait_until_open(port)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.putrequest("POST", "/sign-in")
        connection.putheader("Content-Length", str(10 * 2**20))
        connection.endheaders(b"x" * 1000)  # and no more: it answers without waiting for the rest
        answer = connection.getresponse()
        assert answer.status == 413
        assert "Send less at a time" in answer.read().decode()
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "Set-Cookie" not in answer.headers and "Server" not in answer.headers
    finally:
        process.kill()
        process.communicate()


def test_https_without_a_trusted_proxy_is_warned_of(database_url: str) -> None:
    port = find_free_port()
    process = start(database_url, port, WEB_URL="https://imports.example")
    try:
        wait_until_open(port)
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=20)
    assert b"WEB_TRUSTED_PROXY" in errors
