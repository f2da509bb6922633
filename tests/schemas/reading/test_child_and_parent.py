"""The two processes: what each way of ending means, and that nothing is left over."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from schemas.findings import FileError, file_finding
from schemas.reading import Reading, ReadingLimits, ReadingStoppedError, child, process, read_workbook, start_reading
from schemas.reading.forked import Forks
from schemas.reading.frame import decode_frame, encode_table
from schemas.reading.limits import DEFAULT_LIMITS
from schemas.reading.refusals import RefusedError
from schemas.reading.started import StartedProcess
from schemas.table import CellKind, SheetTable
from tests.schemas.reading.making import GOOD, HEADINGS, LEARNER, Sheet, make_csv, make_xls, read

ROOT = Path(__file__).parents[3]
SLOW_ROWS = 20_000


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.xls"
    path.write_bytes(make_xls(GOOD))
    return path


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A file whose reading takes so long that it can be interfered with."""
    path = tmp_path / "slow.csv"
    path.write_bytes(make_csv(Sheet([HEADINGS, *[LEARNER] * SLOW_ROWS])))
    return path


def start_code(*codes: str, limits: ReadingLimits = DEFAULT_LIMITS) -> tuple[Reading, int]:
    """Start a process of another kind in the reader's place; the next code is for the one that is started after it."""
    waiting = list(codes)

    def start() -> StartedProcess:
        return StartedProcess(
            [sys.executable, "-c", waiting.pop(0)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=ROOT
        )

    reading = Reading(start, limits)
    return reading, reading._process.pid


def dying_of(name: str) -> str:
    return (
        "import os, resource, signal; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); "
        f"os.kill(os.getpid(), signal.{name})"
    )


def is_alive(pid: int) -> bool:
    """Whether the process exists, be it as a zombie."""
    return Path(f"/proc/{pid}").exists()


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_running(pid)


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE"])
def test_a_child_that_the_file_broke_means_a_damaged_file(name: str) -> None:
    reading, pid = start_code(dying_of(name))
    with pytest.raises(FileError, match=r"^file_damaged$"):
        reading.result()
    assert not is_alive(pid)


@pytest.mark.parametrize("name", ["SIGXCPU", "SIGALRM"])
def test_a_child_that_used_up_its_time_means_a_heavy_file(name: str) -> None:
    reading, pid = start_code(dying_of(name))
    with pytest.raises(FileError, match=r"^file_too_heavy$"):
        reading.result()
    assert not is_alive(pid)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_child_that_somebody_ended_is_no_fault_of_the_file(number: signal.Signals) -> None:
    reading, pid = start_code("import signal, time; signal.signal(signal.SIGINT, signal.SIG_DFL); time.sleep(60)")
    time.sleep(0.3)
    os.kill(pid, number)
    with pytest.raises(ReadingStoppedError):
        reading.result()
    assert not is_alive(pid)


def test_a_child_killed_once_is_started_again_and_reads_the_same_file(slow: Path) -> None:
    """The kernel may have killed it for the memory that another process took."""
    reading = start_reading(slow)
    slow.unlink()
    slow.write_text("another file under the same name")
    first = reading._process
    os.kill(first.pid, signal.SIGKILL)
    assert reading.result().row_count == SLOW_ROWS
    assert reading._process is not first
    assert not is_alive(first.pid)


def test_a_child_killed_twice_means_a_heavy_file() -> None:
    reading, _ = start_code(dying_of("SIGKILL"), dying_of("SIGKILL"))
    with pytest.raises(FileError, match=r"^file_too_heavy$"):
        reading.result()
    assert not is_alive(reading._process.pid)


def test_after_a_kill_the_second_end_decides() -> None:
    reading, _ = start_code(dying_of("SIGKILL"), dying_of("SIGABRT"))
    with pytest.raises(FileError, match=r"^file_damaged$"):
        reading.result()
    reading, _ = start_code(dying_of("SIGKILL"), dying_of("SIGTERM"))
    with pytest.raises(ReadingStoppedError):
        reading.result()


def test_readings_leave_no_file_open(good: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        reading = start_reading(good)
        reading.close()
        del reading
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_child_that_cannot_work_is_no_fault_of_the_file() -> None:
    """A broken installation must not tell every school that its file is damaged."""
    reading, _ = start_code("import sys; sys.exit(1)")
    with pytest.raises(ReadingStoppedError):
        reading.result()


def test_a_child_that_says_nothing_means_a_damaged_file() -> None:
    reading, _ = start_code("")
    with pytest.raises(FileError, match=r"^file_damaged$"):
        reading.result()


HANGING = {
    "before writing": "import time; time.sleep(60)",
    "in the middle": "import time; print('T', flush=True); time.sleep(60)",
    "with its output closed": "import os, time; os.close(1); time.sleep(60)",
    "deaf": "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
    "with a child of its own": "import subprocess; subprocess.run(['sleep', '60'])",
}


@pytest.mark.parametrize("name", HANGING)
def test_a_child_that_hangs_is_killed(name: str) -> None:
    started = time.monotonic()
    reading, pid = start_code(HANGING[name], limits=ReadingLimits(seconds=0.5))
    with pytest.raises(FileError, match=r"^file_too_heavy$"):
        reading.result()
    assert time.monotonic() - started < 5
    assert not is_alive(pid)


def test_a_child_that_writes_without_end_is_killed() -> None:
    limits = ReadingLimits(table_bytes=2**20)
    reading, pid = start_code("import sys\nwhile True: sys.stdout.buffer.write(bytes(2**16))", limits=limits)
    with pytest.raises(FileError, match=r"^file_too_large$"):
        reading.result()
    assert not is_alive(pid)


def test_a_table_larger_than_the_limit_is_refused_with_it(good: Path) -> None:
    with pytest.raises(FileError, match=r"^file_too_large$") as refused:
        read_workbook(good, ReadingLimits(table_bytes=100))
    assert refused.value.findings == [file_finding("file_too_large", limit_megabytes=0, learner_limit=250_000)]


def test_a_caller_that_comes_late_still_gets_the_table(tmp_path: Path) -> None:
    """The table is larger than the pipe, so the child waits for its parent beyond its own time limit."""
    long = SheetTable("Learners", ["UKPRN"], 1, list(range(2, 34)), [["x" * 2**15] * 32], [bytes([CellKind.TEXT] * 32)])
    (tmp_path / "frame").write_bytes(b"".join(encode_table(long)))
    limits = ReadingLimits(seconds=2)
    reading, _ = start_code(
        f"from schemas.reading import child, limits\nchild.confine(limits.ReadingLimits{tuple(limits)}, 1)\n"
        f"child.release(1)\nimport sys\nsys.stdout.buffer.write(open({str(tmp_path / 'frame')!r}, 'rb').read())",
        limits=limits,
    )
    time.sleep(limits.seconds + 0.3)
    assert reading.result() == long


def test_closing_ends_the_child_at_once(good: Path) -> None:
    reading = start_reading(good)
    pid = reading._process.pid
    reading.close()
    assert not is_alive(pid)


def test_a_forgotten_reading_ends_its_child() -> None:
    reading, pid = start_code("import time; time.sleep(60)")
    del reading
    assert wait_until_gone(pid)


def test_the_child_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    """Reading goes on for nobody."""
    ready = tmp_path / "ready"
    code = (
        "import pathlib, time; from schemas.reading import child, limits; child.confine(limits.DEFAULT_LIMITS, 1); "
        f"pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    )
    parent = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {code!r}], stdout=subprocess.PIPE, start_new_session=True)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    while not ready.exists():
        time.sleep(0.02)
    assert is_running(pid)
    process.kill()
    process.wait()
    process.stdout.close()
    assert wait_until_gone(pid)


def test_reading_works_whatever_the_working_folder_holds(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drop folder may be the working folder, and a file in it may be named as a module of Python's."""
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    (tmp_path / "schemas").mkdir()
    monkeypatch.chdir(tmp_path)
    assert read_workbook(Path("good.xls")).row_count == 2


def test_the_child_is_given_no_secret_and_no_name(slow: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_KEY", "0" * 64)
    monkeypatch.setattr(process, "FORKS", Forks())
    reading = start_reading(slow)
    about = Path(f"/proc/{reading._process.pid}")
    told = (about / "environ").read_bytes() + (about / "cmdline").read_bytes()
    assert reading.result().row_count == SLOW_ROWS
    assert b"LEARNER_IMPORTS" not in told
    assert slow.name.encode() not in told


def test_a_path_that_cannot_be_opened_is_no_finding(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xls")
    with pytest.raises(FileNotFoundError):
        start_reading(tmp_path / "gone.xls")
    for path in (tmp_path, tmp_path / "pipe.xls"):
        with pytest.raises(OSError):
            start_reading(path)


@pytest.mark.parametrize(("memory_bytes", "rule"), [(1000, "file_too_heavy"), (2**31, "file_damaged")])
def test_a_file_that_needs_too_much_memory_is_heavy_or_damaged(
    memory_bytes: int, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of some size may be whole; a small one that asks for gigabytes is not."""

    def run_out(content: bytes, limits: ReadingLimits) -> None:
        raise MemoryError

    monkeypatch.setattr(child, "detect_format", run_out)
    with pytest.raises(RefusedError, match=f"^{rule}$"):
        decode_frame(b"".join(child.read_frame(bytes(100), ReadingLimits(memory_bytes=memory_bytes))), DEFAULT_LIMITS)


def test_a_panic_of_a_library_means_a_damaged_file(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        """As calamine raises it."""

    def panic(content: bytes, limits: ReadingLimits) -> None:
        raise PanicException

    monkeypatch.setattr(child, "detect_format", panic)
    with pytest.raises(RefusedError, match=r"^file_damaged$"):
        read(b"content")


def test_a_missing_library_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "schemas.reading.xls", None)
    with pytest.raises(ImportError):
        read(make_xls(GOOD))
