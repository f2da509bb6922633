"""The process that readers are forked from: what it leaves behind, and what its own death means (nothing)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from schemas.findings import FileError
from schemas.reading import (
    Reading,
    ReadingLimits,
    ReadingStoppedError,
    cool_down_reading,
    forked,
    process,
    read_workbook,
    start_reading,
)
from schemas.reading.forked import ForkedProcess, Forks
from schemas.reading.started import StartedProcess
from tests.schemas.reading.making import GOOD, HEADINGS, LEARNER, Sheet, make_csv, make_parts, text_row
from tests.schemas.reading.test_child_and_parent import is_alive, is_running, wait_until_gone

ROOT = Path(__file__).parents[3]
SLOW_ROWS = 20_000


@pytest.fixture(autouse=True)
def forks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Forks]:
    """A server for this test alone."""
    own = Forks()
    monkeypatch.setattr(process, "FORKS", own)
    yield own
    own._server = None


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "good.csv"
    path.write_bytes(make_csv(GOOD))
    return path


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file whose reading takes so long that it can be interfered with."""
    path = tmp_path_factory.mktemp("slow") / "slow.csv"
    path.write_bytes(make_csv(Sheet([HEADINGS, *[LEARNER] * SLOW_ROWS])))
    return path


def server_of(forks: Forks) -> int:
    assert forks._server is not None
    return forks._server.process.pid


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def descriptors_of(pid: int | str) -> list[str]:
    return sorted(path.name for path in Path(f"/proc/{pid}/fd").iterdir())


def test_files_are_read_by_processes_of_one_server(good: Path, forks: Forks) -> None:
    readings = [start_reading(good) for _ in range(3)]
    pids = {reading._process.pid for reading in readings}
    assert [reading.result().row_count for reading in readings] == [2, 2, 2]
    assert len(pids) == 3
    assert not any(map(is_alive, pids))
    assert is_running(server_of(forks))


def test_many_files_leave_no_descriptor_and_no_process_behind(good: Path, forks: Forks) -> None:
    read_workbook(good)
    ours, servers = descriptors_of("self"), descriptors_of(server_of(forks))
    server = server_of(forks)
    for number in range(200):
        reading = start_reading(good)
        if number % 4:
            reading.result()
        else:
            reading.close()
    del reading
    assert server_of(forks) == server
    assert descriptors_of("self") == ours
    assert descriptors_of(server) == servers
    assert children_of(server) == []


def test_a_reader_has_nothing_open_but_its_own_file_and_pipe(slow: Path) -> None:
    readings = [start_reading(slow) for _ in range(3)]
    last = readings[-1]._process.pid
    deadline = time.monotonic() + 10
    while os.getsid(last) != last and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(0.05)
    opened = {str(Path(f"/proc/{last}/fd/{name}").readlink()) for name in descriptors_of(last)}
    for reading in readings:
        reading.close()
    assert {str(slow), "/dev/null"} < opened
    assert len([name for name in opened if name.startswith("pipe:")]) == 1
    assert len(opened) == 3


def test_threads_share_the_server(good: Path, slow: Path, forks: Forks) -> None:
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda path: read_workbook(path).row_count, [good, slow, good, good] * 4))
    assert counts == [2, SLOW_ROWS, 2, 2] * 4
    assert wait_until_gone(server_of(forks), 0) is False
    assert children_of(server_of(forks)) == []


def test_a_server_that_was_killed_is_started_anew(good: Path, forks: Forks) -> None:
    read_workbook(good)
    first = server_of(forks)
    os.kill(first, signal.SIGKILL)
    assert read_workbook(good).row_count == 2
    assert server_of(forks) != first
    assert not is_alive(first)


def test_a_server_that_is_needed_no_more_is_ended_and_a_next_file_starts_another(good: Path, forks: Forks) -> None:
    read_workbook(good)
    first = server_of(forks)
    cool_down_reading()
    assert not is_alive(first)
    assert read_workbook(good).row_count == 2
    assert is_running(server_of(forks))


def test_a_server_killed_while_a_file_is_read_is_no_fault_of_the_file(slow: Path, forks: Forks) -> None:
    reading = start_reading(slow)
    reader, server = reading._process.pid, server_of(forks)
    os.kill(server, signal.SIGKILL)
    assert reading.result().row_count == SLOW_ROWS
    assert wait_until_gone(reader)
    assert not is_alive(server)


def test_a_reader_whose_end_nobody_knows_is_no_fault_of_the_file(slow: Path, forks: Forks) -> None:
    """The kernel may kill both for want of memory."""
    reading = start_reading(slow)
    reader, server = reading._process.pid, server_of(forks)
    os.kill(server, signal.SIGSTOP)
    os.kill(reader, signal.SIGKILL)
    os.kill(server, signal.SIGKILL)
    assert reading.result().row_count == SLOW_ROWS


def test_where_forking_never_works_each_file_is_read_by_a_python_of_its_own(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start_broken(module: str, *, stdin: int, stdout: int) -> StartedProcess:
        return StartedProcess([sys.executable, "-c", "raise SystemExit(1)"], stdin=stdin, stdout=stdout)

    monkeypatch.setattr(forked, "start_module", start_broken)
    reading = start_reading(good)
    assert reading.result().row_count == 2
    assert isinstance(reading._process, StartedProcess)


def test_where_no_server_can_be_started_a_file_is_read_by_a_python_of_its_own(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(module: str, *, stdin: int, stdout: int) -> StartedProcess:
        raise PermissionError

    monkeypatch.setattr(forked, "start_module", refuse)
    before = descriptors_of("self")
    assert read_workbook(good).row_count == 2
    assert descriptors_of("self") == before


def test_a_server_that_stands_still_is_no_fault_of_the_file_and_is_replaced(
    good: Path, forks: Forks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forked, "ENDING_SECONDS", 0.2)
    read_workbook(good)
    server = server_of(forks)
    os.kill(server, signal.SIGSTOP)
    with pytest.raises(ReadingStoppedError):
        read_workbook(good, ReadingLimits(seconds=0.3))
    assert not is_alive(server)
    assert read_workbook(good).row_count == 2


@pytest.mark.parametrize(
    ("number", "rule"),
    [(signal.SIGSEGV, "file_damaged"), (signal.SIGABRT, "file_damaged"), (signal.SIGXCPU, "file_too_heavy")],
)
def test_how_a_reader_ended_is_told_faithfully(number: signal.Signals, rule: str, slow: Path) -> None:
    reading = start_reading(slow)
    os.kill(reading._process.pid, number)
    with pytest.raises(FileError, match=f"^{rule}$"):
        reading.result()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_reader_that_somebody_ended_is_no_fault_of_the_file(number: signal.Signals, slow: Path) -> None:
    reading = start_reading(slow)
    os.kill(reading._process.pid, number)
    with pytest.raises(ReadingStoppedError):
        reading.result()


def test_a_reader_killed_twice_means_a_heavy_file(slow: Path) -> None:
    reading = start_reading(slow)
    first = reading._process
    assert isinstance(first, ForkedProcess)
    os.kill(first.pid, signal.SIGKILL)
    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(reading.result)
        while reading._process is first:
            time.sleep(0.001)
        os.kill(reading._process.pid, signal.SIGKILL)
        with pytest.raises(FileError, match=r"^file_too_heavy$"):
            result.result()


def test_the_limits_hold_for_each_reader_anew(good: Path, slow: Path, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    bomb.write_bytes(make_parts(text_row(1, HEADINGS) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    read_workbook(good)
    for _ in range(2):
        with pytest.raises(FileError, match=r"^file_too_heavy$"):
            read_workbook(slow, ReadingLimits(seconds=0.01))
        with pytest.raises(FileError, match=r"^file_(too_heavy|damaged)$"):
            read_workbook(slow, ReadingLimits(memory_bytes=28 * 2**20))
        with pytest.raises(FileError):
            read_workbook(bomb, ReadingLimits(memory_bytes=2**29))
        assert read_workbook(good).row_count == 2


def test_server_and_readers_end_with_a_parent_that_is_killed(slow: Path) -> None:
    parent = (
        "import sys, time, pathlib\n"
        "from schemas.reading import process, start_reading\n"
        f"reading = start_reading(pathlib.Path({str(slow)!r}))\n"
        "print(reading._process.pid, process.FORKS._server.process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    started = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, cwd=ROOT)
    assert started.stdout is not None
    pids = [int(pid) for pid in started.stdout.readline().split()]
    assert all(map(is_running, pids))
    started.kill()
    started.wait()
    started.stdout.close()
    assert all(map(wait_until_gone, pids))


def test_a_parent_that_ends_leaves_no_server(good: Path) -> None:
    code = (
        "import pathlib\nfrom schemas.reading import process, read_workbook\n"
        f"read_workbook(pathlib.Path({str(good)!r}))\nprint(process.FORKS._server.process.pid)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert not is_alive(int(done.stdout))
    assert done.stderr == ""


def test_a_forked_copy_of_a_process_has_a_server_of_its_own(good: Path, forks: Forks) -> None:
    read_workbook(good)
    pid = os.fork()
    if not pid:
        status = 1
        try:
            theirs = server_of(forks)
            is_read = read_workbook(good).row_count == 2
            status = 0 if is_read and server_of(forks) != theirs else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert read_workbook(good).row_count == 2


def test_closing_a_reading_ends_its_reader_at_once(slow: Path) -> None:
    reading: Reading = start_reading(slow)
    pid = reading._process.pid
    reading.close()
    assert not is_alive(pid)
