"""The supervisor: starts parts when what they need answers, restarts what dies, leaves nothing running."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from operations.parts import Part, Plan, plan_parts
from operations.ports import find_free_port
from operations.supervisor import PartFailedError, Supervisor
from settings import Settings

SLEEPER = "import sys, time, os; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"
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
    assert len(said) == 1 and "sleeper has died" in said[0]


def test_stopping_ends_a_part_and_what_it_started(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    supervisor = supervise(Part("parent", [sys.executable, "-c", PARENT, str(pids)]))
    supervisor.start(is_stopping=never)
    wait_for(lambda: read_pids(pids))
    supervisor.stop()
    wait_for(lambda: not is_alive(read_pids(pids)[0]))
    assert not supervisor.parts[0].is_running


def test_a_part_that_ends_at_once_is_told_with_its_log(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    supervisor = supervise(Part("broken", [sys.executable, "-c", "raise SystemExit('no')"], is_once=True))
    with pytest.raises(PartFailedError, match=r"The broken did not start.*broken\.log"):
        supervisor.start(is_stopping=never)
    assert (tmp_path / "logs" / "broken.log").read_text() == "no\n"


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
