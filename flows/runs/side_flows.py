"""The flows beside the import: sending mail, erasing what is old, watching, and putting a failed import back.

Each wraps a plain function thinly; a run's state and message say what came of it. A fault's text never gets here:
Prefect would keep it.
"""

import logging
from functools import partial

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from flows.deployments.prefect_view import look_at_prefect
from flows.deployments.timetable import put_next_runs
from flows.mailing import send_due_mail
from flows.runs.crashes import report_bad_end, run_in_workplace
from flows.upkeep.retention import erase_old as erase_old_data
from flows.upkeep.watching import look_after
from flows.workplace import Workplace
from records.putting_back import OverwritesNewerError, put_failed_back
from records.queue import QueueError

logger = logging.getLogger("learner_imports")


@flow(name="send-mail", persist_result=False, on_failure=[report_bad_end], on_crashed=[report_bad_end])
def send_mail() -> State:
    """Send the mail that is due."""
    return Completed(message=run_in_workplace("mail", send_due_mail))


@flow(name="erase-old", persist_result=False, on_failure=[report_bad_end], on_crashed=[report_bad_end])
def erase_old() -> State:
    """Erase files, values and outcomes that were kept long enough."""
    return Completed(message=run_in_workplace("retention", _erase))


@flow(name="watch", persist_result=False, on_failure=[report_bad_end], on_crashed=[report_bad_end])
def watch() -> State:
    """Look for what needs an operator, and tell."""
    return Completed(message=run_in_workplace("watchdog", _watch))


@flow(name="put-back", flow_run_name="import {import_id}", persist_result=False)
def put_back(import_id: int, anyway: bool = False) -> State:
    """Put a failed import back in the queue, with all its attempts before it.

    Args:
        import_id: the number of the import, as in the names of tasks and in mail.
        anyway: also where a newer file of the same provider has been loaded since, which this one would overwrite.
    """
    refused = run_in_workplace("put back", partial(_put_back, import_id, anyway))
    if refused:
        return Failed(name="Refused", message=refused)
    return Completed(name="Put back", message=f"Import {import_id} waits for the next run.")


def _erase(workplace: Workplace) -> str:
    plan_next_runs(workplace)
    return str(erase_old_data(workplace))


def _watch(workplace: Workplace) -> str:
    plan_next_runs(workplace)
    return str(look_after(workplace, look_at_prefect(workplace)))


def plan_next_runs(workplace: Workplace) -> None:
    """Put the next runs in Prefect. What this run is for is done even if that fails.

    A worker starts a run some seconds before its moment: the next one is that after this moment, not this one again.
    """
    try:
        put_next_runs(max(workplace.now(), flow_run.scheduled_start_time))
    except Exception as fault:
        logger.error("the next runs are not planned: %s", type(fault).__name__)


def _put_back(import_id: int, anyway: bool, workplace: Workplace) -> str | None:
    """Put it back. Returns why not, if so."""
    try:
        with workplace.database.write() as session:
            put_failed_back(session, import_id, actor="Prefect", is_meant=anyway, now=workplace.now())
    except OverwritesNewerError as reason:
        return f"{reason} If that is meant, run this with anyway turned on."
    except QueueError as reason:
        return str(reason)
    return None
