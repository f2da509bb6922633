"""The supervisor: starts parts when what they need answers, restarts what dies, leaves nothing running."""

import fcntl
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from operations.alarms import Alarms
from operations.alone import RunsAlreadyError, hold_home
from operations.part_logs import limit_log, open_log
from operations.parts import Part, Plan, plan_parts
from operations.ports import find_free_port
from operations.running_part import PartFailedError
from operations.supervisor import ONCE_TRIES, Supervisor
from records.database import Database
from records.tables import Alert
from settings import Settings

SLEEPER = "import sys, time, os; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"
IGNORING = "signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
KILLED = f"""
import fcntl, os, sys, time
from pathlib import Path
from operations.parts import Part, Plan
from operations.supervisor import Supervisor
lock = open(sys.argv[3])
fcntl.flock(lock, fcntl.LOCK_EX)
part = Part("sleeper", [sys.executable, "-c", {SLEEPER!r}, sys.argv[1]])
supervisor = Supervisor(
    Plan([part], dict(os.environ), "", ""), Path(sys.argv[2]), say=print, keeps_open=(lock.fileno(),)
)
supervisor.start(is_stopping=lambda: False)
Path(sys.argv[1] + ".told").touch()  # the undertaker knows of the part
time.sleep(60)
"""
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1], "a").write(f"{child.pid}\\n")
time.sleep(60)
"""


def never() -> bool:
    return False


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_for(condition: Callable[[], object]) -> None:
    give_up_at = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervise(tmp_path: Path, said: list[str]) -> Iterator[Callable[..., Supervisor]]:
    made: list[Supervisor] = []

    def supervise(*parts: Part) -> Supervisor:
        supervisor = Supervisor(Plan([*parts], dict(os.environ), "", ""), tmp_path / "logs", say=said.append)
        made.append(supervisor)
        return supervisor

    yield supervise
    for supervisor in made:
        supervisor.stop()


def read_pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def test_a_part_that_dies_is_started_again_and_said_so(
    supervise: Callable[..., Supervisor], tmp_path: Path, said: list[str]
) -> None:
    pids = tmp_path / "pids"
    supervisor = supervise(Part("sleeper", [sys.executable, "-c", SLEEPER, str(pids)]))
    supervisor.start(is_stopping=never)
    wait_for(lambda: len(read_pids(pids)) == 1)
    os.kill(read_pids(pids)[0], signal.SIGKILL)

    def is_started_again() -> bool:
        supervisor.keep_alive()
        return len(read_pids(pids)) == 2

    wait_for(is_started_again)
    assert len(said) == 2 and "sleeper has died (signal 9)" in said[0] and "was started again" in said[1]


def test_stopping_ends_a_part_and_what_it_started(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    supervisor = supervise(Part("parent", [sys.executable, "-c", PARENT, str(pids)]))
    supervisor.start(is_stopping=never)
    wait_for(lambda: read_pids(pids))
    supervisor.stop()
    wait_for(lambda: not is_alive(read_pids(pids)[0]))
    assert not supervisor.parts[0].is_running


def test_a_step_that_never_works_is_tried_a_few_times_and_told_with_its_log(
    supervise: Callable[..., Supervisor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.supervisor.ONCE_PAUSE_SECONDS", 0.0)
    supervisor = supervise(Part("broken", [sys.executable, "-S", "-c", "raise SystemExit('no')"], is_once=True))
    with pytest.raises(PartFailedError, match=r"The broken did not start.*broken\.log"):
        supervisor.start(is_stopping=never)
    assert (tmp_path / "logs" / "broken.log").read_text() == "no\n" * ONCE_TRIES


def test_a_step_that_fails_at_first_is_tried_again(
    supervise: Callable[..., Supervisor], tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prefect's server may be slow when the deployments are registered."""
    monkeypatch.setattr("operations.supervisor.ONCE_PAUSE_SECONDS", 0.0)
    second = "import sys, pathlib; p = pathlib.Path(sys.argv[1]); n = p.exists(); p.touch(); sys.exit(not n)"
    supervise(Part("step", [sys.executable, "-c", second, str(tmp_path / "tried")], is_once=True)).start(
        is_stopping=never
    )
    assert len(said) == 1 and "step did not work and is tried again" in said[0]


def test_parts_start_in_order_servers_then_steps_then_the_rest(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    port, order = find_free_port("127.0.0.1", 18300), tmp_path / "order"
    note = "import sys, time; open(sys.argv[1], 'a').write(sys.argv[2] + ' ');"
    serve = f"{note} time.sleep(0.3); import socket; s = socket.create_server(('127.0.0.1', {port})); time.sleep(60)"
    supervise(
        Part("worker", [sys.executable, "-c", f"{note} time.sleep(60)", str(order), "worker"]),
        Part("step", [sys.executable, "-c", note, str(order), "step"], is_once=True),
        Part("server", [sys.executable, "-c", serve, str(order), "server"], ready_address=("127.0.0.1", port)),
    ).start(is_stopping=never)
    wait_for(lambda: order.read_text().split() == ["server", "step", "worker"])


def test_a_part_that_keeps_dying_is_told_as_such_and_never_restarted_in_a_busy_loop(
    supervise: Callable[..., Supervisor], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.running_part.FIRST_PAUSE_SECONDS", 0.01)
    supervisor = supervise(Part("sick", [sys.executable, "-S", "-c", "raise SystemExit(7)"]))
    supervisor.start(is_stopping=never)
    sick = supervisor.parts[0]

    def has_died_often() -> bool:
        supervisor.keep_alive()
        return sick.death_count >= 5

    wait_for(has_died_often)
    assert sick.pause_seconds == 0.01 * 2**4
    (told,) = [line for line in said if "keeps dying" in line]
    assert "status 7" in told and "sick.log" in told
    assert sum("started again" in line and "was" in line for line in said) == 2  # then there is silence


def test_what_a_dead_part_had_started_is_ended_before_long(
    supervise: Callable[..., Supervisor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.supervisor.STOP_SECONDS", 0.2)
    pids = tmp_path / "pids"
    supervisor = supervise(
        Part("parent", [sys.executable, "-c", PARENT.replace("import time;", f"import {IGNORING}"), str(pids)])
    )
    supervisor.start(is_stopping=never)
    wait_for(lambda: read_pids(pids))
    (child,) = read_pids(pids)
    group = supervisor.parts[0].group
    assert group
    os.kill(group, signal.SIGKILL)

    def is_child_gone() -> bool:
        supervisor.keep_alive()
        return not is_alive(child)

    wait_for(is_child_gone)


def test_stopping_twice_ends_at_once_what_will_not_end(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    stubborn = f"import pathlib, sys, {IGNORING} pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
    supervisor = supervise(Part("stubborn", [sys.executable, "-c", stubborn, str(ready)]))
    supervisor.start(is_stopping=never)
    wait_for(ready.exists)
    began = time.monotonic()
    supervisor.stop(is_urgent=lambda: True)
    assert time.monotonic() - began < 5 and not supervisor.parts[0].is_running


def test_a_supervisor_that_is_killed_leaves_nothing_and_its_lock_goes_last(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with (tmp_path / "lock").open("w") as lock:
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(pids), str(tmp_path / "logs"), str(tmp_path / "lock")],
            cwd=Path(__file__).parents[2],
        )
        wait_for(lambda: len(read_pids(pids)) == 1 and pids.with_suffix(".told").exists())
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        process.kill()
        process.wait()
        fcntl.flock(lock, fcntl.LOCK_EX)  # waits for the undertaker
    assert not is_alive(read_pids(pids)[0])


def test_logs_are_their_owners_only_and_limited(tmp_path: Path) -> None:
    log_file = tmp_path / "part.log"
    with open_log(log_file) as log:
        log.write(b"x" * 100)
        assert not limit_log(log_file, limit_bytes=100)
        log.write(b"y")
        assert limit_log(log_file, limit_bytes=100)
        log.write(b"z")  # the part goes on writing to the file that was emptied
    assert (log_file.read_bytes(), (tmp_path / "part.log.1").read_bytes()) == (b"z", b"x" * 100 + b"y")
    assert [stat.S_IMODE(path.stat().st_mode) for path in sorted(tmp_path.iterdir())] == [0o600, 0o600]


def test_a_death_is_an_alert_in_the_database(database: Database) -> None:
    Alarms(Settings.model_validate({}), database).tell_death("worker", "The worker has died (signal 9).")

    def read() -> list[tuple[str, str, str]]:
        with database.read() as session:
            return [(alert.kind, alert.cause, alert.message) for alert in session.scalars(select(Alert))]

    wait_for(read)
    assert read() == [("part_died", "part died: worker", "The worker has died (signal 9).")]


def test_a_second_one_in_the_same_home_is_refused(tmp_path: Path) -> None:
    with (
        hold_home(tmp_path, say=print),
        pytest.raises(RunsAlreadyError, match="runs already"),
        hold_home(tmp_path, say=print),
    ):
        pass
    with hold_home(tmp_path, say=print):
        pass


def test_a_part_that_does_its_work_once_is_not_started_again(
    supervise: Callable[..., Supervisor], tmp_path: Path
) -> None:
    count = tmp_path / "count"
    once = Part(
        "once", [sys.executable, "-c", "import sys; open(sys.argv[1], 'a').write('x')", str(count)], is_once=True
    )
    supervisor = supervise(once)
    supervisor.start(is_stopping=never)
    for _ in range(5):
        supervisor.keep_alive()
    assert count.read_text() == "x"


def test_taken_ports_are_replaced_and_nothing_listens_beyond_loopback(tmp_path: Path) -> None:
    import socket

    wanted = find_free_port("127.0.0.1", 18000)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", wanted))
        taken.listen()
        plan = plan_parts(Settings(home=tmp_path, web_port=wanted))
    assert plan.web_url != f"http://127.0.0.1:{wanted}"
    assert plan.environment["LEARNER_IMPORTS_WEB_URL"] == plan.web_url
    urls = [part.ready_url for part in plan.parts if part.ready_url] + [plan.prefect_url]
    assert all(url.startswith("http://127.0.0.1:") for url in urls)
    assert "0.0.0.0" not in " ".join(word for part in plan.parts for word in part.command)
