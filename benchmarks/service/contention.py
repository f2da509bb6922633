"""What several import processes cost one another on one PostgreSQL: `python -m benchmarks.service.contention`.

Each process takes files from the same queue and runs the steps as plain functions, without Prefect. On a machine whose
cores are all busy more processes can't be faster. What they can show is what each learner costs then in processor
time, and how much of the time sessions wait for locks: that is what would keep more machines from being faster.
"""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from benchmarks.kept import find_kept
from benchmarks.postgresql import PostgresServer
from benchmarks.service.plain_processes import start_plain_processes
from benchmarks.service.queueing import open_queue, queue_files
from benchmarks.service.schools import make_schools
from benchmarks.service.waits import watch_waits
from flows.workplace import Workplace
from records.tables import Learner

SHARE = 40  # one school of so many: 100 files


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
    """Measure each number of processes and print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4, 8])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for count in parser.parse_args().processes:
        print(measure_contention(count), flush=True)


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
    with (
        start_plain_processes(workplace, process_count, database_pid=server.pid) as processes,
        watch_waits(workplace.database) as waits,
    ):
        began = time.monotonic()
        used = processes.run()
        seconds = time.monotonic() - began
    with workplace.database.read() as session:
        loaded_count = session.scalar(select(func.count()).select_from(Learner))
    if loaded_count != learner_count:
        raise RuntimeError(f"{loaded_count} of {learner_count} learners were loaded")
    database = used["PostgreSQL"]
    spent = {"import processes": used.total() - database, "PostgreSQL": database}
    microseconds = {kind: seconds * 1e6 / learner_count for kind, seconds in spent.items()}
    return Contention(process_count, learner_count / seconds, microseconds, waits.sessions, waits.lock_share)


if __name__ == "__main__":
    main()
