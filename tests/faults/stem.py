"""A process that has imported everything and has nothing open, and forks one that works for each job it is sent.

Importing what an import needs takes seconds; a fork takes a hundredth of one. Each worker is a process of its own all
the same: it opens its own files and database, and dies alone. Talks in JSON lines on standard input and output.
"""

import gc
import json
import os
import signal
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from typing import Any

from records.database import Database
from records.upgrade import upgrade
from tests.faults.dying import Death
from tests.faults.jobs import Job, do
from tests.faults.place import Place
from tests.faults.workbooks import REFUSED

ROOT = Path(__file__).parents[2]
LOG_FILE = "worker.log"


class Stem:
    """The test's side: starts the stem, has it start workers, and waits for them."""

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LEARNER_IMPORTS_")}
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        self._process = Popen(
            [sys.executable, "-m", __name__], cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE, text=True
        )

    def start(self, job: Job) -> int:
        """Start a worker; returns its process id."""
        return self._ask(start=asdict(job))

    def wait(self, pid: int) -> int:
        """Wait for a worker to end; returns its exit status, negative for a signal."""
        return self._ask(wait=pid)

    def run(self, job: Job) -> int:
        """Start a worker and wait for it."""
        return self.wait(self.start(job))

    def kill(self, pid: int) -> int:
        """Kill a worker with kill -9, and wait. Returns its exit status: it may have ended before."""
        os.kill(pid, signal.SIGKILL)
        return self.wait(pid)

    def close(self) -> None:
        """End the stem and what it has started."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()

    def _ask(self, **request: Any) -> int:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def main() -> None:
    """Serve until standard input is closed, then kill the workers that are left."""
    warm_up()
    alive: set[int] = set()
    for line in sys.stdin:
        request = json.loads(line)
        if "start" in request:
            answer = _fork(request["start"])
            alive.add(answer)
        else:
            answer = os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1])
            alive.discard(request["wait"])
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def warm_up() -> None:
    """Do all the work once in a home that is thrown away: then everything is imported, and nothing is open."""
    with TemporaryDirectory() as home:
        url = f"sqlite:///{home}/warm.db"
        upgrade(Database(url))
        place = Place(Path(home), url)
        place.put_in()
        place.put_in(expected=REFUSED)
        do(Job(place.settings))
    gc.freeze()


def find_log(settings: dict[str, Any]) -> Path:
    """Where the workers of a place print to: beside its home, whose disk may be full."""
    return Path(settings["home"]).with_name(LOG_FILE)


def _fork(values: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        death = Death(*values.pop("death")) if values["death"] else values.pop("death")
        log = os.open(find_log(values["settings"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        do(Job(**values, death=death))
        sys.stdout.flush()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
