"""Work that is done again and again, each piece in a thread of its own, so that one that hangs holds up no other.

Owns pausing, outliving faults, and stopping. Does not know what is done.
"""

import logging
import time
from collections.abc import Callable
from threading import Event, Thread

from flows.faults import describe_fault
from intake.locations.trees import LocationAwayError

logger = logging.getLogger("learner_imports")

FAULT_PAUSE_SECONDS = 5.0
ALARM_COUNT = 3  # failures on end before somebody is told
WELL_SECONDS = 60.0  # without a failure before it is said to work again: some work has nothing to do most times
STOP_SECONDS = 5.0  # a piece of work is waited for this long when all is to end

Alarm = Callable[[str, str], object]


class Round:
    """One piece of work in its thread.

    Args:
        name: for logs and alarms: no value, no file name.
        work: does it once and returns the seconds until the next time.
        alarm: told a cause and a message when it keeps failing.
        longest_pause: between two tries when it keeps failing, in seconds.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], float],
        *,
        alarm: Alarm | None = None,
        longest_pause: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name, self._work, self._alarm = name, work, alarm
        self._longest_pause = longest_pause
        self._is_over, self._is_woken = Event(), Event()
        self._thread = Thread(target=self._go_round, name=name, daemon=True)
        self._clock = clock
        self._failure_count = self._told_count = 0
        self._failed_at, self._said = 0.0, ""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Do it now rather than at the end of the pause."""
        self._is_woken.set()

    def stop(self) -> None:
        """Ask it to end after what it is doing."""
        self._is_over.set()
        self._is_woken.set()

    def join(self) -> None:
        """Wait a while for its end. A process that ends takes what hangs with it, and nothing is lost by that."""
        self._thread.join(STOP_SECONDS)

    def _go_round(self) -> None:
        while not self._is_over.is_set():
            self._is_woken.clear()
            self._is_woken.wait(self.do_once())

    def do_once(self) -> float:
        """Do it, and outlive whatever it raises. Returns the seconds until the next time."""
        try:
            seconds = self._work()
        except Exception as fault:
            return self._note_failure(fault)
        self._failure_count = 0
        if self._said and self._clock() - self._failed_at >= WELL_SECONDS:
            logger.info("collector: %s: works again", self.name)
            self._told_count, self._said = 0, ""
        return seconds

    def _note_failure(self, fault: Exception) -> float:
        self._failure_count, self._told_count = self._failure_count + 1, self._told_count + 1
        self._failed_at = self._clock()
        pause: float = min(FAULT_PAUSE_SECONDS * 2 ** min(self._failure_count - 1, 10), self._longest_pause)
        text = _say(fault)
        if text != self._said or self._told_count.bit_count() == 1:  # the 1st, 2nd, 4th, 8th … of the same
            logger.error("collector: %s: %s; trying again in %.0f s", self.name, text, pause)
        self._said = text
        if self._alarm and self._failure_count >= ALARM_COUNT:
            try:
                self._alarm(f"intake fault: {self.name}", f"{self.name}: {text}")
            except Exception as deaf:  # the database, most likely, which the next look will tell of again
                logger.error("collector: no alert could be raised: %s", describe_fault(deaf))
        return pause


def _say(fault: Exception) -> str:
    """Say what failed. What a system or a location says names no file, other texts might."""
    if isinstance(fault, LocationAwayError):
        return str(fault)
    if isinstance(fault, OSError) and fault.strerror:
        return f"can't be used ({fault.strerror})"
    return describe_fault(fault)
