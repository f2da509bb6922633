"""The process that others are forked from, one for each file: it has Python and the readers in memory already.

Started by `schemas.reading.forked`, it answers until the other end of its standard input is closed. Owns forking,
watching and clearing away what it forked. It opens no file and reads none: a file comes as an open descriptor. It has
one thread, since a fork takes no other along, and it is given no setting and no secret. Where it can't go on it ends,
and who asked it starts another.

A request is a message with the limits as JSON and three descriptors: the file, the pipe for the frame, and a line of
its own. On the line it tells the forked process's number at once and how that process ended at the end. When the line
is hung up, the process is ended with all that it started.
"""

import gc
import importlib
import json
import os
import selectors
import signal
import socket
import struct
from contextlib import suppress
from typing import NamedTuple, NoReturn

from schemas.reading.child import read_input
from schemas.reading.formats import Format
from schemas.reading.limits import ReadingLimits

NUMBER = struct.Struct("<i")
REQUEST_BYTES = 4096
DESCRIPTOR_COUNT = 3


class _Forked(NamedTuple):
    """A process that reads: a descriptor that is ready when it has ended, and the line to who asked for it."""

    ending: int
    line: socket.socket


class ForkServer:
    """Forks a process for each request and tells how it ended.

    Args:
        requests: where they come from; a socket that keeps messages apart.
    """

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._forked: dict[int, _Forked] = {}
        self._selector = selectors.EpollSelector()
        self._selector.register(requests, selectors.EVENT_READ)

    def serve(self) -> None:
        """Answer until no more requests can come; then end what still reads, since nobody waits for it."""
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is not self._requests:
                    self._clear_away(key.data)
                elif not self._answer():
                    for pid in list(self._forked):
                        self._clear_away(pid)
                    return

    def _answer(self) -> bool:
        """Fork for one request. False when no more will come."""
        request, descriptors, _, _ = socket.recv_fds(self._requests, REQUEST_BYTES, DESCRIPTOR_COUNT)
        if not request:
            return False
        file, output, line = descriptors
        pid = os.fork()
        if not pid:
            self._read(descriptors, ReadingLimits(*json.loads(request)))
        os.close(file)
        os.close(output)
        forked = self._forked[pid] = _Forked(os.pidfd_open(pid), socket.socket(fileno=line))
        _tell(forked.line, pid)
        for source in forked:
            self._selector.register(source, selectors.EVENT_READ, pid)
        return True

    def _read(self, descriptors: list[int], limits: ReadingLimits) -> NoReturn:
        """Be the process that reads, which keeps nothing of this one's open; and end."""
        status = 1
        try:
            os.setsid()
            file, output, _ = descriptors
            os.dup2(file, 0)
            os.dup2(output, 1)
            ours = [key.fd for key in self._selector.get_map().values()]
            os.closerange(3, max(*ours, *descriptors, self._selector.fileno()) + 1)
            read_input(limits)
            status = 0
        finally:
            os._exit(status)

    def _clear_away(self, pid: int) -> None:
        """Tell how a process ended; end it first, with all that it started, if its line was hung up before."""
        if pid not in self._forked:
            return  # both was noticed at once
        forked = self._forked.pop(pid)
        for source in forked:
            self._selector.unregister(source)
        os.kill(pid, signal.SIGKILL)  # its number is its own until we have waited for it
        with suppress(ProcessLookupError, PermissionError):  # before it had a session of its own, or nobody is left
            os.killpg(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        os.close(forked.ending)
        with forked.line:
            _tell(forked.line, os.waitstatus_to_exitcode(status))


def _tell(line: socket.socket, number: int) -> None:
    with suppress(OSError):  # nobody listens any more
        line.send(NUMBER.pack(number))


def main() -> None:
    """Serve the other end of standard input."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    for module in Format:
        importlib.import_module(f"schemas.reading.{module}")
    gc.disable()  # the collector would write to every page, and each forked process would copy it
    gc.freeze()
    ForkServer(socket.socket(fileno=0)).serve()
    os._exit(0)  # at once, since its parent waits; there is nothing to be written or put away


if __name__ == "__main__":
    main()
