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
    """Have SIGTERM end the block by SystemExit, as Ctrl-C does by its own, with a shell's exit status for it (143)."""
    before = signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
