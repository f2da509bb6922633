"""Ending what the supervisor leaves behind when it is killed outright: no part outlives it.

A small process of its own. It is told over a pipe which process groups run, and the pipe's end is the supervisor's. It
also holds the home folder's lock, so that the next `up` waits until the last part of this one is gone.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

GRACE_SECONDS = 8.0
KILLED_SECONDS = 2.0  # the kernel takes a moment to end what was killed, more so on a busy machine
PROGRAM = "from operations.undertaker import bury; bury()"


class Undertaker:
    """The supervisor's end of the pipe.

    Args:
        keeps_open: descriptors, such as a lock's, that it holds for as long as anything is left.
    """

    def __init__(self, *, keeps_open: tuple[int, ...] = ()) -> None:
        self._keeps_open = keeps_open
        self._groups: set[int] = set()
        self._process: subprocess.Popen[str] | None = None

    def watch(self, group: int) -> None:
        """Remember a process group that has begun."""
        self._groups.add(group)
        self._tell(f"+{group}")

    def forget(self, group: int) -> None:
        """Forget a process group that has ended."""
        self._groups.discard(group)
        self._tell(f"-{group}")

    def look_after(self) -> None:
        """Start it again if it was killed."""
        if self._process is not None and self._process.poll() is not None:
            self._start()

    def close(self) -> None:
        """Let it end. What is still watched is ended by it."""
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
            self._process.wait()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=self._keeps_open,
            text=True,
            bufsize=1,
        )
        for group in sorted(self._groups):
            self._write(f"+{group}")

    def _tell(self, line: str) -> None:
        if self._process is None:
            self._start()
        else:
            self._write(line)

    def _write(self, line: str) -> None:
        assert self._process is not None and self._process.stdin is not None  # noqa: S101 - started before
        with suppress(OSError):  # it was killed: `look_after` starts another, which is told of every group
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()


def bury() -> None:
    """Read group numbers until the pipe ends, then end the groups that are left: politely, then by force."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # a shutdown that ends everything at once must not end this first
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        groups.add(group) if line.startswith("+") else groups.discard(group)
    _signal_all(groups, signal.SIGTERM)
    groups = _wait_for_end(groups, GRACE_SECONDS)
    _signal_all(groups, signal.SIGKILL)
    _wait_for_end(groups, KILLED_SECONDS)


def _wait_for_end(groups: set[int], seconds: float) -> set[int]:
    """Wait until the groups have ended, at most for some seconds. Returns those that have not."""
    give_up_at = time.monotonic() + seconds
    while (groups := {group for group in groups if _is_alive(group)}) and time.monotonic() < give_up_at:
        time.sleep(0.05)
    return groups


def _signal_all(groups: set[int], number: signal.Signals) -> None:
    for group in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)


def _is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
