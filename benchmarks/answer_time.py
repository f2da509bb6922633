"""How soon a dropped file is answered: `python -m benchmarks.answer_time --files 10`.

Starts `learner-imports up` in a temporary home and drops files of 200 learners, each renamed into place when complete.
The time is from then to the receipt in outcomes/: with an import run alive, and with none. In between, the processor
time of the idle service is measured.
"""

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from benchmarks.backlog import make_backlog
from benchmarks.drain import CACHE
from benchmarks.processor_time import measure_busy_seconds, measure_processor_time
from flows.run_signs import PART
from records.database import Database
from records.tables import ImportStatus, LearnerImport, PartBeat, Provider
from records.upgrade import upgrade

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 120.0
STAY_SECONDS = 4
QUIET_SECONDS = 8  # after a run has ended, as files come on an idle system
IDLE_SECONDS = 20


class Answers(NamedTuple):
    """What was measured.

    Args:
        first_seconds: of a file dropped as soon as its folder is there, while the service still starts.
        idle_seconds: of each file dropped while no import run was alive.
        alive_seconds: of each file dropped while one was.
        idle_cost: seconds of processor time a minute while there is nothing to do, by kind of process.
        others: cores that programs which are not measured kept busy while the latter files were answered.
    """

    first_seconds: float
    idle_seconds: list[float]
    alive_seconds: list[float]
    idle_cost: dict[str, float]
    others: float


def main() -> None:
    """Measure both cases and print medians and 95th percentiles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10, help="files for each case")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all that was started is ended
    answers = measure_answers(parser.parse_args().files)
    print(f"first file, while all starts: {answers.first_seconds:.1f} s")
    parts = ", ".join(f"{kind} {seconds:.1f}" for kind, seconds in answers.idle_cost.items())
    print(f"idle: {sum(answers.idle_cost.values()):.1f} s of processor time a minute ({parts})")
    for case, seconds in (("no run alive", answers.idle_seconds), ("a run alive", answers.alive_seconds)):
        listed = " ".join(f"{value:.1f}" for value in seconds)
        print(f"{case}: median {statistics.median(seconds):.2f} s, 95th {find_95th(seconds):.2f} s ({listed})")
    print(f"other programs: {answers.others:.2f} cores")


def find_95th(seconds: list[float]) -> float:
    """Return the 95th percentile, or the only one."""
    return statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]


def measure_answers(count: int) -> Answers:
    """Measure so many files in each case.

    Raises:
        RuntimeError: a file was not loaded.
        TimeoutError: a file was not answered.
    """
    home = Path(tempfile.mkdtemp(prefix="learner-imports-answer-")) / "home"
    home.mkdir()
    service = Service(home, list(make_backlog(CACHE, file_count=2 * count + 1, provider_count=2 * count + 1)))
    with service.run() as pid:
        service.wait_for_folders()
        first = service.drop()
        service.wait(for_run=False)
        cost = measure_idle_cost(pid)
        idle = []
        for _ in range(count):
            service.wait(for_run=False)
            time.sleep(QUIET_SECONDS)
            idle.append(service.drop())
        began, busy, used = time.monotonic(), measure_busy_seconds(), sum(measure_processor_time(pid).values())
        alive = [service.drop() for _ in range(count)]
        others = measure_busy_seconds() - busy - (sum(measure_processor_time(pid).values()) - used)
        service.check_all_loaded(2 * count + 1)
        return Answers(first, idle, alive, cost, max(0.0, others / (time.monotonic() - began)))


class Service:
    """`learner-imports up` in a home of its own, and files to drop into it one after the other."""

    def __init__(self, home: Path, files: list[tuple[str, Path]]) -> None:
        self._home, self._files = home, iter(files)
        self._database = Database(f"sqlite:///{home / 'learners.db'}")
        upgrade(self._database)
        with self._database.write() as session:
            session.add_all(Provider(ukprn=ukprn, name=f"Provider {ukprn}") for ukprn in {ukprn for ukprn, _ in files})

    @contextmanager
    def run(self) -> Iterator[int]:
        """Run it; afterwards its home is gone. Gives its process id."""
        own = {"LEARNER_IMPORTS_HOME": str(self._home), "LEARNER_IMPORTS_STAY_SECONDS": str(STAY_SECONDS)}
        with (self._home / "up.txt").open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "cli", "up"],
                cwd=ROOT,
                env=os.environ | own,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()  # its undertaker ends the parts
            self._database.close()
            shutil.rmtree(self._home.parent, ignore_errors=True)

    def wait_for_folders(self) -> None:
        """Wait until the collector has made the providers' folders."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while not any((self._home / "drop").glob("*/")):
            if time.monotonic() > give_up_at:
                raise TimeoutError((self._home / "up.txt").read_text())
            time.sleep(0.1)
        time.sleep(1)

    def wait(self, *, for_run: bool) -> None:
        """Wait until an import run is alive, or none is."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while self._has_run() is not for_run and time.monotonic() < give_up_at:
            time.sleep(0.1)

    def _has_run(self) -> bool:
        with self._database.read() as session:
            return session.scalar(select(PartBeat.id).where(PartBeat.part == PART).limit(1)) is not None

    def drop(self) -> float:
        """Drop the next file and wait for its receipt. Returns the seconds between."""
        ukprn, source = next(self._files)
        folder = self._home / "drop" / ukprn
        before = set((folder / "outcomes").glob("*.txt"))
        partial = folder / "learners.xls.part"
        shutil.copyfile(source, partial)
        began = time.monotonic()
        partial.rename(folder / source.name)
        while set((folder / "outcomes").glob("*.txt")) == before:
            if time.monotonic() - began > PATIENCE_SECONDS:
                raise TimeoutError(f"no receipt within {PATIENCE_SECONDS:.0f} s")
            time.sleep(0.01)
        return time.monotonic() - began

    def check_all_loaded(self, file_count: int) -> None:
        """See that all that was dropped was loaded.

        Raises:
            RuntimeError: that is not so.
        """
        with self._database.read() as session:
            successful = select(func.count()).where(LearnerImport.status == ImportStatus.SUCCESSFUL)
            loaded_count = session.scalar(successful)
        if loaded_count != file_count:
            raise RuntimeError(f"{loaded_count} of {file_count} files were loaded")


def measure_idle_cost(pid: int) -> dict[str, float]:
    """Return the processor time a minute of a service that has nothing to do, by kind of process."""
    time.sleep(2)
    before = measure_processor_time(pid)
    time.sleep(IDLE_SECONDS)
    used = measure_processor_time(pid) - before
    return {kind: seconds * 60 / IDLE_SECONDS for kind, seconds in used.most_common()}


if __name__ == "__main__":
    main()
