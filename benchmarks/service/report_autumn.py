"""A nation's autumn in words and tables: what was measured, and what follows from it for more machines."""

from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.service.autumn import Autumn, project
from benchmarks.service.contention import Contention
from benchmarks.service.schools import LARGEST, LEARNER_COUNT, PROVIDER_COUNT, SMALLEST, XLSX_EACH
from benchmarks.service.waits import BY_CLIENT

HEADING = "A nation's autumn"
PACKAGES = ("prefect", "xlrd", "python-calamine", "pandas", "pandera", "sqlalchemy", "psycopg")
CORES = 2  # of each machine in the reckoning, as of the one measured
MACHINE_COUNTS = (1, 2, 4, 10)
IMPORTING = ("import runs", "readers", "worker")
PER_FILE = ("Prefect server", "collector")


class Reckoned(NamedTuple):
    """What so many machines with workers would do, and the part that can't do more."""

    machine_count: int
    learners_per_second: float
    limit: str

    @property
    def minutes(self) -> float:
        """For all learners of the nation."""
        return LEARNER_COUNT / self.learners_per_second / 60


def describe_autumn(measured: Autumn, contentions: Sequence[Contention]) -> str:
    """Return the section's text."""
    share = PROVIDER_COUNT // measured.file_count
    first, last = measured.quarters
    waits = ", ".join(f"{part:.1%} {what}" for what, part in measured.waits.items() if what and part >= 0.001)
    return f"""\
{PROVIDER_COUNT:,} providers with {LEARNER_COUNT:,} learners, whose number is spread log-normally between {SMALLEST} and
{LARGEST:,}; every provider drops one file, every {XLSX_EACH}th an `.xlsx`. One file of {share} was run whole:
`learner-imports up` on PostgreSQL with its defaults ({measured.run_count} import runs at a time), everything on this
machine, all files dropped at once. Time is from the first file's being complete to the last one's receipt in
`outcomes/`; every learner was loaded, at the first attempt. Other programs kept {measured.others:.2f} cores busy.

| Files | Learners | Seconds | Learners a second | Processor time a thousand learners |
|---:|---:|---:|---:|---|
| {measured.file_count:,} | {measured.learner_count:,} | {measured.seconds:.0f} \
| {measured.learners_per_second:,.0f} | {_describe_cost(measured)} |

All {PROVIDER_COUNT:,} files would take **{project(measured) / 60:.1f} minutes** (aim: 20): {share} times as long, times
what a learner costs more as tables grow. For that the last quarter's speed ({last:,.0f} learners a second) is set
against the first's ({first:,.0f}); where it was not slower, nothing is added. Indexes of ten times as many rows are one
level deeper at most.

Sessions in a transaction: {measured.busy_sessions:.2f} on the average. What they waited for: {waits or "nothing"}; the
rest of the time they were at work. `{BY_CLIENT}` is our own process working between two statements.

### Do import processes hinder one another?

Plain functions without Prefect, taking files from one queue on one PostgreSQL. Both cores are busy from two processes
on, so more can't be faster. If they hindered one another, a learner's cost would go up, and so would waiting for locks.

| Import processes | Learners a second | Microseconds a learner: import process | PostgreSQL \
| Sessions in a transaction | Waiting for locks |
|---:|---:|---:|---:|---:|---:|
{_list_contentions(contentions)}

### What more machines would add

Reckoned from the processor times above, not measured: machines of {CORES} cores that only run workers, beside one of
{CORES} cores for PostgreSQL and one for Prefect's server and the collector. Each of these can do only so much; the
least is the limit.

| Machines with workers | Learners a second | Minutes for the nation | Limit |
|---:|---:|---:|---|
{_list_machines(measured)}
"""


def _list_contentions(contentions: Sequence[Contention]) -> str:
    return "\n".join(
        f"| {found.process_count} | {found.learners_per_second:,.0f} | {found.microseconds['import processes']:.0f} "
        f"| {found.microseconds['PostgreSQL']:.0f} | {found.sessions:.2f} | {found.lock_share:.1%} |"
        for found in contentions
    )


def _list_machines(measured: Autumn) -> str:
    return "\n".join(
        f"| {found.machine_count} | {found.learners_per_second:,.0f} | {found.minutes:.1f} | {found.limit} |"
        for found in reckon_machines(measured)
    )


def _describe_cost(measured: Autumn) -> str:
    thousands = measured.learner_count / 1000
    costs = {kind: spent * 1000 / thousands for kind, spent in measured.processor_seconds.items()}
    listed = ", ".join(f"{kind} {spent:.0f}" for kind, spent in costs.items() if spent >= 0.5)
    return f"{sum(costs.values()):.0f} ms ({listed})"


def reckon_machines(measured: Autumn) -> list[Reckoned]:
    """Reckon what more machines would do: the least of what workers, PostgreSQL, server and collector can."""

    def spend(*kinds: str) -> float:
        return sum(measured.processor_seconds.get(kind, 0.0) for kind in kinds) / measured.learner_count

    single = {kind: 1 / spend(kind) for kind in PER_FILE}  # each is one process, which uses one core
    reckoned = []
    for count in MACHINE_COUNTS:
        able = {
            "the workers' cores": count * CORES / spend(*IMPORTING),
            "PostgreSQL's cores": CORES / spend("PostgreSQL"),
        }
        limit, speed = min((able | single).items(), key=lambda item: item[1])
        reckoned.append(Reckoned(count, speed, limit))
    return reckoned
