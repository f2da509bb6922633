"""Taking one import through its steps, and what becomes of it when a step fails by our fault.

Owns retrying, putting back and giving up; the steps are in `flows.steps`.
"""

import logging
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import joinedload

from flows.steps import ImportWork, Step, load, read, tell, validate
from flows.workplace import Workplace
from loaders.faults import RefusedError, TransientFault
from notifications.outcome_mail import queue_outcome_mail
from records.queue import LeaseLostError, finish_import, put_back
from records.tables import ImportStatus, LearnerImport

logger = logging.getLogger("learner_imports")

StepRunner = Callable[[Step, Workplace, ImportWork], object]
DECIDING_STEPS: tuple[Step, ...] = (read, validate, load)


class StepFailedError(Exception):
    """A step failed by our fault. Its text is safe to log and to show: it names the fault and the place, no values.

    `can_retry` says whether trying again can help.
    """

    def __init__(self, text: str, *, can_retry: bool = True) -> None:
        super().__init__(text)
        self.can_retry = can_retry


def run_directly(step: Step, workplace: Workplace, work: ImportWork) -> None:
    """Run one step, its faults made safe to show.

    Raises:
        StepFailedError: the step failed.
        LeaseLostError: another worker holds the import.
    """
    try:
        step(workplace, work)
        return
    except LeaseLostError:
        raise
    except Exception as fault:
        failed = StepFailedError(
            f"{step.__name__}: {describe_fault(fault)}", can_retry=not isinstance(fault, RefusedError)
        )
    raise failed  # out here, so that the original with its values is not chained to it


def describe_fault(fault: BaseException) -> str:
    """Name an exception and the innermost place it came from.

    Its text, which may hold learners' values, is left out, but for the faults whose texts are known to be safe.
    """
    if isinstance(fault, TransientFault | RefusedError):
        return f"{type(fault).__name__}: {fault}"
    frames = traceback.extract_tb(fault.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(fault).__name__}{place}"


def process_import(
    workplace: Workplace, work: ImportWork, *, run_step: StepRunner = run_directly, is_retried: bool = True
) -> None:
    """Take an import through all its steps. Afterwards it is finished, put back, or another worker's.

    Args:
        workplace: what the steps work with.
        work: the import, leased.
        run_step: how a step is run; it raises StepFailedError or LeaseLostError when the step fails.
        is_retried: whether a fault puts the import back in the queue while attempts are left.
    """
    try:
        if work.lease.attempt_count > workplace.settings.attempt_limit:
            raise StepFailedError("every attempt so far ended with the worker's death")
        for step in DECIDING_STEPS:
            run_step(step, workplace, work)
    except LeaseLostError:
        work.forget()
        logger.warning("import %s: taken over by another worker", work.import_id)
        return
    except StepFailedError as fault:
        work.forget()
        _record_fault(workplace, work, str(fault), is_retried=is_retried and fault.can_retry)
        if work.status is None:
            return
    except BaseException:  # the process is being stopped: let another worker go on at once
        with workplace.database.write() as session:
            put_back(session, work.lease, next_attempt_at=workplace.now())
        raise
    logger.info("import %s: %s", work.import_id, work.outcome)
    try:
        run_step(tell, workplace, work)
    except StepFailedError as fault:  # the collector returns it later
        logger.error("import %s: outcome not returned: %s", work.import_id, fault)


def _record_fault(workplace: Workplace, work: ImportWork, fault: str, *, is_retried: bool) -> None:
    settings, now = workplace.settings, workplace.now()
    logger.error("import %s: attempt %s failed: %s", work.import_id, work.lease.attempt_count, fault)
    if is_retried and work.lease.attempt_count < settings.attempt_limit:
        pause = timedelta(seconds=settings.retry_pause_seconds * 2 ** (work.lease.attempt_count - 1))
        with workplace.database.write() as session:
            put_back(session, work.lease, next_attempt_at=now + pause, fault=fault[:500])
        return
    with workplace.database.write() as session:
        finish_import(session, work.lease, ImportStatus.FAILED, now=now, fault=fault[:500])
        work.learner_import = session.get_one(
            LearnerImport, work.import_id, options=[joinedload(LearnerImport.provider)]
        )
        queue_outcome_mail(
            session,
            work.learner_import,
            [],
            web_url=settings.effective_web_url,
            operator_email=settings.operator_email,
            now=now,
        )
    work.status, work.findings = ImportStatus.FAILED, []
