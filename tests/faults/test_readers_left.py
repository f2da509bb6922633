"""A killed worker leaves no process behind that reads its file, or waits to read the next."""

import time
from pathlib import Path

import pytest

from tests.faults.jobs import Job
from tests.faults.place import Place
from tests.faults.recovery import KILLED, LATER_SECONDS, read_log, settle
from tests.faults.stem import Stem
from tests.faults.tally import TALLY

READER = b"schemas.reading"
PATIENCE_SECONDS = 20


def find_readers(above: set[int]) -> set[int]:
    """The processes that read workbooks and were started by these or by one another."""
    found: set[int] = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if parent in above and READER in (entry / "cmdline").read_bytes():
                found.add(int(entry.name))
        except OSError:
            continue
    return found | find_readers(found) if found else found


def is_alive(pid: int) -> bool:
    try:
        return READER in Path(f"/proc/{pid}/cmdline").read_bytes()  # empty once it has ended
    except OSError:
        return False


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_killed_worker_leaves_no_reader_behind(stem: Stem, place: Place) -> None:
    place.put_in(row_count=300)
    job = Job(place.settings, rounds=1000)
    pid, readers = stem.start(job), set[int]()
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not readers and time.monotonic() < give_up_at:
        readers = find_readers({pid})
    assert stem.kill(pid) == KILLED, read_log(job)
    TALLY["kills"] += 1
    assert readers
    while any(map(is_alive, readers)) and time.monotonic() < give_up_at:
        time.sleep(0.05)
    assert not any(map(is_alive, readers))
    settle(stem, place, ahead_seconds=LATER_SECONDS)
