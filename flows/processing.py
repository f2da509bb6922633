"""Taking one import through its steps, and what becomes of it when a step fails by our fault.

Owns retrying, putting back, giving up and telling operators; the steps are in `flows.steps`.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, joinedload

from flows.faults import StepFailedError, describe_fault, run_safely
from flows.lease_keeper import LeaseKeeper
from flows.steps import ImportWork, Step, load, read, tell, validate
from flows.workplace import Workplace
from notifications.alerts import raise_alert
from notifications.outcome_mail import queue_outcome_mail
from records.queue import LeaseLostError, finish_import, put_back
from records.tables import ImportStatus, LearnerImport

logger = logging.getLogger("learner_imports")

StepRunner = Callable[[Step, Workplace, ImportWork], object]
RECORDING_PAUSES = (0.2, 1, 2, 4, 8)  # seconds; between tries to record a fault
DECIDING_STEPS: tuple[Step, ...] = (read, validate, load)


def run_directly(step: Step, workplace: Workplace, work: ImportWork) -> None:
    """Run one step, its faults made safe to show.

    Raises:
        StepFailedError: the step failed.
        LeaseLostError: another worker holds the import.
    """
    run_safely(step.__name__, partial(step, workplace, work))


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
        with LeaseKeeper(workplace, work.lease):
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
    except BaseException:
        _give_back(workplace, work)
        raise
    logger.info("import %s: %s", work.import_id, work.outcome)
    try:
        run_step(tell, workplace, work)
    except StepFailedError as fault:  # the collector returns it later
        logger.error("import %s: outcome not returned: %s", work.import_id, fault)


def _give_back(workplace: Workplace, work: ImportWork) -> None:
    """Let another worker go on at once: this process is being stopped, which is no attempt of the import's."""
    try:
        with workplace.database.write() as session:
            put_back(session, work.lease, next_attempt_at=workplace.now(), is_counted=False)
    except LeaseLostError:
        return  # the stop came after the import had been finished
    except Exception as fault:  # the lease will run out
        logger.error("import %s: not put back: %s", work.import_id, describe_fault(fault))
        return
    logger.warning("import %s: put back, since this run is being stopped", work.import_id)


def _record_fault(workplace: Workplace, work: ImportWork, fault: str, *, is_retried: bool) -> None:
    """Put the import back or give it up. A database that is away for a moment, perhaps the fault itself, is awaited."""
    settings = workplace.settings
    logger.error("import %s: attempt %s failed: %s", work.import_id, work.lease.attempt_count, fault)
    is_put_back = is_retried and work.lease.attempt_count < settings.attempt_limit
    for wait_seconds in RECORDING_PAUSES:
        try:
            with workplace.database.write() as session:
                if is_put_back:
                    pause = timedelta(seconds=settings.retry_pause_seconds * 2 ** (work.lease.attempt_count - 1))
                    put_back(session, work.lease, next_attempt_at=workplace.now() + pause, fault=fault[:500])
                else:
                    _give_up(session, workplace, work, fault, workplace.now())
        except LeaseLostError:
            logger.warning("import %s: it was finished, or taken over by another worker", work.import_id)
            return
        except OperationalError:
            time.sleep(wait_seconds)
            continue
        if not is_put_back:
            work.status, work.findings = ImportStatus.FAILED, []
        return
    logger.error("import %s: the database is away; it is taken up again when its lease runs out", work.import_id)


def _give_up(session: Session, workplace: Workplace, work: ImportWork, fault: str, now: datetime) -> None:
    """Mark the import failed, and tell who sent it and the operators, all in one transaction."""
    settings = workplace.settings
    attempts = "1 attempt" if work.lease.attempt_count == 1 else f"{work.lease.attempt_count} attempts"
    finish_import(session, work.lease, ImportStatus.FAILED, now=now, fault=fault[:500])
    work.learner_import = session.get_one(LearnerImport, work.import_id, options=[joinedload(LearnerImport.provider)])
    queue_outcome_mail(
        session,
        work.learner_import,
        [],
        web_url=settings.effective_web_url,
        operator_email=settings.operator_email,
        now=now,
    )
    raise_alert(
        session,
        kind="import_failed",
        cause=f"import failed: {fault}",
        message=f"Import {work.import_id} of {work.ukprn} failed after {attempts}: {fault}. "
        f"To put it back in the queue: learner-imports imports retry {work.import_id}, or in Prefect run the "
        f"deployment put-back/import with import_id {work.import_id}.",
        operator_email=settings.operator_email,
        pause_seconds=settings.alert_pause_seconds,
        now=now,
    )
