"""Being told to stop: Ctrl-C and SIGTERM, asked about by loops, or ending what was begun."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class StopRequest:
    """Counts Ctrl-C and SIGTERM. Also undoes an ignored SIGINT, which background shells hand down."""

    def __init__(self) -> None:
        self._count = 0
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._add)

    def _add(self, _number: int, _frame: FrameType | None) -> None:
        self._count += 1

    def __call__(self) -> bool:
        """Tell whether it is time to stop."""
        return self._count > 0

    def is_urgent(self) -> bool:
        """Tell whether it was said twice: stop at once, by force."""
        return self._count > 1


@contextmanager
def tidy_at_sigterm() -> Iterator[None]:
    """Have SIGTERM, and SIGHUP when a terminal closes, end the block by SystemExit, as Ctrl-C does by its own.

    The exit status is a shell's for them, such as 143. What was told to ignore hang-ups (nohup) goes on ignoring them.
    """
    numbers = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, _exit) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
