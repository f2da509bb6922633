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
from pathlib import Path

from sqlalchemy import select

from benchmarks.backlog import make_backlog
from benchmarks.drain import CACHE
from benchmarks.processor_time import measure_processor_time
from flows.run_signs import PART
from records.database import Database
from records.tables import PartBeat, Provider
from records.upgrade import upgrade

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 120.0
STAY_SECONDS = 4
QUIET_SECONDS = 8  # after a run has ended, as files come on an idle system
IDLE_SECONDS = 20


class AnswerTimes:
    """Drops files one after the other into one service."""

    def __init__(self, home: Path, files: list[tuple[str, Path]]) -> None:
        self.home, self._files = home, iter(files)
        self.database = Database(f"sqlite:///{home / 'learners.db'}")
        upgrade(self.database)
        with self.database.write() as session:
            session.add_all(Provider(ukprn=ukprn, name=f"Provider {ukprn}") for ukprn in {ukprn for ukprn, _ in files})

    def has_run(self) -> bool:
        """Whether an import run is alive."""
        with self.database.read() as session:
            return session.scalar(select(PartBeat.id).where(PartBeat.part == PART).limit(1)) is not None

    def wait(self, *, for_run: bool) -> None:
        """Wait until an import run is alive, or none is."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while self.has_run() is not for_run and time.monotonic() < give_up_at:
            time.sleep(0.1)

    def drop(self) -> float:
        """Drop the next file and wait for its receipt. Returns the seconds between."""
        ukprn, source = next(self._files)
        folder = self.home / "drop" / ukprn
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


def main() -> None:
    """Measure both cases and print medians and 95th percentiles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10, help="files for each case")
    count = parser.parse_args().files
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all that was started is ended
    home = Path(tempfile.mkdtemp(prefix="learner-imports-answer-")) / "home"
    home.mkdir()
    times = AnswerTimes(home, list(make_backlog(CACHE, file_count=2 * count + 1, provider_count=2 * count + 1)))
    with (home / "up.txt").open("wb") as output:
        service = subprocess.Popen(
            [sys.executable, "-m", "cli", "up"],
            cwd=ROOT,
            env=os.environ | {"LEARNER_IMPORTS_HOME": str(home), "LEARNER_IMPORTS_STAY_SECONDS": str(STAY_SECONDS)},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        print(f"first file, while all starts: {times.drop() if wait_for_folders(home) else 0:.1f} s", flush=True)
        times.wait(for_run=False)
        tell_idle_cost(service.pid)
        idle = []
        for _ in range(count):
            times.wait(for_run=False)
            time.sleep(QUIET_SECONDS)
            idle.append(times.drop())
        tell("no run alive", idle)
        alive = [times.drop() for _ in range(count)]
        tell("a run alive", alive)
    finally:
        service.send_signal(signal.SIGINT)
        try:
            service.wait(60)
        except subprocess.TimeoutExpired:
            service.kill()  # its undertaker ends the parts
        times.database.close()
        shutil.rmtree(home.parent, ignore_errors=True)


def wait_for_folders(home: Path) -> bool:
    """Wait until the collector has made the providers' folders. Returns whether it did."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        if any((home / "drop").glob("*/")):
            time.sleep(1)
            return True
        time.sleep(0.1)
    return False


def tell_idle_cost(pid: int) -> None:
    """Print the processor time a minute of a service that has nothing to do, by part."""
    time.sleep(2)
    before = measure_processor_time(pid)
    time.sleep(IDLE_SECONDS)
    used = measure_processor_time(pid) - before
    minute = 60 / IDLE_SECONDS
    parts = ", ".join(f"{kind} {seconds * minute:.1f}" for kind, seconds in used.most_common())
    print(f"idle: {sum(used.values()) * minute:.1f} s of processor time a minute ({parts})", flush=True)


def tell(case: str, seconds: list[float]) -> None:
    """Print a case's figures."""
    worst = statistics.quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
    listed = " ".join(f"{value:.1f}" for value in seconds)
    print(f"{case}: median {statistics.median(seconds):.2f} s, 95th percentile {worst:.2f} s ({listed})", flush=True)


if __name__ == "__main__":
    main()
