"""Measuring a command as a whole: its wall time and CPU time, and the memory of all its processes together."""

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

POLL_SECONDS = 0.02
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Measurement(NamedTuple):
    """What one run took. `peak_bytes` is the greatest sum of resident memory over the process and its children."""

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    output: str


def measure(
    command: Sequence[str | Path], *, cwd: Path, environment: Mapping[str, str], exit_code: int = 0
) -> Measurement:
    """Run a command to its end. What was written before is on the disk first, so as not to be in its way.

    Raises:
        RuntimeError: it ended with another exit code than it should; the text is what it complained of.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output, tempfile.TemporaryFile("w+") as complaint:
        os.sync()
        cpu_before, started = _read_cpu_seconds(), time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **environment}, stdout=output, stderr=complaint)
        peak_bytes = _watch_memory(process)
        wall_seconds = time.perf_counter() - started
        output.seek(0)
        complaint.seek(0)
        if process.returncode != exit_code:
            raise RuntimeError(f"exit code {process.returncode}: {complaint.read()} {output.read()[:2000]}")
        return Measurement(wall_seconds, _read_cpu_seconds() - cpu_before, peak_bytes, output.read())


def _watch_memory(process: "subprocess.Popen[bytes]") -> int:
    """Wait for the process; return the peak of the sum. Pages that a fork shares count once for each process."""
    peak_bytes = 0
    while True:
        try:
            process.wait(POLL_SECONDS)
            return peak_bytes
        except subprocess.TimeoutExpired:
            peak_bytes = max(peak_bytes, sum(_read_resident_bytes(pid) for pid in _list_tree(process.pid)))


def _list_tree(pid: int) -> Iterator[int]:
    yield pid
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listing.read_text().split()
        except OSError:  # the thread has just ended
            continue
        for child in children:
            yield from _list_tree(int(child))


def _read_resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except OSError:  # it has just ended
        return 0


def _read_cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
