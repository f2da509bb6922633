"""The parent's side of reading: has a process read the file, waits for it within the limits, and judges how it ended.

Whatever the file does to that process is the file's fault and becomes a finding. A path that can't be opened, a process
that can't start, or one that somebody ended from outside, is the world's and raises an OSError.
"""

import errno
import json
import os
import selectors
import signal
import stat
import subprocess
import time
import weakref
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from schemas.findings import FileError, file_finding
from schemas.reading.forked import ForkedProcess, Forks, ForkServerGoneError
from schemas.reading.frame import FrameError, decode_frame
from schemas.reading.limits import DEFAULT_LIMITS, ReadingLimits
from schemas.reading.refusals import RefusedError, damaged, too_heavy, too_large
from schemas.reading.started import StartedProcess, start_module
from schemas.table import SheetTable

CHUNK_BYTES = 2**20
DRAINING_SECONDS = 5.0
FORK_TRIES = 2
OUT_OF_TIME = {signal.SIGALRM, signal.SIGXCPU}  # which the child sets itself
SIGNALS_FROM_OUTSIDE = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
FORKS = Forks()  # one for the whole process: the next file is read without a start of Python

Process = StartedProcess | ForkedProcess


def warm_up_reading() -> None:
    """Have the process ready that others are forked from; the first file is read sooner by a second.

    Raises:
        OSError: it can't be started.
    """
    FORKS.warm_up()


def cool_down_reading() -> None:
    """End that process, for its memory, when no more files come."""
    FORKS.cool_down()


class ReadingStoppedError(OSError):
    """The process that reads could not run or was ended from outside. Trying again can help."""


class _KilledError(Exception):
    """The process was killed as the kernel does when memory is short: by this file's reading, or by another's."""


class Reading:
    """A file being read by another process. Ends that process when closed, collected, or left at exit.

    Args:
        start: starts the process, writing a frame to its standard output; called once more when the first one is
            killed, and whenever the fork server is gone.
        limits: what each process is started with.
    """

    def __init__(self, start: Callable[[], Process], limits: ReadingLimits) -> None:
        self._start = start
        self._limits = limits
        self._deadline = time.monotonic() + limits.seconds  # of all together: a caller's lease knows of one time limit
        self._begin()

    def result(self) -> SheetTable:
        """Wait for the table. To be called once.

        Raises:
            FileError: the file can't be used; its one finding says why.
            ReadingStoppedError: the reading was stopped through no fault of the file.
        """
        # A caller may come late to a process that has long been done and waits for its pipe to be drained.
        self._latest = max(self._deadline, time.monotonic()) + min(DRAINING_SECONDS, self._limits.seconds)
        with closing(self):
            try:
                return self._read_again_if_killed()
            except RefusedError as refused:
                raise FileError([file_finding(refused.rule, **refused.words)]) from None

    def close(self) -> None:
        """End the process if it still runs."""
        self._close()

    def _begin(self) -> None:
        self._process = self._start()
        self._close = weakref.finalize(self, self._process.end)

    def _read_again_if_killed(self) -> SheetTable:
        """Read; once more when the process was killed, for it may have been in the way of a greedier one."""
        try:
            return self._read_again_if_lost()
        except _KilledError:
            self._close()
            self._begin()
        try:
            return self._read_again_if_lost()
        except _KilledError:
            raise too_heavy() from None

    def _read_again_if_lost(self) -> SheetTable:
        """Read; again when the fork server died, until that is known not to help."""
        while True:
            try:
                return self._read()
            except ForkServerGoneError as gone:
                if time.monotonic() > self._deadline:
                    raise ReadingStoppedError(str(gone)) from None
                self._close()
                self._begin()

    def _read(self) -> SheetTable:
        deadline = min(
            self._latest, max(self._deadline, time.monotonic() + min(DRAINING_SECONDS, self._limits.seconds))
        )
        collected = self._collect(deadline)
        try:
            return decode_frame(collected, self._limits)
        except FrameError:
            pass
        try:
            status = self._process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise too_heavy() from None
        raise _explain(status)

    def _collect(self, deadline: float) -> bytearray:
        """Return all that the process writes, up to the largest table."""
        output = self._process.stdout
        assert output is not None  # noqa: S101 (for the type checker)
        collected = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while selector.select(max(0.0, deadline - time.monotonic())):
                chunk = os.read(output.fileno(), CHUNK_BYTES)
                if not chunk:
                    return collected
                collected += chunk
                if len(collected) > self._limits.table_bytes:
                    raise too_large(self._limits.table_bytes, self._limits)
        if not self._process.has_begun():
            raise ReadingStoppedError("no process has begun to read")
        raise too_heavy()


def _explain(status: int) -> Exception:
    """Say whose fault it is that a process gave no whole frame and ended with this status."""
    if -status == signal.SIGKILL:
        return _KilledError()
    if -status in OUT_OF_TIME:
        return too_heavy()
    if status > 0 or -status in SIGNALS_FROM_OUTSIDE:
        return ReadingStoppedError(f"the process that reads workbooks ended with status {status}")
    return damaged()


def read_workbook(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> SheetTable:
    """Read a file: start and wait. Raises what `start_reading` and `Reading.result` do."""
    return start_reading(path, limits).result()


def start_reading(path: Path, limits: ReadingLimits = DEFAULT_LIMITS) -> Reading:
    """Start reading a file in a process of its own, and return at once.

    Args:
        path: of a plain file; its name is not looked at.
        limits: what the reading may cost.

    Raises:
        OSError: the path can't be opened, or is no plain file.
    """
    return Reading(_PlainFile(path, limits).start_process, limits)


class _PlainFile:
    """An open file that each process is given anew: what the path names by then is not looked at.

    Closed when collected.

    Args:
        path: of a plain file; a pipe or device that was put in its place is not waited for.
        limits: what its reading may cost.
    """

    def __init__(self, path: Path, limits: ReadingLimits) -> None:
        self._limits = limits
        self._start_count = 0
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._descriptor)
        if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a plain file")

    def start_process(self) -> Process:
        """Start a process that reads it from its beginning: a forked one, or where forking is no help a whole one."""
        self._start_count += 1
        if self._start_count <= FORK_TRIES:
            with suppress(OSError):
                return FORKS.fork(self._descriptor, self._limits)
        return start_module(
            "schemas.reading.child", json.dumps(self._limits), stdin=self._descriptor, stdout=subprocess.PIPE
        )
