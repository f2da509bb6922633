"""The home folder's lock: one `up` at a time, and the next one begins when the last part of the one before is gone."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

WAIT_SECONDS = 20.0


class RunsAlreadyError(Exception):
    """Another `up` runs in this home. The text says what to do."""


@contextmanager
def hold_home(home: Path, *, say: Callable[[str], None]) -> Iterator[int]:
    """Hold the home folder's lock. Gives its descriptor, for whoever must keep it held a little longer.

    Raises:
        RunsAlreadyError: another one holds it and is alive.
        OSError: the folder can't be made or written.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "up.lock").open("a+") as lock:
        _wait_for(lock.fileno(), home, say)
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        try:
            yield lock.fileno()
        finally:
            lock.truncate(0)


def _wait_for(lock: int, home: Path, say: Callable[[str], None]) -> None:
    give_up_at, has_said = time.monotonic() + WAIT_SECONDS, False
    while not _take(lock):
        if _find_holder(home / "up.lock") or time.monotonic() > give_up_at:
            raise RunsAlreadyError(f"It runs already in {home}. Stop that one first, or set LEARNER_IMPORTS_HOME.")
        if not has_said:
            say("The one before was killed. Waiting for its parts to end.")
            has_said = True
        time.sleep(0.1)


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _find_holder(lock_file: Path) -> bool:
    """Tell whether the process that wrote its number there is alive."""
    with suppress(OSError, ValueError):
        os.kill(int(lock_file.read_text()), 0)
        return True
    return False
