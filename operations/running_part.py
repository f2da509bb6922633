"""One part and its process: starting it, asking whether it is ready, noticing its death, ending it.

Each part has a process group of its own, so that Ctrl-C reaches the supervisor first, and what a part has started ends
with it. Does not decide what is done about a death.
"""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from operations.part_logs import limit_log, open_log
from operations.parts import Part

READY_SECONDS = 120.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_SECONDS = 60.0  # a part that ran this long starts again without a pause


class PartFailedError(Exception):
    """A part did not become ready. The text names its log."""


class RunningPart:
    """One part and its process.

    `death_count` counts deaths since it last ran for HEALTHY_SECONDS.
    """

    def __init__(self, part: Part, environment: dict[str, str], log_folder: Path) -> None:
        self.part = part
        self.log_file = log_folder / f"{part.name}.log"
        self.death_count = 0
        self.pause_seconds = FIRST_PAUSE_SECONDS
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_at = 0.0

    @property
    def is_running(self) -> bool:
        """Whether its process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def group(self) -> int | None:
        """Its process group, while there is one to end."""
        return self._process.pid if self._process else None

    @property
    def is_healthy(self) -> bool:
        """Whether it has run long enough to count as well."""
        return self.is_running and time.monotonic() - self._started_at > HEALTHY_SECONDS

    @property
    def is_due(self) -> bool:
        """Whether it is down and its pause is over."""
        return self._process is None and not self.part.is_once and time.monotonic() >= self._start_at

    def start(self) -> int:
        """Start its process; what it prints goes to its log. Returns its process group.

        Raises:
            OSError: it can't be started: no memory, no process to be had.
        """
        with open_log(self.log_file) as log:
            self._process = subprocess.Popen(
                self.part.command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._started_at = time.monotonic()
        return self._process.pid

    def wait_until_ready(self, *, is_stopping: Callable[[], bool]) -> None:
        """Wait until it answers, or, for one that does its work and ends, until it has ended well.

        Raises:
            PartFailedError: it died, or took too long.
        """
        if self._process is None:
            return
        give_up_at = time.monotonic() + READY_SECONDS
        while not is_stopping():
            status = self._process.poll()
            if self.part.is_once and status == 0:
                return
            if status is not None or time.monotonic() > give_up_at:
                raise PartFailedError(f"The {self.part.name} did not start. Its log says why: {self.log_file}")
            if not self.part.is_once and _answers(self.part):
                return
            time.sleep(0.1)

    def find_dead(self) -> str | None:
        """Notice that it has died, once for each death: how it ended, or None. What it started is told to end too."""
        if self.part.is_once or self._process is None or (status := self._process.poll()) is None:
            return None
        now = time.monotonic()
        if now - self._started_at > HEALTHY_SECONDS:
            self.death_count, self.pause_seconds = 0, FIRST_PAUSE_SECONDS
        self.count_death()
        self._start_at = now + self.pause_seconds
        self.signal(signal.SIGTERM)
        self._process = None
        return f"signal {-status}" if status < 0 else f"status {status}"

    def count_death(self) -> None:
        """Count a death, or a start that failed; from the second on the pause grows."""
        self.death_count += 1
        if self.death_count > 1:
            self.pause_seconds = min(self.pause_seconds * 2, LONGEST_PAUSE_SECONDS)
        self._start_at = time.monotonic() + self.pause_seconds

    def limit_log(self) -> None:
        """Keep its log from growing for ever."""
        limit_log(self.log_file)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and to all that it started."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def reap(self) -> None:
        """End what is left of it by force, and forget it."""
        if self._process is not None:
            self.signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


def _answers(part: Part) -> bool:
    try:
        if part.ready_address:
            with socket.create_connection(part.ready_address, timeout=2):
                return True
        if part.ready_url:
            with urllib.request.urlopen(part.ready_url, timeout=2):  # noqa: S310 - our own address on this machine
                return True
    except (urllib.error.URLError, OSError):
        return False
    return True
