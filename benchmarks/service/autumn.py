"""A nation's autumn: every school's file at once. `python -m benchmarks.service.autumn --share 10` runs a tenth.

`learner-imports up` runs on PostgreSQL with its defaults, and all files are dropped into their folders together. The
time is from the first one's last byte to the last one's receipt in `outcomes/`. Meanwhile it is watched what
PostgreSQL's sessions wait for, which is what more workers would wait for too.
"""

import argparse
import signal
import sys
import tempfile
import time
from bisect import bisect_left
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from benchmarks.kept import find_kept
from benchmarks.postgresql import PostgresServer
from benchmarks.processor_time import measure_busy_seconds, measure_processor_time
from benchmarks.service.running_service import PATIENCE_SECONDS, RunningService
from benchmarks.service.schools import PROVIDER_COUNT, make_schools
from benchmarks.service.waits import watch_waits
from records.database import Database
from records.tables import LearnerImport

CACHE = find_kept("schools")


class Autumn(NamedTuple):
    """What was measured.

    Args:
        file_count: of the files, of one provider each.
        learner_count: of their rows, all loaded.
        run_count: import runs at a time.
        seconds: until the last receipt.
        processor_seconds: used meanwhile, by kind of process.
        waits: for what sessions with work were waiting, as shares of them; "" is nothing, they were at work.
        busy_sessions: how many had work, on the average of all looks.
        quarters: learners a second in the first and in the last quarter of the learners.
        others: cores that programs which are not measured kept busy.
    """

    file_count: int
    learner_count: int
    run_count: int
    seconds: float
    processor_seconds: dict[str, float]
    waits: dict[str, float]
    busy_sessions: float
    quarters: tuple[float, float]
    others: float

    @property
    def learners_per_second(self) -> float:
        """Of the whole time."""
        return self.learner_count / self.seconds


def main() -> None:
    """Measure it and print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=int, default=10, help="run one file of so many")
    parser.add_argument("--runs", type=int, default=2, help="import runs at a time")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all that was started is ended
    options = parser.parse_args()
    for name, value in measure_autumn(share=options.share, run_count=options.runs)._asdict().items():
        print(f"{name}: {value}")


def measure_autumn(*, share: int, run_count: int) -> Autumn:
    """Run one file of `share` whole.

    Raises:
        RuntimeError: not every learner was loaded at the first attempt.
        TimeoutError: no file was finished for a long time.
    """
    schools = make_schools(CACHE, share=share)
    with tempfile.TemporaryDirectory(prefix="learner-imports-autumn-") as folder:
        server = PostgresServer(Path(folder))
        try:
            home = Path(folder) / "home"
            home.mkdir()
            ukprns = [ukprn for ukprn, _, _ in schools]
            extra = {"LEARNER_IMPORTS_IMPORT_RUN_LIMIT": str(run_count)}
            service = RunningService(home, ukprns, database_url=server.address, extra=extra)
            with service.run() as pid:
                return _run_all(service, (pid, server.pid), schools, run_count)
        finally:
            server.stop()


def _run_all(
    service: RunningService, roots: tuple[int, ...], schools: list[tuple[str, Path, int]], run_count: int
) -> Autumn:
    service.wait_for_folders()
    brought = [service.bring(ukprn, path) for ukprn, path, _ in schools]
    used, busy, began = measure_processor_time(*roots), measure_busy_seconds(), time.monotonic()
    with watch_waits(service.database) as waits:
        for partial in brought:
            service.complete(partial)
        _wait_for_receipts(service, len(schools))
    seconds, spent = time.monotonic() - began, measure_processor_time(*roots) - used
    others = (measure_busy_seconds() - busy - sum(spent.values())) / seconds
    learner_count = sum(size for _, _, size in schools)
    service.check_all_loaded(file_count=len(schools), learner_count=learner_count)
    return Autumn(
        file_count=len(schools),
        learner_count=learner_count,
        run_count=run_count,
        seconds=seconds,
        processor_seconds=dict(spent.most_common()),
        waits=waits.shares,
        busy_sessions=waits.sessions,
        quarters=_measure_quarters(service.database),
        others=max(0.0, others),
    )


def _wait_for_receipts(service: RunningService, count: int) -> None:
    last, moved_at = 0, time.monotonic()
    while last < count:
        time.sleep(0.2)
        found = len(service.list_receipts())
        if found > last:
            last, moved_at = found, time.monotonic()
        elif time.monotonic() - moved_at > PATIENCE_SECONDS:
            raise TimeoutError(f"{found} of {count} files were answered, then none any more")


def _measure_quarters(database: Database) -> tuple[float, float]:
    """Return learners a second between 5% and 30% of them, when every run is at work, and of the last quarter."""
    done = (LearnerImport.processed_at, LearnerImport.created_count)
    with database.read() as session:
        rows = session.execute(select(*done).order_by(LearnerImport.processed_at)).all()
    counts = list(accumulate(count for _, count in rows))
    times = [at.timestamp() for at, _ in rows if at]

    def speed(start: float, end: float) -> float:
        first, last = (bisect_left(counts, counts[-1] * part) for part in (start, end))
        return (counts[last] - counts[first]) / (times[last] - times[first])

    return speed(0.05, 0.3), speed(0.75, 1)


def project(measured: Autumn) -> float:
    """Return the seconds that all of the nation's files would take at the last quarter's speed."""
    return measured.seconds * PROVIDER_COUNT / measured.file_count * _slowing(measured)


def _slowing(measured: Autumn) -> float:
    first, last = measured.quarters
    return max(1.0, first / last)


if __name__ == "__main__":
    main()
