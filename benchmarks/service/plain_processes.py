"""Processes that take files from one queue and run the steps as plain functions, without Prefect, for comparison.

`python -m benchmarks.service.plain_processes` is one of them. Like an import run it sends the mail when nothing waits.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processor_time import measure_processor_time
from flows.mailing import send_due_mail
from flows.processing import process_import
from flows.steps import import_what_follows, take_import
from flows.workplace import Workplace, open_workplace
from settings import Settings

ROOT = Path(__file__).parents[2]
READY, DONE = "ready", "done"  # what a process says


class PlainProcesses:
    """Some of these processes, all imported and connected, waiting for the word to begin."""

    def __init__(self, processes: "list[subprocess.Popen[str]]", database_pid: int | None) -> None:
        self._processes = processes
        self._roots = [*(process.pid for process in processes), *([database_pid] if database_pid else [])]

    def run(self) -> Counter[str]:
        """Have them take all that waits. Returns the processor time they and the database used, in seconds, by kind."""
        before = measure_processor_time(*self._roots)
        self._send()
        self.wait_for(DONE)
        return measure_processor_time(*self._roots) - before

    def wait_for(self, word: str) -> None:
        """Wait until each has said this.

        Raises:
            RuntimeError: one said something else, or died.
        """
        for process in self._processes:
            said = process.stdout.readline().strip() if process.stdout else ""
            if said != word:
                raise RuntimeError(f"an import process said {said!r} where {word!r} was expected")

    def _send(self) -> None:
        for process in self._processes:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()


@contextmanager
def start_plain_processes(
    workplace: Workplace, count: int, *, database_pid: int | None = None
) -> Iterator[PlainProcesses]:
    """Start so many on a workplace's queue; afterwards they are gone.

    Args:
        workplace: whose home and database they work with.
        count: of the processes.
        database_pid: of the PostgreSQL server whose processor time is measured as well.
    """
    own = {
        "LEARNER_IMPORTS_HOME": str(workplace.settings.home_folder),
        "LEARNER_IMPORTS_DATABASE_URL": workplace.settings.database_url,
    }
    command = [sys.executable, "-m", "benchmarks.service.plain_processes"]
    pipe = subprocess.PIPE
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=os.environ | own, stdin=pipe, stdout=pipe, text=True)
        for _ in range(count)
    ]
    try:
        started = PlainProcesses(processes, database_pid)
        started.wait_for(READY)
        yield started
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def main() -> None:
    """Import files until none waits. Begins when a line comes on standard input, and ends with it."""
    workplace = open_workplace(Settings())
    import_what_follows()
    print(READY, flush=True)
    sys.stdin.readline()
    while work := take_import(workplace):
        process_import(workplace, work)
        work.forget()
    send_due_mail(workplace)
    print(DONE, flush=True)
    sys.stdin.readline()
    workplace.close()


if __name__ == "__main__":
    main()
