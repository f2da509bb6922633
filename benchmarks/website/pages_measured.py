"""How fast the website answers over a million learners.

Server time from request to the last byte of the page, in this process, for managers of one, some and all providers; and
the number of queries of each page, over a small and over the whole database. Owns no page and no manager.
"""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import event

from benchmarks.processor_time import measure_busy_seconds
from benchmarks.website.load import Load, load_server
from benchmarks.website.nation import make_nation
from benchmarks.website.nation_kept import open_nation
from benchmarks.website.pages import PAGES, REACHES, TYPICAL, Manager, Reach, ask, find_95th, make_app, sign_managers_in
from records.database import Database
from records.upgrade import upgrade

SMALL_PROVIDERS = 3  # of the database that numbers of queries are compared with
SMALL_LEARNERS = 60  # of each of them: more than one page


class Line(NamedTuple):
    """One page's figures for managers of one reach.

    Args:
        page: a key of `PAGES`.
        reach: of whom.
        milliseconds: of each request.
        query_count: of one request.
        small_query_count: of one over the small database.
    """

    page: str
    reach: Reach
    milliseconds: list[float]
    query_count: int
    small_query_count: int

    @property
    def median(self) -> float:
        """The median of the milliseconds."""
        return statistics.median(self.milliseconds)

    @property
    def percentile_95(self) -> float:
        """The 95th percentile of the milliseconds."""
        return find_95th(self.milliseconds)


class Measured(NamedTuple):
    """What was measured over one kind of database; `busy` are the cores that were, with the pages and with all else."""

    database: str
    lines: list[Line]
    loads: list[Load]
    busy: float


def measure_website(kind: str, cache: Path, *, pages: Sequence[str] = tuple(PAGES)) -> Measured:
    """Measure every page over a million learners, then the real server under load.

    Args:
        kind: sqlite or postgresql.
        cache: the folder in which the database is kept.
        pages: of them only these.

    Raises:
        RuntimeError: a page was not answered with 200.
    """
    small_counts = _count_queries_over_few(cache, pages)
    with open_nation(kind, cache) as database:
        app, lines = make_app(database), []
        began, busy_before = time.monotonic(), measure_busy_seconds()
        for reach in REACHES:
            managers = sign_managers_in(app, database, reach)
            lines += [_measure_page(database, page, reach, managers, small_counts[page]) for page in pages]
        busy = (measure_busy_seconds() - busy_before) / (time.monotonic() - began)
        typical = sign_managers_in(app, database, TYPICAL._replace(request_count=1))
        return Measured(kind, lines, load_server(database, typical[0]), busy)


def _measure_page(
    database: Database, page: str, reach: Reach, managers: Sequence[Manager], small_query_count: int
) -> Line:
    """Ask for a page as the managers in turn, after a first time that is not counted."""
    milliseconds = []
    query_count = count_queries_of(database, page, managers[0])
    for manager in islice(cycle(managers), reach.request_count):
        path = PAGES[page](manager)
        began = time.perf_counter()
        ask(manager.client, path)
        milliseconds.append((time.perf_counter() - began) * 1000)
    return Line(page, reach, milliseconds, query_count, small_query_count)


def _count_queries_over_few(cache: Path, pages: Sequence[str]) -> dict[str, int]:
    """Return how many statements each page takes over a database of a few learners."""
    cache.mkdir(parents=True, exist_ok=True)
    path = cache / "few.db"
    path.unlink(missing_ok=True)
    with closing(Database(f"sqlite:///{path}")) as database:
        upgrade(database)
        make_nation(database, provider_count=SMALL_PROVIDERS, learner_count=SMALL_LEARNERS)
        manager = sign_managers_in(make_app(database), database, TYPICAL)[0]
        return {page: count_queries_of(database, page, manager) for page in pages}


def count_queries_of(database: Database, page: str, manager: Manager) -> int:
    """Return how many statements one page takes, at its second request."""
    path = PAGES[page](manager)
    ask(manager.client, path)
    with counting(database) as statements:
        ask(manager.client, path)
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
