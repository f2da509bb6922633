"""The website as it is run for real: in a process of its own, which listens, sends mail and ends when it is told to."""

import multiprocessing
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr

from records.database import Database
from settings import Settings
from tests.notifications.mail_server import MAIL_FROM, Mailbox, find_free_port, run_server
from web_min.serving import serve

KEY = bytes(range(32))
LOG_NAME = "website.log"
START_SECONDS = 30.0

# Each website is forked from a process that has imported everything: 0.1 seconds instead of 1.5.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])


class Website(NamedTuple):
    """A running website, what it stands on, and where its mail arrives."""

    address: str
    settings: Settings
    database: Database
    mailbox: Mailbox


@contextmanager
def open_website(home: Path, database: Database) -> Iterator[Website]:
    """Serve the website over a migrated database, and have a mail server for it, while the block runs."""
    mailbox = Mailbox()
    with run_server(mailbox) as smtp_port:
        settings = Settings(
            home=home,
            database_url=database.url,
            key=SecretStr(KEY.hex()),
            web_port=find_free_port(),
            smtp_host="127.0.0.1",
            smtp_port=smtp_port,
            mail_from=MAIL_FROM,
        )
        with run_website(settings) as address:
            yield Website(address, settings, database, mailbox)


@contextmanager
def run_website(settings: Settings) -> Iterator[str]:
    """Serve the website by these settings while the block runs; give its address."""
    process = PROCESSES.Process(target=serve_until_told, args=(settings,))
    process.start()
    try:
        until = time.monotonic() + START_SECONDS
        while not is_listening(settings.web_port):
            assert process.is_alive() and time.monotonic() < until, read_log(settings)
            time.sleep(0.01)
        yield settings.effective_web_url
    finally:
        process.terminate()
        process.join()
    assert process.exitcode == 0, read_log(settings)


def serve_until_told(settings: Settings) -> None:
    """Serve in this process, with everything that it says written to a file in the home folder."""
    log = os.open(settings.home_folder / LOG_NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    database = Database(settings.effective_database_url)
    serve(settings, database, KEY)
    database.close()


def is_listening(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def read_log(settings: Settings) -> str:
    """Return what the website has said, for the message of a test that fails."""
    path = settings.home_folder / LOG_NAME
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
