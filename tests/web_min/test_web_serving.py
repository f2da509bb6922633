"""The website runs in a process of its own until it is told to end."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAM = """
import signal
from records.database import Database
from settings import Settings
from web_min.serving import serve

signal.signal(signal.SIGINT, signal.SIG_IGN)  # as for a process begun with `&`
settings = Settings()
database = Database(settings.effective_database_url)
serve(settings, database, bytes(32))
database.close()
print("closed")
"""


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def run_website(database_url: str, port: int) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {
        "LEARNER_IMPORTS_DATABASE_URL": database_url,
        "LEARNER_IMPORTS_WEB_PORT": str(port),
    }
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(address: str) -> dict[str, str]:
    until = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                assert response.status == 200
                return dict(response.headers)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_without_naming_its_server_and_ends_cleanly(database_url: str, number: signal.Signals) -> None:
    port = find_free_port()
    with run_website(database_url, port) as process:
        headers = wait_for(f"http://127.0.0.1:{port}/health")
        assert "Server" not in headers
        process.send_signal(number)
        output, errors = process.communicate(timeout=10)
    assert (process.returncode, output, errors) == (0, "closed\n", "")
