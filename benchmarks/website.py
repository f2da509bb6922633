"""How fast the website answers over a million learners: `python -m benchmarks.website`.

Server time from request to the last byte of the page, in this process, for managers of many providers in turn; and the
number of queries of each page, over a small and over the whole database, which must be the same.
"""

import argparse
import secrets
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from benchmarks.nation import KEY, LEARNERS_EACH, PROVIDER_COUNT, make_nation
from benchmarks.postgresql import PostgresServer
from records.database import Database
from records.tables import Account, LearnerImport, Membership, Provider, Purpose, SignInSession
from records.upgrade import upgrade
from settings import Settings
from web_min.app import create_app
from web_min.sealed_words import seal_words
from web_min.signing_in.sessions import TOKEN, hash_token

REQUESTS_EACH = 100
SMALL = 3  # providers, of the database that numbers of queries are compared with
LEARNERS_SMALL = 60


class Manager(NamedTuple):
    """A provider's manager, signed in."""

    client: FlaskClient
    provider_id: int
    refused_import_id: int


def find(manager: Manager, words: str) -> str:
    """Return the address of the list of those found: what is searched for stands in no address as it is."""
    with manager.client.application.app_context():
        return f"/learners?search={quote(seal_words(words))}"


PAGES: dict[str, Callable[[Manager], str]] = {
    "dashboard": lambda _: "/dashboard",
    "learners": lambda _: "/learners",
    "learners, last page": lambda _: "/learners?page=2",
    "learners, search by name": lambda manager: find(manager, "smith"),
    "learners, search by ULN": lambda manager: find(manager, "10000"),
    "learners, locked out": lambda _: "/learners?state=locked_out",
    "imports": lambda _: "/imports",
    "one unsuccessful import": lambda manager: f"/imports/{manager.refused_import_id}",
    "not logged in": lambda _: "/learners/not-logged-in",
}


class Line(NamedTuple):
    """One page's figures: milliseconds and queries."""

    page: str
    median: float
    percentile_95: float
    query_count: int
    query_count_small: int


def main() -> None:
    """Measure on one kind of database and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--keep", type=Path, help="an SQLite file to make the learners in once, and use again")
    options = parser.parse_args()
    for line in measure(options.database, keep=options.keep):
        print(
            f"{line.page:28} median {line.median:6.1f} ms, 95th percentile {line.percentile_95:6.1f} ms, "
            f"{line.query_count} queries ({line.query_count_small} over {SMALL * LEARNERS_SMALL} learners)"
        )


def measure(kind: str, *, keep: Path | None = None) -> list[Line]:
    """Make both databases and measure every page.

    Raises:
        RuntimeError: a page was not answered with 200.
    """
    home = Path(tempfile.mkdtemp(prefix="learner-imports-website-"))
    server = PostgresServer(home) if kind == "postgresql" else None
    try:
        small = Database(f"sqlite:///{home / 'small.db'}")
        upgrade(small)
        make_nation(small, provider_count=SMALL, learner_count=LEARNERS_SMALL)
        whole = Database(server.address if server else f"sqlite:///{keep or home / 'whole.db'}")
        is_made = bool(keep and keep.exists())
        upgrade(whole)
        if not is_made:
            make_nation(whole, provider_count=PROVIDER_COUNT, learner_count=LEARNERS_EACH)
        counts = {page: count_queries(small, address) for page, address in PAGES.items()}
        lines = [measure_page(whole, page, address, counts[page]) for page, address in PAGES.items()]
        whole.close()
        small.close()
        return lines
    finally:
        if server:
            server.stop()
        shutil.rmtree(home, ignore_errors=True)


def measure_page(database: Database, page: str, address: Callable[[Manager], str], small_count: int) -> Line:
    """Ask for a page as the managers of many providers, each once after a first time that is not counted."""
    milliseconds = []
    managers = sign_managers_in(make_app(database), database, REQUESTS_EACH)
    for number, manager in enumerate(managers):
        path = address(manager)
        if number == 0:
            ask(manager.client, path)
        began = time.perf_counter()
        ask(manager.client, path)
        milliseconds.append((time.perf_counter() - began) * 1000)
    percentile = statistics.quantiles(milliseconds, n=20)[-1]
    return Line(page, statistics.median(milliseconds), percentile, count_queries(database, address), small_count)


def ask(client: FlaskClient, path: str) -> None:
    """Ask for a page.

    Raises:
        RuntimeError: it was not answered as it should.
    """
    response = client.get(path)
    response.get_data()
    if response.status_code != 200:
        raise RuntimeError(f"{path}: {response.status_code} {response.headers.get('Location', '')}")


def make_app(database: Database) -> Flask:
    """Make the website over the database."""
    return create_app(Settings(home=Path(tempfile.gettempdir())), database, KEY)


def sign_managers_in(app: Flask, database: Database, count: int) -> Iterator[Manager]:
    """Give managers of different providers, each in a browser in which they are signed in."""
    with database.read() as session:
        rows = session.execute(
            select(Account, Provider.id, LearnerImport.id)
            .join(Membership, Membership.account_id == Account.id)
            .join(Provider, Provider.id == Membership.provider_id)
            .join(LearnerImport, LearnerImport.provider_id == Provider.id)
            .where(LearnerImport.status == "unsuccessful")
            .order_by(Provider.id)
            .limit(count)
        ).all()
    for account, provider_id, import_id in rows:
        token = secrets.token_urlsafe(32)
        with database.write() as session:
            session.add(
                SignInSession(
                    token_hash=hash_token(token),
                    account_id=account.id,
                    session_key=account.session_key,
                    purpose=Purpose.FULL,
                )
            )
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie.update({TOKEN: token, "_user_id": account.session_key, "_fresh": True})
        yield Manager(client, provider_id, import_id)


def count_queries(database: Database, address: Callable[[Manager], str]) -> int:
    """Return how many statements one page takes."""
    manager = next(sign_managers_in(make_app(database), database, 1))
    ask(manager.client, address(manager))
    with counting(database) as statements:
        ask(manager.client, address(manager))
    return len(statements)


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """Collect the statements that the block makes."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


if __name__ == "__main__":
    main()
