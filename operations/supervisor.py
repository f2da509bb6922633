"""Keeping the parts running: starts them in order, restarts what dies with growing pauses, stops all of them cleanly.

Owns processes only. Each part has a process group of its own, so that Ctrl-C reaches the supervisor first, and what a
part has started ends with it.
"""

import ctypes
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from operations.parts import Part, Plan

READY_SECONDS = 120.0
STOP_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_SECONDS = 60.0  # a part that ran this long starts again without a pause
PR_SET_PDEATHSIG = 1


class PartFailedError(Exception):
    """A part did not become ready. The text names its log."""


class RunningPart:
    """One part and its process."""

    def __init__(self, part: Part, environment: dict[str, str], log_folder: Path) -> None:
        self.part = part
        self.log_file = log_folder / f"{part.name}.log"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_at = 0.0
        self._pause_seconds = 1.0

    @property
    def is_running(self) -> bool:
        """Whether its process is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start its process; what it prints goes to its log."""
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self.part.command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 - the supervisor has one thread
            )
        self._started_at = time.monotonic()

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
            if not self.part.is_once and _answers(self.part.ready_url):
                return
            time.sleep(0.1)

    def keep_alive(self) -> bool:
        """Start it again if it has died and its pause is over. Returns whether it has just been found dead."""
        if self.part.is_once or self.is_running:
            return False
        now = time.monotonic()
        if self._process is not None:
            if now - self._started_at > HEALTHY_SECONDS:
                self._pause_seconds = 1.0
            self._process, self._start_at = None, now + self._pause_seconds
            self._pause_seconds = min(self._pause_seconds * 2, LONGEST_PAUSE_SECONDS)
            return True
        if now >= self._start_at:
            self.start()
        return False

    def stop(self) -> None:
        """End it and all that it started: politely, then by force."""
        if self._process is None:
            return
        self._signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self._signal(signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None  # noqa: S101 - asked before
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


class Supervisor:
    """All parts of a plan."""

    def __init__(self, plan: Plan, log_folder: Path, *, say: Callable[[str], None]) -> None:
        log_folder.mkdir(parents=True, exist_ok=True)
        self.parts = [RunningPart(part, plan.environment, log_folder) for part in plan.parts]
        self._say = say

    def start(self, *, is_stopping: Callable[[], bool]) -> None:
        """Start the servers side by side and, once they answer, the parts that need them.

        Raises:
            PartFailedError: one did not become ready; the others are left to `stop`.
        """
        servers = [running for running in self.parts if running.part.ready_url]
        for group in (servers, [running for running in self.parts if running not in servers]):
            for running in group:
                if not is_stopping():
                    running.start()
            for running in group:
                running.wait_until_ready(is_stopping=is_stopping)

    def keep_alive(self) -> None:
        """Look after every part once."""
        for running in self.parts:
            if running.keep_alive():
                self._say(f"The {running.part.name} has died and is started again. Its log: {running.log_file}")

    def stop(self) -> None:
        """Stop every part, the last started first."""
        for running in reversed(self.parts):
            running.stop()


def _answers(url: str | None) -> bool:
    if url is None:
        return True
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address on this machine
            return True
    except (urllib.error.URLError, OSError):
        return False


def _end_with_parent() -> None:
    """Ask Linux to end this process when the supervisor dies, even by kill -9."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    except (OSError, AttributeError):
        return  # not Linux: what is left over then is ended by hand
