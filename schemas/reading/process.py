"""The parent's side: starts the process that reads a file, waits for it within the limits, and judges how it ended.

Whatever the file does to that process is the file's fault and becomes a finding. A path that can't be opened, a child
that can't start, or one that somebody ended from outside, is the world's and raises an OSError.
"""

import errno
import json
import os
import selectors
import signal
import stat
import subprocess
import sys
import time
import weakref
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from schemas.findings import FileError, file_finding
from schemas.reading.frame import FrameError, decode_frame
from schemas.reading.limits import DEFAULT_LIMITS, ReadingLimits
from schemas.reading.refusals import RefusedError, damaged, too_heavy, too_large
from schemas.table import SheetTable

CHUNK_BYTES = 2**20
DRAINING_SECONDS = 5.0
OUT_OF_TIME = {signal.SIGALRM, signal.SIGXCPU}  # which the child sets itself
SIGNALS_FROM_OUTSIDE = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
KEPT_VARIABLES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")


class ReadingStoppedError(OSError):
    """The process that reads could not run or was ended from outside. Trying again can help."""


class _KilledError(Exception):
    """The process was killed as the kernel does when memory is short: by this file's reading, or by another's."""


class Reading:
    """A file being read by another process. Ends that process when closed, collected, or left at exit.

    Args:
        start: starts the process, in a session of its own and writing a frame to its standard output; called once
            more when the first one is killed.
        limits: what each process is started with.
    """

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]], limits: ReadingLimits) -> None:
        self._start = start
        self._limits = limits
        self._deadline = time.monotonic() + limits.seconds  # of both together: a caller's lease knows of one time limit
        self._begin()

    def result(self) -> SheetTable:
        """Wait for the table. To be called once.

        Raises:
            FileError: the file can't be used; its one finding says why.
            ReadingStoppedError: the reading was stopped through no fault of the file.
        """
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
        self._close = weakref.finalize(self, _end, self._process)

    def _read_again_if_killed(self) -> SheetTable:
        """Read; once more when the process was killed, for it may have been in the way of a greedier one."""
        try:
            return self._read()
        except _KilledError:
            self._close()
            self._begin()
        try:
            return self._read()
        except _KilledError:
            raise too_heavy() from None

    def _read(self) -> SheetTable:
        try:
            return decode_frame(self._collect(), self._limits)
        except FrameError:
            raise _explain(self._process.returncode) from None

    def _collect(self) -> bytearray:
        """Return all that the process writes; it has ended then."""
        output = self._process.stdout
        assert output is not None  # noqa: S101 (for the type checker)
        # A caller may come late to a process that has long been done and waits for its pipe to be drained.
        deadline = max(self._deadline, time.monotonic() + min(DRAINING_SECONDS, self._limits.seconds))
        collected = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while selector.select(max(0.0, deadline - time.monotonic())):
                chunk = os.read(output.fileno(), CHUNK_BYTES)
                if not chunk:
                    break
                collected += chunk
                if len(collected) > self._limits.uncompressed_bytes:
                    raise too_large(self._limits.uncompressed_bytes)
            else:
                raise too_heavy()
        try:
            self._process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise too_heavy() from None
        return collected


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
    return Reading(_PlainFile(path, limits).start_child, limits)


class _PlainFile:
    """An open file that each process is given anew: what the path names by then is not looked at.

    Closed when collected.

    Args:
        path: of a plain file; a pipe or device that was put in its place is not waited for.
        limits: what its reading may cost.
    """

    def __init__(self, path: Path, limits: ReadingLimits) -> None:
        self._limits = limits
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self._descriptor)
        if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            raise OSError(errno.EINVAL, "not a plain file")

    def start_child(self) -> subprocess.Popen[bytes]:
        """Start a process that reads it from its beginning."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        return subprocess.Popen(
            [sys.executable, "-S", "-P", "-m", "schemas.reading.child", json.dumps(self._limits)],
            stdin=self._descriptor,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_make_environment(),
            start_new_session=True,
        )


def _make_environment() -> dict[str, str]:
    """Return what the child needs to find its modules, and none of our secrets."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process with all that it started, unless it has ended, and clear it away."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout:
        process.stdout.close()
