"""What several import processes cost one another on one PostgreSQL: `python -m benchmarks.contention --processes 2 4`.

Each process takes files from the same queue and runs the steps as plain functions, without Prefect. On a machine whose
cores are all busy more processes can't be faster. What they can show is what each learner costs then in processor
time, and how much of the time sessions wait for locks: that is what would keep more machines from being faster.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from benchmarks.kept import find_kept
from benchmarks.postgresql import PostgresServer
from benchmarks.processor_time import measure_processor_time
from benchmarks.queueing import open_queue, queue_files
from benchmarks.schools import make_schools
from benchmarks.waits import watch_waits
from flows.processing import process_import
from flows.steps import import_what_follows, take_import
from flows.workplace import Workplace, open_workplace
from records.tables import Learner
from settings import Settings

ROOT = Path(__file__).parents[1]
SHARE = 40  # one school of so many: 100 files
READY, DONE = "ready", "done"  # what a process says


class Contention(NamedTuple):
    """What a number of processes did together.

    Args:
        process_count: import processes at a time.
        learners_per_second: from when all had begun.
        microseconds: of processor time a learner, of the import processes with their readers, and of PostgreSQL.
        sessions: in a transaction, on the average.
        lock_share: of those, which share waited for another session's lock.
    """

    process_count: int
    learners_per_second: float
    microseconds: dict[str, float]
    sessions: float
    lock_share: float


def main() -> None:
    """Measure each number of processes and print all figures; or be one of the processes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--take", action="store_true", help="be one of the processes")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = parser.parse_args()
    if options.take:
        take_all()
    else:
        for count in options.processes:
            print(measure_contention(count), flush=True)


def take_all() -> None:
    """Import files until none waits. Begins, and later ends, when a line comes on its standard input."""
    workplace = open_workplace(Settings())
    import_what_follows()
    print(READY, flush=True)
    sys.stdin.readline()
    while work := take_import(workplace):
        process_import(workplace, work)
        work.forget()
    print(DONE, flush=True)
    sys.stdin.readline()
    workplace.close()


def measure_contention(process_count: int, *, share: int = SHARE) -> Contention:
    """Have so many processes import one school's file of `share`.

    Raises:
        RuntimeError: not all learners were loaded.
    """
    schools = make_schools(find_kept("schools"), share=share)
    with tempfile.TemporaryDirectory(prefix="learner-imports-contention-") as folder:
        server = PostgresServer(Path(folder))
        try:
            with open_queue(Path(folder), server) as workplace:
                queue_files(workplace, ((ukprn, path) for ukprn, path, _ in schools))
                return _run(workplace, server, process_count, sum(size for _, _, size in schools))
        finally:
            server.stop()


def _run(workplace: Workplace, server: PostgresServer, process_count: int, learner_count: int) -> Contention:
    processes = [_start(workplace, server) for _ in range(process_count)]
    roots = (server.pid, *(process.pid for process in processes))
    _await_all(processes, READY)
    before, began = measure_processor_time(*roots), time.monotonic()
    with watch_waits(workplace.database) as waits:
        _send_all(processes)
        _await_all(processes, DONE)
    seconds, used = time.monotonic() - began, measure_processor_time(*roots) - before
    _send_all(processes)
    for process in processes:
        process.wait(30)
    with workplace.database.read() as session:
        loaded_count = session.scalar(select(func.count()).select_from(Learner))
    if loaded_count != learner_count:
        raise RuntimeError(f"{loaded_count} of {learner_count} learners were loaded")
    database = used["PostgreSQL"]
    spent = {"import processes": used.total() - database, "PostgreSQL": database}
    microseconds = {kind: seconds * 1e6 / learner_count for kind, seconds in spent.items()}
    return Contention(process_count, learner_count / seconds, microseconds, waits.sessions, waits.lock_share)


def _start(workplace: Workplace, server: PostgresServer) -> "subprocess.Popen[str]":
    own = {
        "LEARNER_IMPORTS_HOME": str(workplace.settings.home_folder),
        "LEARNER_IMPORTS_DATABASE_URL": server.address,
    }
    command = [sys.executable, "-m", "benchmarks.contention", "--take"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | own, stdin=pipe, stdout=pipe, text=True)


def _await_all(processes: "list[subprocess.Popen[str]]", word: str) -> None:
    for process in processes:
        said = process.stdout.readline().strip() if process.stdout else ""
        if said != word:
            raise RuntimeError(f"an import process said {said!r} where {word!r} was expected")


def _send_all(processes: "list[subprocess.Popen[str]]") -> None:
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()


if __name__ == "__main__":
    main()
