"""The parent's side of `schemas.reading.fork_server`: starts it when first needed and anew when it has died, and asks.

Starting Python for each file would take most of the time that a short file takes. Owns the talk with the server; what
the end of a process says of its file is `schemas.reading.process`'.
"""

import json
import os
import select
import socket
import struct
import subprocess
import weakref
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from threading import Lock

from schemas.reading.limits import ReadingLimits
from schemas.reading.started import StartedProcess, start_module

NUMBER = struct.Struct("<i")
ENDING_SECONDS = 5.0


class ForkServerGoneError(OSError):
    """The fork server died, and with it what it knew of a process: nothing is said of the file. Ask again."""


class _Server:
    """A fork server that runs. It ends with the process that started it, or when this is collected."""

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._requests, requests_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with requests_end, ExitStack() as undoing:
            undoing.callback(self._requests.close)
            self.process = start_module(
                "schemas.reading.fork_server", stdin=requests_end.fileno(), stdout=subprocess.DEVNULL
            )
            undoing.pop_all()
        self.end = weakref.finalize(self, _end_server, self.process, self._requests)

    @property
    def is_ours(self) -> bool:
        """Whether this process started it; a copy of that process, made by forking, needs one of its own."""
        return self._owner == os.getpid()

    def ask(self, request: bytes, descriptors: Sequence[int]) -> None:
        """Ask for a process. Raises ConnectionError when the server has died."""
        socket.send_fds(self._requests, [request], list(descriptors))


def _end_server(process: StartedProcess, requests: socket.socket) -> None:
    """Let it end by itself first, since it has processes to clear away."""
    requests.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(ENDING_SECONDS)
    process.end()


class ForkedProcess:
    """A process that reads a file, forked by the server, with as much of `StartedProcess` as `Reading` uses.

    Args:
        server: that was asked for it.
        output: the pipe that it writes to.
        line: on which the server tells its number and how it ended.
    """

    def __init__(self, server: _Server, output: int, line: socket.socket) -> None:
        self.stdout = open(output, "rb", buffering=0)  # noqa: SIM115 (a descriptor, which `end` closes)
        self._server = server
        self._line = line
        self._pid: int | None = None

    @property
    def pid(self) -> int:
        """Its number; waits until it has one. Raises ForkServerGoneError."""
        if self._pid is None:
            self._pid = self._hear(None)
        return self._pid

    def has_begun(self) -> bool:
        """Whether the server has told its number. A server that was stopped or is starved is no fault of the file."""
        return self._pid is not None or bool(select.select([self._line], [], [], 0)[0])

    def wait(self, timeout: float) -> int:
        """Wait for its end and return how it ended, as `subprocess` says it. To be called once.

        Raises:
            subprocess.TimeoutExpired: it goes on.
            ForkServerGoneError: nobody knows how it ended.
        """
        if self._pid is None:
            self._pid = self._hear(timeout)
        return self._hear(timeout)

    def end(self) -> None:
        """Have it killed with all that it started, unless it has ended, and cleared away."""
        self.stdout.close()  # which ends it even when the server is gone
        try:
            self._line.shutdown(socket.SHUT_WR)
            while True:
                self._hear(ENDING_SECONDS)
        except subprocess.TimeoutExpired:  # the server was stopped, or hangs: the next one is asked from now on
            self._server.process.end()
        except OSError:  # all was told, or the server is gone
            pass
        finally:
            self._line.close()
            self._server.process.poll()  # which clears a dead server away

    def _hear(self, timeout: float | None) -> int:
        self._line.settimeout(timeout)
        try:
            told = self._line.recv(NUMBER.size)
        except TimeoutError:
            raise subprocess.TimeoutExpired("fork server", timeout or 0) from None
        if not told:
            raise ForkServerGoneError("the process that others are forked from has ended")
        (number,) = NUMBER.unpack(told)
        return int(number)


class Forks:
    """Asks one fork server for processes that read files. Threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._server: _Server | None = None

    def warm_up(self) -> None:
        """Start the server if none runs, so that it is ready by the time a file is there. Returns at once.

        Raises:
            OSError: it can't be started.
        """
        with self._lock:
            if self._server is None:
                self._server = _Server()

    def cool_down(self) -> None:
        """End the server; the next file starts another. What is being read by its processes is not read to the end."""
        with self._lock:
            server, self._server = self._server, None
        if server and server.is_ours:
            server.end()

    def fork(self, file: int, limits: ReadingLimits) -> ForkedProcess:
        """Have a process forked that reads an open file. Returns at once.

        Raises:
            OSError: the server can't be started or asked.
        """
        output, output_end = os.pipe()
        line, line_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            server = self._ask(json.dumps(limits).encode(), (file, output_end, line_end.fileno()))
        except OSError:
            os.close(output)
            line.close()
            raise
        finally:
            os.close(output_end)
            line_end.close()
        return ForkedProcess(server, output, line)

    def _ask(self, request: bytes, descriptors: Sequence[int]) -> _Server:
        with self._lock:
            if self._server and self._server.is_ours:
                with suppress(ConnectionError):  # it has died
                    self._server.ask(request, descriptors)
                    return self._server
            self._server = _Server()
            self._server.ask(request, descriptors)
            return self._server
