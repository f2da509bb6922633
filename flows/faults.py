"""Faults made safe to show: logs, Prefect and mail get an exception's type and place, never its text.

The text of an exception may hold what the code was working with, a learner's name or a password. Owns what is said in
its place; what follows from a fault is decided elsewhere.
"""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from flows.workplace import SetupError
from loaders.faults import RefusedError, TransientFault
from records.queue import LeaseLostError

Result = TypeVar("Result")

SAFE_TEXTS = (TransientFault, RefusedError, SetupError)  # written by us, without values


class StepFailedError(Exception):
    """Something failed by our fault. Its text is safe to log and to show: it names the fault and the place, no values.

    `can_retry` says whether trying again can help.
    """

    is_safe_to_log = True  # which `records.logs` goes by

    def __init__(self, text: str, *, can_retry: bool = True) -> None:
        super().__init__(text)
        self.can_retry = can_retry


def run_safely(what: str, act: Callable[[], Result]) -> Result:
    """Run something whose faults others will read.

    Args:
        what: its name, which the fault's text begins with.
        act: what to run.

    Raises:
        StepFailedError: in place of whatever it raised, which is not chained to it.
        LeaseLostError: another worker holds the import.
    """
    try:
        return act()
    except (StepFailedError, LeaseLostError):
        raise
    except Exception as fault:
        failed = StepFailedError(f"{what}: {describe_fault(fault)}", can_retry=not isinstance(fault, RefusedError))
    raise failed  # out here, so that the original with its values is not chained to it


def describe_fault(fault: BaseException) -> str:
    """Name an exception and the innermost place it came from.

    Its text, which may hold learners' values, is left out, but for the faults whose texts are known to be safe.
    """
    if isinstance(fault, StepFailedError):
        return str(fault)
    if isinstance(fault, SAFE_TEXTS):
        return f"{type(fault).__name__}: {fault}"
    frames = traceback.extract_tb(fault.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(fault).__name__}{place}"
