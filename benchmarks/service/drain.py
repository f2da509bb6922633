"""How many files of 200 learners a second are imported while many wait: `python -m benchmarks.service.drain`.

With Prefect's server, its workers and the database on this machine, or by the plain functions in as many processes as
there would be import runs (`--plain`). A measurement in which any file was not loaded whole is none: it ends with an
error.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from benchmarks.kept import find_kept
from benchmarks.postgresql import PostgresServer
from benchmarks.processor_time import measure_busy_seconds, measure_processor_time
from benchmarks.service.backlog import ROWS_EACH, make_backlog
from benchmarks.service.plain_processes import start_plain_processes
from benchmarks.service.prefect_service import PrefectService
from benchmarks.service.queueing import open_queue, queue_files
from benchmarks.service.running_service import FINISHED
from flows.workplace import Workplace
from records.tables import ImportStatus, LearnerImport

CACHE = find_kept("backlog")
WARM_UP = 0.1  # of the files; the speed is taken from there on, when every run is at work
PATIENCE_SECONDS = 120.0  # without one more finished file


class Shape(NamedTuple):
    """What works on the backlog. `worker_count` 0: plain functions in `run_count` processes, without Prefect."""

    database: str
    run_count: int
    worker_count: int
    file_count: int
    provider_count: int = 50


class Drained(NamedTuple):
    """How fast a backlog was drained.

    Args:
        shape: what worked on it.
        files_per_second: from when every run was at work.
        milliseconds: of processor time a file, by kind of process.
        others: cores that programs which are not measured kept busy meanwhile.
    """

    shape: Shape
    files_per_second: float
    milliseconds: dict[str, float]
    others: float


def main() -> None:
    """Queue the files, drain them, print files per second."""
    options = parse_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all that was started is ended
    workers = 0 if options.plain else options.workers
    drained = drain(Shape(options.database, options.runs, workers, options.files, options.providers))
    print(f"{drained.files_per_second:.2f} files/s, {sum(drained.milliseconds.values()):.0f} ms CPU a file")
    for kind, spent in drained.milliseconds.items():
        print(f"  {spent:4.0f} ms {kind}")
    print(f"  other programs: {drained.others:.2f} cores")


def parse_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--providers", type=int, default=50)
    parser.add_argument("--runs", type=int, default=2, help="import runs at a time")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--plain", action="store_true", help="without Prefect")
    return parser.parse_args()


def drain(shape: Shape) -> Drained:
    """Queue a backlog in a database of its own and drain it.

    Raises:
        RuntimeError: a file was not loaded whole at the first attempt, so that the speed says nothing.
        TimeoutError: no file was finished for a long time.
    """
    files = make_backlog(CACHE, file_count=shape.file_count, provider_count=shape.provider_count)
    with tempfile.TemporaryDirectory(prefix="learner-imports-drain-", ignore_cleanup_errors=True) as folder:
        server = PostgresServer(Path(folder)) if shape.database == "postgresql" else None
        try:
            with open_queue(Path(folder), server, import_run_limit=shape.run_count, stay_seconds=5) as workplace:
                queue_files(workplace, files)
                print(f"draining {shape.file_count} files: {shape}", flush=True)
                pid = server.pid if server else None
                drained = (drain_with_prefect if shape.worker_count else drain_plainly)(workplace, shape, pid)
                check_all_loaded(workplace, shape)
                return drained
        finally:
            if server:
                server.stop()


def drain_plainly(workplace: Workplace, shape: Shape, database_pid: int | None) -> Drained:
    """Run the steps as plain functions, in as many processes as there are import runs else."""
    with start_plain_processes(workplace, shape.run_count, database_pid=database_pid) as processes:
        began, busy = time.monotonic(), measure_busy_seconds()
        used = processes.run()
        seconds, busy = time.monotonic() - began, measure_busy_seconds() - busy
    cost = {kind: spent * 1000 / shape.file_count for kind, spent in used.most_common()}
    return Drained(shape, shape.file_count / seconds, cost, max(0.0, (busy - used.total()) / seconds))


def drain_with_prefect(workplace: Workplace, shape: Shape, database_pid: int | None) -> Drained:
    """Have Prefect start the runs, and wait until all is done."""
    process_roots = (os.getpid(), database_pid) if database_pid else (os.getpid(),)
    with PrefectService(workplace.settings, worker_count=shape.worker_count) as service:
        for _ in range(shape.run_count):
            service.start("start", "-m", "prefect", "deployment", "run", "import-learners/drain").wait(60)
        warm = wait_until_finished(workplace, int(shape.file_count * WARM_UP))
        busy_before, used_before = measure_busy_seconds(), measure_processor_time(*process_roots)
        done = wait_until_finished(workplace, shape.file_count)
        used = measure_processor_time(*process_roots) - used_before
        busy = measure_busy_seconds() - busy_before
    count, seconds = done.file_count - warm.file_count, done.at - warm.at
    cost = {kind: spent * 1000 / count for kind, spent in used.most_common()}
    return Drained(shape, count / seconds, cost, max(0.0, (busy - sum(used.values())) / seconds))


class Mark(NamedTuple):
    """How many imports had their outcome at a moment in monotonic seconds."""

    at: float
    file_count: int


def wait_until_finished(workplace: Workplace, file_count: int) -> Mark:
    """Wait until so many imports have their outcome.

    Raises:
        TimeoutError: none was finished for a long time.
    """
    last = Mark(time.monotonic(), count_finished(workplace))
    while last.file_count < file_count:
        time.sleep(0.1)
        mark = Mark(time.monotonic(), count_finished(workplace))
        if mark.file_count > last.file_count:
            last = mark
        elif mark.at - last.at > PATIENCE_SECONDS:
            raise TimeoutError(f"{mark.file_count} of {file_count} files were finished, then none any more")
    return last


def count_finished(workplace: Workplace) -> int:
    """Return how many imports have their outcome."""
    with workplace.database.read() as session:
        finished = select(func.count()).select_from(LearnerImport).where(LearnerImport.status.in_(FINISHED))
        return session.scalar(finished) or 0


def check_all_loaded(workplace: Workplace, shape: Shape) -> None:
    """See that every learner of every file was loaded, at the first attempt.

    Raises:
        RuntimeError: that is not so. The text counts what came of the files.
    """
    columns = (LearnerImport.status, LearnerImport.attempt_count, LearnerImport.created_count)
    with workplace.database.read() as session:
        found = session.execute(select(*columns, func.count()).group_by(*columns)).all()
    if [tuple(row) for row in found] != [(ImportStatus.SUCCESSFUL, 1, ROWS_EACH, shape.file_count)]:
        told = "; ".join(
            f"{count} {status} at attempt {attempt}, {created} created each"
            for status, attempt, created, count in found
        )
        raise RuntimeError(f"expected {shape.file_count} successful imports of {ROWS_EACH} new learners, got: {told}")


if __name__ == "__main__":
    main()
