"""How soon the service answers a file, and how fast it drains a backlog, in words and tables."""

from collections.abc import Sequence
from statistics import median

from benchmarks.service.answer_time import STAY_SECONDS, Answers, find_95th
from benchmarks.service.drain import WARM_UP, Drained, Shape

ANSWERS_HEADING = "How soon a dropped file is answered"
DRAINS_HEADING = "Files a second while many wait"
PACKAGES = ("prefect", "xlrd", "pandas", "pandera", "sqlalchemy", "psycopg", "asyncssh")


def describe_answers(answers: Answers) -> str:
    """Return the section's text on answer times."""
    cases = (("no import run is alive", answers.idle_seconds), ("an import run is alive", answers.alive_seconds))
    lines = "\n".join(
        f"| {case} | {len(seconds)} | {median(seconds):.2f} | {find_95th(seconds):.2f} | {max(seconds):.2f} |"
        for case, seconds in cases
    )
    costs = ", ".join(f"{kind} {seconds:.1f}" for kind, seconds in answers.idle_cost.items() if seconds >= 0.05)
    return f"""\
`learner-imports up` runs with its defaults, but that an import run stays for {STAY_SECONDS} seconds only. Files of 200
learners are renamed into a drop folder when complete. The seconds are from then to the receipt in `outcomes/`, the one
second in them for which a file must have been unchanged.

| While | Files | Median | 95th percentile | Longest |
|---|---:|---:|---:|---:|
{lines}

With nothing to do, all parts together use {sum(answers.idle_cost.values()):.1f} s of processor time a minute ({costs}).
Other programs kept {answers.others:.2f} cores busy.
"""


def describe_drains(drains: Sequence[Drained]) -> str:
    """Return the section's text on draining."""
    lines = "\n".join(_describe_drain(drained) for drained in drains)
    provider_count = drains[0].shape.provider_count
    return f"""\
Files of 200 learners of {provider_count} providers wait in the queue. Prefect's server, its workers, the import runs,
their readers and the database share the machine. The speed is taken from when {WARM_UP:.0%} are done, so that every run
is at work. The plain functions do the same without Prefect, mail included, in as many processes as there are runs.
Every file was loaded whole at its first attempt, or there would be no figure. Other programs' cores are what the
machine was busy with beside all this.

| What works | Files | Files a second | Processor time a file | Other programs |
|---|---:|---:|---|---:|
{lines}

{_describe_orchestration(drains)}
"""


def _describe_orchestration(drains: Sequence[Drained]) -> str:
    """Say what a file takes longer with Prefect than in as many plain processes, by database."""
    plain = {
        (drained.shape.database, drained.shape.run_count): drained
        for drained in drains
        if not drained.shape.worker_count
    }
    told = []
    for drained in drains:
        shape = drained.shape
        if shape.worker_count and (without := plain.get((shape.database, shape.run_count))):
            seconds = 1 / drained.files_per_second - 1 / without.files_per_second
            told.append(f"**{seconds * 1000:.0f} ms** a file with {describe_shape(shape)}")
    return f"Orchestration takes {' and '.join(told)}: that much longer is a file's turn than without it (aim: 40 ms)."


def _describe_drain(drained: Drained) -> str:
    costs = ", ".join(f"{kind} {spent:.0f}" for kind, spent in drained.milliseconds.items() if spent >= 0.5)
    return (
        f"| {describe_shape(drained.shape)} | {drained.shape.file_count:,} | {drained.files_per_second:.2f} "
        f"| {sum(drained.milliseconds.values()):.0f} ms ({costs}) | {drained.others:.2f} cores |"
    )


def describe_shape(shape: Shape) -> str:
    """Say what works on a backlog."""
    database = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[shape.database]
    if not shape.worker_count:
        return f"{database}, plain functions in {_count(shape.run_count, 'process', 'processes')}"
    runs, workers = _count(shape.run_count, "import run"), _count(shape.worker_count, "worker")
    return f"{database}, {runs}, {workers}"


def _count(number: int, what: str, many: str = "") -> str:
    return f"{number} {what if number == 1 else many or what + 's'}"
