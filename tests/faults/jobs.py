"""What a process that may die does: collect, import, send mail, erase, in the order asked for."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flows.collector.collecting import Collector
from flows.processing import process_import, run_directly
from flows.steps import ImportWork, Step, take_import
from flows.workplace import Workplace, open_workplace
from notifications.outbox import deliver_waiting
from records.types import now
from settings import Settings
from tests.faults.dying import Countdown, Death, arm, die, watch_acts

COLLECT, IMPORT, MAIL, RETAIN = "collect", "import", "mail", "retain"
EVERYTHING = (COLLECT, IMPORT, MAIL)
FAULT_PAUSE_SECONDS = 0.2


@dataclass(frozen=True)
class Job:
    """What to do, and where to die.

    Args:
        settings: as `Settings` takes them.
        parts: which parts to run, in this order, in each round.
        rounds: how often.
        ahead_seconds: how far the clock is ahead: what a killed process holds is free then.
        pause_seconds: between rounds.
        start_at: a moment of the monotonic clock to wait for, so that several begin together.
        death: where this process dies.
        copy_seconds: how long copying the first file to private storage takes.
        acts_file: where to list the acts that outlast the process, one a line.
        is_patient: whether faults of the world are outlived, as the collector's and the worker's loops do.
    """

    settings: dict[str, Any]
    parts: tuple[str, ...] = EVERYTHING
    rounds: int = 1
    ahead_seconds: float = 0
    pause_seconds: float = 0
    start_at: float = 0
    death: Death | None = None
    copy_seconds: float = 0
    acts_file: str = ""
    is_patient: bool = False


def do(job: Job) -> None:
    """Do a job in this process."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", force=True)
    time.sleep(max(0.0, job.start_at - time.monotonic()))
    workplace = open_workplace(Settings(**job.settings))
    workplace = replace(workplace, now=lambda: now() + timedelta(seconds=job.ahead_seconds))
    if job.death:
        arm(job.death)
    if job.copy_seconds:
        arm(Death("os:fsync"), lambda: time.sleep(job.copy_seconds))
    if job.acts_file:
        acts = Path(job.acts_file).open("w", buffering=1)  # noqa: SIM115 - open until this process ends
        watch_acts(lambda name: acts.write(f"{name}\n"))
    parts = _make_parts(workplace, job.death)
    for _ in range(job.rounds):
        for part in job.parts:
            _run(parts[part], is_patient=job.is_patient)
        time.sleep(job.pause_seconds)
    workplace.close()


def _run(part: Callable[[], None], *, is_patient: bool) -> None:
    try:
        part()
    except Exception as fault:
        logging.getLogger("tests.faults").warning("%s", type(fault).__name__)
        if not is_patient:
            raise
        time.sleep(FAULT_PAUSE_SECONDS)


def _make_parts(workplace: Workplace, death: Death | None) -> dict[str, Callable[[], None]]:
    collector = Collector(workplace, lambda *_, **__: False)
    run_step = _make_step_runner(death)

    def look() -> None:
        collector.look_once()

    def import_all() -> None:
        while work := take_import(workplace):
            process_import(workplace, work, run_step=run_step)

    def send() -> None:
        while deliver_waiting(workplace.database, workplace.sender, now=workplace.now).sent:
            continue

    def retain() -> None:
        from flows.upkeep.retention import erase_old

        erase_old(workplace)

    return {COLLECT: look, IMPORT: import_all, MAIL: send, RETAIN: retain}


def _make_step_runner(death: Death | None) -> Callable[[Step, Workplace, ImportWork], None]:
    kind, _, name = death.where.partition(":") if death else ("", "", "")
    countdown = Countdown(death.time if death else 0, die)

    def run_step(step: Step, workplace: Workplace, work: ImportWork) -> None:
        is_here = kind == "step" and step.__name__ == name
        if is_here and death and death.when == "before":
            countdown.tick()
        run_directly(step, workplace, work)
        if is_here and death and death.when == "after":
            countdown.tick()

    return run_step
