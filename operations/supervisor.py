"""Keeping the parts running: starts them in order, restarts what dies with growing pauses, stops all of them cleanly.

Owns what is done and said about a death; a single part's process is `running_part`'s.
"""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from operations.part_logs import make_log_folder
from operations.parts import Plan
from operations.running_part import PartFailedError, RunningPart
from operations.undertaker import Undertaker

STOP_SECONDS = 10.0
ONCE_TRIES = 5  # of a step such as registering with a server that is slow to answer
ONCE_PAUSE_SECONDS = 2.0
KEEPS_DYING_COUNT = 3
HOUSEKEEPING_SECONDS = 10.0


def ignore_death(_part: str, _message: str) -> None:
    """Tell nobody but the console."""


class Supervisor:
    """All parts of a plan.

    Args:
        plan: what to run.
        log_folder: where the parts' logs go.
        say: how a line is told on the console.
        tell_death: called with a part's name and a sentence when it has died; must return at once.
        keeps_open: descriptors that stay open until the last part is gone, even when this process is killed.
    """

    def __init__(
        self,
        plan: Plan,
        log_folder: Path,
        *,
        say: Callable[[str], None],
        tell_death: Callable[[str, str], None] = ignore_death,
        keeps_open: tuple[int, ...] = (),
    ) -> None:
        make_log_folder(log_folder)
        self.parts = [RunningPart(part, plan.environment, log_folder) for part in plan.parts]
        self._say = say
        self._tell_death = tell_death
        self._undertaker = Undertaker(keeps_open=keeps_open)
        self._housekeeping_at = 0.0
        self._remains: dict[int, float] = {}  # process groups of dead parts, and when they are ended by force

    def start(self, *, is_stopping: Callable[[], bool]) -> None:
        """Start the servers side by side; once they answer, what is done once; then the parts that need both.

        Raises:
            PartFailedError: one did not become ready; the others are left to `stop`.
        """
        servers = [running for running in self.parts if running.part.is_server]
        once = [running for running in self.parts if running.part.is_once]
        for running in self.parts:
            running.limit_log()
        self._start_group(servers, is_stopping)
        for running in once:
            self._do_once(running, is_stopping)
        self._start_group([running for running in self.parts if running not in servers + once], is_stopping)

    def _start_group(self, group: list[RunningPart], is_stopping: Callable[[], bool]) -> None:
        for running in group:
            if not is_stopping():
                self._undertaker.watch(running.start())
        for running in group:
            running.wait_until_ready(is_stopping=is_stopping)

    def _do_once(self, running: RunningPart, is_stopping: Callable[[], bool]) -> None:
        for attempt in range(1, ONCE_TRIES + 1):
            if is_stopping():
                return
            group = running.start()
            self._undertaker.watch(group)
            try:
                running.wait_until_ready(is_stopping=is_stopping)
            except PartFailedError:
                if attempt == ONCE_TRIES:
                    raise
                self._say(f"The {running.part.name} did not work and is tried again. Its log: {running.log_file}")
                _pause(ONCE_PAUSE_SECONDS * attempt, is_stopping)
            else:
                return
            finally:
                running.reap()
                self._undertaker.forget(group)

    def keep_alive(self) -> None:
        """Look after every part once."""
        for running in self.parts:
            group = running.group
            if group and (how := running.find_dead()):
                self._remains[group] = time.monotonic() + STOP_SECONDS
                self._note_death(running, how)
            elif running.is_due:
                self._start_again(running)
            elif running.death_count and running.is_healthy:
                running.death_count = 0
                self._say(f"The {running.part.name} has been running well again for a minute.")
        self._end_remains(time.monotonic())
        if time.monotonic() >= self._housekeeping_at:
            self._housekeeping_at = time.monotonic() + HOUSEKEEPING_SECONDS
            self._undertaker.look_after()
            for running in self.parts:
                running.limit_log()

    def _end_remains(self, now: float) -> None:
        """End by force what dead parts had started, such as a worker's import run. It was asked before."""
        for group in [group for group, kill_at in self._remains.items() if now >= kill_at]:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
            del self._remains[group]
            self._undertaker.forget(group)

    def _note_death(self, running: RunningPart, how: str) -> None:
        name, count = running.part.name, running.death_count
        message = f"The {name} has died ({how}) and is started again in {running.pause_seconds:.0f} s."
        if count < KEEPS_DYING_COUNT:
            self._say(f"{message} Its log: {running.log_file}")
        elif count == KEEPS_DYING_COUNT:
            message = f"The {name} keeps dying ({how}, {count} times in a row). It is tried again after growing pauses."
            self._say(f"{message} The end of its log says why: {running.log_file}")
        self._tell_death(name, message)

    def _start_again(self, running: RunningPart) -> None:
        try:
            self._undertaker.watch(running.start())
        except OSError as fault:  # no memory or no process to be had now
            running.count_death()
            self._say(f"The {running.part.name} can't be started ({fault.strerror}). It is tried again.")
            return
        if running.death_count < KEEPS_DYING_COUNT:
            self._say(f"The {running.part.name} was started again.")

    def stop(self, *, is_urgent: Callable[[], bool] = lambda: False) -> None:
        """Stop every part: first those that need the servers, then the servers. Urgently: by force, at once."""
        for group in (
            [running for running in self.parts if not running.part.is_server],
            [running for running in self.parts if running.part.is_server],
        ):
            for running in group:
                running.signal(signal.SIGTERM)
            give_up_at = time.monotonic() + STOP_SECONDS
            while any(running.is_running for running in group) and time.monotonic() < give_up_at and not is_urgent():
                time.sleep(0.05)
            for running in group:
                gone = running.group
                running.reap()
                if gone:
                    self._undertaker.forget(gone)
        self._end_remains(float("inf"))
        self._undertaker.close()


def _pause(seconds: float, is_stopping: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not is_stopping():
        time.sleep(0.1)
