"""The Prefect flow that drains the queue of imports. Its tasks are the steps, named after provider and import.

One sync run takes whatever waits, one import after the other, and stays a while for more: starting a run costs seconds,
a task in it a hundredth of one. Prefect shows what happens; the database decides it.
"""

from time import monotonic, sleep

from prefect import flow, get_client, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.artifacts import name_run, publish_imports
from flows.processing import StepFailedError, process_import, run_directly
from flows.steps import ImportWork, Step, take_import
from flows.workplace import Workplace, open_workplace
from notifications.outbox import deliver_waiting, find_due
from records.queue import has_waiting
from records.tables import ImportStatus
from settings import Settings

POLL_SECONDS = 0.25


@task(name="step", cache_policy=NO_CACHE, persist_result=False)
def take_step(step: Step, workplace: Workplace, work: ImportWork) -> State:
    """Run one step of one import; the task's state says the outcome once it is decided."""
    run_directly(step, workplace, work)
    outcome = work.outcome or (ImportStatus.UNSUCCESSFUL if work.is_refused else None)
    return Completed(name=outcome.capitalize() if outcome else "Completed")


@task(name="send mail", cache_policy=NO_CACHE, persist_result=False)
def send_mail(workplace: Workplace) -> State:
    """Send the mail that is due."""
    count = deliver_waiting(workplace.database, workplace.sender, now=workplace.now)
    text = f"{count.sent} sent, {count.postponed} postponed, {count.given_up} given up"
    return Completed(message=text)


@flow(name="import-learners", flow_run_name="waiting for files", persist_result=False)
def import_learners() -> State:
    """Drain the queue of imports, then stay a while for more."""
    workplace = open_workplace(Settings())
    try:
        works = _drain(workplace)
    finally:
        workplace.close()
    return _summarise(works)


def _drain(workplace: Workplace) -> list[ImportWork]:
    done: list[ImportWork] = []
    burst: list[ImportWork] = []
    leave_at = monotonic() + workplace.settings.stay_seconds
    while monotonic() < leave_at:
        work = take_import(workplace) if _has_waiting(workplace) else None
        if work:
            process_import(workplace, work, run_step=_run_as_task)
            work.forget()
            burst.append(work)
            leave_at = monotonic() + workplace.settings.stay_seconds
            continue
        if burst:
            done += burst
            _report(done, burst)
            burst = []
        if find_due(workplace.database, workplace.now(), 1):
            send_mail(workplace)
        sleep(POLL_SECONDS)
    return done


def _run_as_task(step: Step, workplace: Workplace, work: ImportWork) -> None:
    name = f"{work.ukprn} · import {work.import_id} · {step.__name__}"
    take_step.with_options(task_run_name=name)(step, workplace, work)


def _has_waiting(workplace: Workplace) -> bool:
    with workplace.database.read() as session:
        return has_waiting(session, workplace.now())


def _report(done: list[ImportWork], burst: list[ImportWork]) -> None:
    publish_imports(burst)
    for work in burst:
        work.findings = []  # a run may stay for hours: it keeps outcomes, not learners' data
    if flow_run.id:
        with get_client(sync_client=True) as client:
            client.update_flow_run(flow_run.id, name=name_run(done))


def _summarise(works: list[ImportWork]) -> State:
    outcomes = [work.outcome for work in works]
    if ImportStatus.FAILED in outcomes or None in outcomes:
        raise StepFailedError("at least one import failed by our fault: see the tasks of this run")
    if ImportStatus.UNSUCCESSFUL in outcomes:
        return Completed(name="Unsuccessful", message="At least one file was refused.")
    return Completed(name="Successful", message="Every file was loaded." if works else "No file was waiting.")
