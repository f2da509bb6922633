"""The flows beside the import: sending mail, erasing what is old, watching, and putting a failed import back.

Each wraps a plain function thinly; a run's state and message say what came of it.
"""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.crashes import opened_workplace, report_bad_end
from flows.mailing import send_due_mail
from flows.prefect_view import look_at_prefect
from flows.retention import erase_old as erase_old_data
from flows.timetable import put_next_runs
from flows.watching import look_after
from records.queue import QueueError, request_again


@flow(name="send-mail", persist_result=False, on_failure=[report_bad_end], on_crashed=[report_bad_end])
def send_mail() -> State:
    """Send the mail that is due."""
    with opened_workplace() as workplace:
        text = send_due_mail(workplace)
    return Completed(message=text)


@flow(name="erase-old", persist_result=False, on_failure=[report_bad_end], on_crashed=[report_bad_end])
def erase_old() -> State:
    """Erase files, values and outcomes that were kept long enough."""
    with opened_workplace() as workplace:
        put_next_runs(workplace.now())
        counts = erase_old_data(workplace)
    return Completed(message=str(counts))


@flow(name="watch", persist_result=False, on_failure=[report_bad_end], on_crashed=[report_bad_end])
def watch() -> State:
    """Look for what needs an operator, and tell."""
    with opened_workplace() as workplace:
        put_next_runs(workplace.now())
        report = look_after(workplace, look_at_prefect(workplace))
    return Completed(message=str(report))


@flow(name="put-back", flow_run_name="import {import_id}", persist_result=False)
def put_back(import_id: int) -> State:
    """Put a failed import back in the queue, with all its attempts before it.

    Args:
        import_id: the number of the import, as in the names of tasks and in mail.
    """
    refused: str | None = None
    with opened_workplace() as workplace:
        try:
            with workplace.database.write() as session:
                request_again(session, import_id, now=workplace.now())
        except QueueError as reason:
            refused = str(reason)
    if refused:
        return Failed(name="Refused", message=refused)
    return Completed(name="Put back", message=f"Import {import_id} waits for the next run.")
