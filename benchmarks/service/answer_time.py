"""How soon a dropped file is answered: `python -m benchmarks.service.answer_time --files 10`.

Starts `learner-imports up` in a temporary home and drops files of 200 learners, each renamed into place when complete.
The time is from then to the receipt in outcomes/: with an import run alive, and with none. In between, the processor
time of the idle service is measured.
"""

import argparse
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.processor_time import measure_busy_seconds, measure_processor_time
from benchmarks.service.backlog import ROWS_EACH, make_backlog
from benchmarks.service.drain import CACHE
from benchmarks.service.running_service import RunningService

STAY_SECONDS = 4
QUIET_SECONDS = 3  # after a run has ended, as files come on an idle system
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
    file_count = 2 * count + 1
    files = list(make_backlog(CACHE, file_count=file_count, provider_count=file_count))
    with tempfile.TemporaryDirectory(prefix="learner-imports-answer-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        extra = {"LEARNER_IMPORTS_STAY_SECONDS": str(STAY_SECONDS)}
        service = RunningService(home, (ukprn for ukprn, _ in files), extra=extra)
        with service.run() as pid:
            answers = _drop_all(service, pid, files)
            service.check_all_loaded(file_count=file_count, learner_count=file_count * ROWS_EACH)
    return answers


def _drop_all(service: RunningService, pid: int, files: list[tuple[str, Path]]) -> Answers:
    """Drop the first file while all starts, half of the others while no run is alive, and the rest while one is."""
    count = len(files) // 2
    service.wait_for_folders()
    first = service.drop(*files[0])
    service.wait(for_run=False)
    cost = measure_idle_cost(pid)
    idle = []
    for file in files[1 : count + 1]:
        service.wait(for_run=False)
        time.sleep(QUIET_SECONDS)
        idle.append(service.drop(*file))
    began, busy, used = time.monotonic(), measure_busy_seconds(), sum(measure_processor_time(pid).values())
    alive = [service.drop(*file) for file in files[count + 1 :]]
    others = measure_busy_seconds() - busy - (sum(measure_processor_time(pid).values()) - used)
    return Answers(first, idle, alive, cost, max(0.0, others / (time.monotonic() - began)))


def measure_idle_cost(pid: int) -> dict[str, float]:
    """Return the processor time a minute of a service that has nothing to do, by kind of process."""
    time.sleep(2)
    before = measure_processor_time(pid)
    time.sleep(IDLE_SECONDS)
    used = measure_processor_time(pid) - before
    return {kind: seconds * 60 / IDLE_SECONDS for kind, seconds in used.most_common()}


if __name__ == "__main__":
    main()
