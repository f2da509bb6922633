"""How our runs end badly: their faults made safe to show, and operators told, by hooks of the flows and the watchdog.

A run that is killed can't tell of itself: Prefect's worker calls the hook in its place. A run that was asked to stop is
no reason to tell anybody.
"""

import logging
import re
from collections.abc import Callable
from threading import Event
from typing import Any, TypeVar

from flows.faults import run_safely
from flows.workplace import Workplace, open_workplace
from notifications.alerts import raise_alert
from records.logs import set_up_logging
from settings import Settings

logger = logging.getLogger("learner_imports")
Result = TypeVar("Result")

IMPORTS_FAILED = "Imports failed"  # the state of a run that did its work; of each such import operators are told anyway
stop_was_asked = Event()  # of this process, so that what follows is not taken for a crash


def run_in_workplace(what: str, act: Callable[[Workplace], Result]) -> Result:
    """Run something with the workplace of the environment's settings, opened for it.

    Args:
        what: its name, for faults.
        act: what to run.

    Raises:
        StepFailedError: in place of any other fault, for Prefect keeps its text.
    """

    def open_and_act() -> Result:
        settings = Settings()
        set_up_logging(level="DEBUG" if settings.log_level == "DEBUG" else "INFO", log_format=settings.log_format)
        workplace = open_workplace(settings)
        try:
            return act(workplace)
        finally:
            workplace.close()

    return run_safely(what, open_and_act)


def tell_of_crash(workplace: Workplace, what: str, *, flow_name: str = "import-learners") -> None:
    """Raise an alert. `what` says how it ended, without values."""
    settings = workplace.settings
    with workplace.database.write() as session:
        raise_alert(
            session,
            kind="run_crashed",
            cause=f"run crashed: {flow_name}: {what}",
            message=f"A run of {flow_name} ended badly: {what}. Nothing is lost: what it had in hand is taken up by "
            "the next run. The run is in the Prefect UI under Runs.",
            operator_email=settings.operator_email,
            pause_seconds=settings.alert_pause_seconds,
            now=workplace.now(),
        )


def report_bad_end(flow: Any, flow_run: Any, state: Any) -> None:
    """Tell operators; Prefect calls it when a run of ours crashed or failed, by these names.

    In a worker this runs beside other runs, so it opens and closes what it needs, and it never raises.
    """
    if stop_was_asked.is_set() or state.name == IMPORTS_FAILED:
        return
    try:
        workplace = open_workplace(Settings())
        try:
            tell_of_crash(workplace, describe_end(state), flow_name=flow.name)
        finally:
            workplace.close()
    except Exception as fault:  # the database may be what the run died of
        logger.error("run %s: operators not told: %s", flow_run.name, type(fault).__name__)


def describe_end(state: Any) -> str:
    """Say how a run ended in words that are the same each time: its state, and the exit status if there is one."""
    status = re.search(r"status code: (-?\d+)", str(state.message or ""))
    return f"{state.name}, exit status {status[1]}" if status else str(state.name)
