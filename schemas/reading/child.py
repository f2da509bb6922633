"""The process that reads one file: the file is its standard input, the frame its standard output. Then it ends.

It is forked by `fork_server`, or started as a process of Python of its own.

Owns the limits set from inside and what each way of failing means. It is given no path, no setting and no secret, and
writes nothing but the frame: what libraries say of a file may hold a learner's values.
"""

import fcntl
import gc
import importlib
import json
import math
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator

from schemas.reading.formats import detect_format
from schemas.reading.frame import encode_refusal, encode_table
from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError, damaged, too_heavy
from schemas.reading.sheet import choose_table
from schemas.reading.sheet_cells import SheetCells
from schemas.table import SheetTable

MEMORY_PER_BYTE = 50  # what a whole workbook needs at most; one that needs more is not what it says


def main() -> None:
    """Read by the limits that the command line gives."""
    read_input(ReadingLimits(*json.loads(sys.argv[1])))


def read_input(limits: ReadingLimits) -> None:
    """Read standard input and write the frame to standard output."""
    output = os.dup(1)
    os.dup2(2, 1)  # nobody listens there: what libraries print goes with it
    confine(limits, output)
    gc.disable()  # nothing here refers to itself, and looking for it doubles the time
    pieces = read_frame(read_file(0, min(os.fstat(0).st_size, limits.uncompressed_bytes) + 1), limits)
    release(output)
    with open(output, "wb") as pipe:  # noqa: PTH123 (a descriptor, not a path)
        pipe.writelines(pieces)


def confine(limits: ReadingLimits, output: int) -> None:
    """Limit this process, and end it when its parent ends: reading goes on for nobody.

    Args:
        limits: how much memory and time it may use.
        output: the pipe that the parent reads. The kernel signals a change at its other end, and the signal kills.
    """
    deadly = {signal.SIGALRM, signal.SIGIO, signal.SIGXCPU, signal.SIGINT, signal.SIGTERM}
    for number in deadly:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, deadly)  # a parent may have ignored or held them back
    set_limit(resource.RLIMIT_AS, limits.memory_bytes)
    set_limit(resource.RLIMIT_CPU, math.ceil(limits.seconds))
    set_limit(resource.RLIMIT_CORE, 0)
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    fcntl.fcntl(output, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(output, fcntl.F_SETFL, fcntl.fcntl(output, fcntl.F_GETFL) | os.O_ASYNC)


def set_limit(kind: int, value: int) -> None:
    """Set a limit for good, or keep the lower one that the machine has set."""
    _, highest = resource.getrlimit(kind)
    hard = value + 1 if highest == resource.RLIM_INFINITY else min(value + 1, highest)
    # One apart, so that processor time ends with a signal of its own and not with the one that operators send.
    resource.setrlimit(kind, (min(value, hard), hard))


def release(output: int) -> None:
    """Let the parent take its time: from here on it drains the pipe, and a broken pipe is the end."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    fcntl.fcntl(output, fcntl.F_SETFL, fcntl.fcntl(output, fcntl.F_GETFL) & ~os.O_ASYNC)


def read_file(descriptor: int, byte_count: int) -> bytes:
    """Return a file's content from its beginning, up to so many bytes, wherever others that share it have read to."""
    pieces: list[bytes] = []
    position = 0
    while piece := os.pread(descriptor, byte_count - position, position):
        pieces.append(piece)
        position += len(piece)
    return b"".join(pieces)


def read_frame(data: bytes, limits: ReadingLimits) -> list[bytes]:
    """Return the frame of what the file holds, or of why it can't be used. Raises ImportError only: our own fault."""
    try:
        return encode_table(read_table(data, limits))
    except RefusedError as refused:
        return encode_refusal(refused)
    except ImportError:
        raise
    except MemoryError:
        is_plausible = len(data) * MEMORY_PER_BYTE > limits.memory_bytes
        return encode_refusal(too_heavy() if is_plausible else damaged())
    except BaseException:  # calamine's PanicException is no Exception
        return encode_refusal(damaged())


def read_table(data: bytes, limits: ReadingLimits) -> SheetTable:
    """Read a workbook in this process.

    Raises:
        RefusedError: the file can't be used. A damaged one may raise anything else, or end the process.
    """
    reader = importlib.import_module(f"schemas.reading.{detect_format(data, limits)}")
    read_sheets: Callable[[bytes, ReadingLimits], Iterator[SheetCells]] = reader.read_sheets
    return choose_table(read_sheets(data, limits), limits)


if __name__ == "__main__":
    main()
