"""Processor time of the service's processes, by what they are. Reads /proc, so it needs Linux and nothing installed.

Unlike files a second, it says the same on a machine that is busy with something else, or nearly so.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
KINDS = {
    "prefect server": "Prefect server",
    "prefect worker": "worker",
    "flows.runs.engine": "import runs",
    "benchmarks.service.plain_processes": "import processes",
    "fork_server": "readers",
    "cli collect": "collector",
    "cli web": "website",
    "cli sftp": "SFTP server",
    "cli up": "supervisor",
    "postgres": "PostgreSQL",
}


def measure_processor_time(*roots: int) -> Counter[str]:
    """Return seconds used so far by these processes and all that they started and still runs, by kind."""
    seconds: Counter[str] = Counter()
    for root in roots:
        for pid in _list_tree(root):
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            kind = next((kind for words, kind in KINDS.items() if words in command), "this benchmark, and others")
            own, ended_children = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
            # What a reader or a PostgreSQL backend used is told by its parent once it has ended.
            ticks = own + (ended_children if kind in ("readers", "PostgreSQL") else 0)
            seconds[kind] += ticks / TICKS  # type: ignore[assignment]  # a Counter subtracts floats as well
    return seconds


def measure_busy_seconds() -> float:
    """Return the processor time used so far by everything on this machine, other virtual machines' share included."""
    user, nice, system, _idle, _waiting, *others = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    return sum(map(int, (user, nice, system, *others))) / TICKS


def _list_tree(root: int) -> Iterator[int]:
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        for listing in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                waiting += map(int, listing.read_text().split())
            except OSError:  # the thread has just ended
                continue
