"""A process that reads one spoiled file after the other, each in a child forked from it, as fast as forking goes.

Starting Python anew for each file, as the service does, would take most of the time. The children confine themselves
as the service's do, and what becomes of them is judged as there. Run as a module it is the process; the class is what
tests talk to it with.
"""

import os
import signal
import struct
import subprocess
import sys
from pathlib import Path
from typing import IO

from schemas.reading import child
from schemas.reading.frame import FrameError, decode_frame
from schemas.reading.limits import ReadingLimits
from schemas.reading.process import OUT_OF_TIME
from schemas.reading.refusals import RefusedError

ROOT = Path(__file__).parents[3]
LIMITS = ReadingLimits(seconds=10, memory_bytes=2**30, uncompressed_bytes=2**26)
HEAD = struct.Struct("<iI")
READ = "read"


class Forker:
    """The process; to be closed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.schemas.reading.forking"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
        )

    def read(self, content: bytes) -> str:
        """Return `READ`, or the rule that the service would refuse the file by.

        Raises:
            AssertionError: the file's reader hung, was killed, failed as by a fault of ours, or gave half a frame.
        """
        wanted, answer = self._process.stdin, self._process.stdout
        assert wanted is not None
        assert answer is not None
        wanted.write(struct.pack("<I", len(content)) + content)
        wanted.flush()
        status, size = HEAD.unpack(read_whole(answer, HEAD.size))
        frame = read_whole(answer, size)
        assert -status not in OUT_OF_TIME, "the reader hung"
        assert status <= 0, "the reader failed as by a fault of ours"
        assert -status not in (signal.SIGKILL, signal.SIGTERM), "the reader was killed"
        if status:
            return f"file_damaged, by {signal.Signals(-status).name}"
        try:
            decode_frame(frame, LIMITS)
        except RefusedError as refused:
            return refused.rule
        except FrameError:
            raise AssertionError("the reader gave what is no frame") from None
        return READ

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()
        self._process.wait(20)


def read_whole(pipe: IO[bytes], size: int) -> bytes:
    content = pipe.read(size)
    assert len(content) == size, "the process that forks has ended"
    return content


def main() -> None:
    """Answer until the pipe is closed."""
    for name in ("xls", "xlsx", "ods", "csv"):
        __import__(f"schemas.reading.{name}")
    while size := sys.stdin.buffer.read(4):
        content = sys.stdin.buffer.read(*struct.unpack("<I", size))
        status, frame = fork_and_read(content)
        sys.stdout.buffer.write(HEAD.pack(status, len(frame)) + frame)
        sys.stdout.buffer.flush()


def fork_and_read(content: bytes) -> tuple[int, bytes]:
    """Return how the child ended, as `subprocess` counts, and what it wrote."""
    theirs, ours = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(theirs)
            os.dup2(2, 1)
            child.confine(LIMITS, ours)
            frame = b"".join(child.read_frame(content, LIMITS))
            child.release(ours)
            with os.fdopen(ours, "wb") as pipe:
                pipe.write(frame)
            os._exit(0)
        finally:
            os._exit(1)
    os.close(ours)
    with os.fdopen(theirs, "rb") as pipe:
        frame = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), frame


if __name__ == "__main__":
    main()
