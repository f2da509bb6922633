"""The Prefect flow that drains the queue of imports. Its tasks are the steps, named after provider and import.

One sync run takes whatever waits, one import after the other, and stays a while for more: starting a run costs seconds,
a task in it a hundredth of one. Prefect shows what happens; the database decides it.
"""

import logging
from collections.abc import Callable
from functools import partial

from prefect import flow, get_client, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.exceptions import TerminationSignal
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Failed

from flows.draining import Drain
from flows.faults import run_safely
from flows.mailing import send_due_mail
from flows.processing import run_directly
from flows.run_signs import PART
from flows.runs.artifacts import Progress, name_run, publish_imports
from flows.runs.cancelling import CancelWatch
from flows.runs.crashes import IMPORTS_FAILED, report_bad_end, run_in_workplace, stop_was_asked
from flows.steps import ImportWork, Step
from flows.workplace import Workplace
from records.beats import Beating
from records.tables import ImportStatus

logger = logging.getLogger("learner_imports")


class StepCall:
    """A step with what it works on, as the one parameter of its task.

    Prefect looks through what dataclasses, models and lists hold, for each task anew; through this it does not.
    """

    def __init__(self, step: Step, workplace: Workplace, work: ImportWork) -> None:
        self.step, self.workplace, self.work = step, workplace, work

    def __str__(self) -> str:
        """Name the task: provider, import and step."""
        return f"{self.work.ukprn} · import {self.work.import_id} · {self.step.__name__}"


@task(name="step", task_run_name="{call}", cache_policy=NO_CACHE, persist_result=False)
def take_step(call: StepCall) -> State:
    """Run one step of one import; the task's state says the outcome once it is decided."""
    work = call.work
    run_directly(call.step, call.workplace, work)
    outcome = work.outcome or (ImportStatus.UNSUCCESSFUL if work.is_refused else None)
    return Completed(name=outcome.capitalize() if outcome else "Completed")


@task(name="send mail", task_run_name="send mail", cache_policy=NO_CACHE, persist_result=False)
def send_mail(workplace: Workplace, keep_going: Callable[[], bool]) -> State:
    """Send the mail that is due, while `keep_going` answers true."""
    return Completed(message=run_safely("mail", partial(send_due_mail, workplace, keep_going=keep_going)))


@flow(
    name="import-learners",
    flow_run_name="waiting for files",
    persist_result=False,
    on_failure=[report_bad_end],
    on_crashed=[report_bad_end],
)
def import_learners() -> State:
    """Drain the queue of imports, then stay a while for more."""
    watch = CancelWatch(flow_run.id)
    try:
        return run_in_workplace("import run", partial(drain_queue, watch))
    except TerminationSignal:  # by the service being stopped, or by an operator who cancels this run
        stop_was_asked.set()
        if watch.is_cancelled:
            return Cancelled(message="Cancelled by an operator. The file in hand waits for the next run.")
        raise


def drain_queue(watch: CancelWatch, workplace: Workplace) -> State:
    """Drain the queue while `watch` looks whether that is cancelled. Returns the run's final state."""
    drain = Drain(workplace, run_step=StepTasks(), send_mail=send_mail, report=report)
    with watch, Beating(workplace.database, PART, now=workplace.now, address=flow_run.id):
        drain.run()
    return summarise(drain)


class StepTasks:
    """Runs each step as a task named after provider, import and step, and moves the bar of a large file."""

    def __init__(self) -> None:
        self._progress: tuple[int, Progress] = (0, Progress())

    def __call__(self, step: Step, workplace: Workplace, work: ImportWork) -> None:
        """Run one step.

        Raises:
            StepFailedError: the step failed.
            LeaseLostError: another worker holds the import.
        """
        take_step(StepCall(step, workplace, work))
        if self._progress[0] != work.import_id:
            self._progress = work.import_id, Progress()
        self._progress[1].tell(work, step)


def report(drain: Drain, burst: list[ImportWork]) -> None:
    """Publish what came of a number of imports, and name the run after all it has done so far.

    A Prefect server that does not answer loses these tables and nothing else: the imports are done.
    """
    try:
        publish_imports(burst)
        if flow_run.id:
            with get_client(sync_client=True) as client:
                client.update_flow_run(flow_run.id, name=name_run(drain.outcomes, drain.ukprns))
    except Exception as fault:
        logger.error("import run: not shown in Prefect: %s", type(fault).__name__)


def summarise(drain: Drain) -> State:
    """Give the run's final state: what the worst of its imports came to."""
    outcomes = drain.outcomes
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    if outcomes[ImportStatus.FAILED]:
        return Failed(name=IMPORTS_FAILED, message=f"{counts}. Operators were told; the tasks' logs say where.")
    if outcomes[ImportStatus.UNSUCCESSFUL]:
        return Completed(name="Unsuccessful", message=f"{counts}: at least one file was refused.")
    return Completed(name="Successful" if counts else "No files", message=counts or "No file was waiting.")
