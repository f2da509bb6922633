"""A fault that others will read is named by its type and place. Its text, and what it was raised from, stay behind."""

import traceback

import pytest

from flows.faults import StepFailedError, describe_fault, run_safely
from flows.workplace import SetupError
from loaders.faults import RefusedError
from records.queue import LeaseLostError

CANARY = "Canary-Value"


def break_down() -> None:
    try:
        raise KeyError(CANARY)
    except KeyError as cause:
        raise ValueError(f"no {CANARY}") from cause


def test_what_a_fault_says_is_left_out_of_text_and_traceback() -> None:
    with pytest.raises(StepFailedError) as caught:
        run_safely("load", break_down)
    assert str(caught.value).startswith("load: ValueError at test_safe_faults.py:")
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert CANARY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (SetupError("Run: learner-imports db upgrade"), "SetupError: Run: learner-imports db upgrade"),
        (RefusedError("no room"), "RefusedError: no room"),
        (StepFailedError("mail: OSError"), "mail: OSError"),
        (MemoryError(CANARY), "MemoryError"),
    ],
)
def test_only_texts_known_to_be_safe_are_said(fault: Exception, said: str) -> None:
    assert describe_fault(fault) == said


@pytest.mark.parametrize(("fault", "can_retry"), [(RefusedError("no room"), False), (OSError(CANARY), True)])
def test_it_says_whether_trying_again_can_help(fault: Exception, can_retry: bool) -> None:
    def fail() -> None:
        raise fault

    with pytest.raises(StepFailedError) as caught:
        run_safely("load", fail)
    assert caught.value.can_retry is can_retry


@pytest.mark.parametrize("fault", [LeaseLostError("import 5"), StepFailedError("read: gone"), KeyboardInterrupt()])
def test_what_is_safe_already_or_asks_to_stop_passes(fault: BaseException) -> None:
    def fail() -> None:
        raise fault

    with pytest.raises(type(fault)) as caught:
        run_safely("load", fail)
    assert caught.value is fault
