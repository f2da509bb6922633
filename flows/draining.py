"""Draining the queue: one import after the other while any waits, mail beside them, then staying a while for more.

Owns the order of that and what a passing fault of the database does to it. Knows no Prefect: how a step is run and how
a burst of imports is reported are passed in.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from flows.mailing import MailThread
from flows.processing import StepRunner, process_import
from flows.steps import ImportWork, import_what_follows, take_import
from flows.workplace import Workplace
from records.queue import has_waiting

logger = logging.getLogger("learner_imports")

POLL_SECONDS = 0.2
FAULT_PAUSE_SECONDS = 2.0
BURST_LIMIT = 100  # imports after which the run reports although more wait
BURST_SECONDS = 30.0

Report = Callable[["Drain", list[ImportWork]], object]


class Drain:
    """One import run: what it does, and what it has come to.

    Args:
        workplace: what to work with.
        run_step: how a step is run, as for `process_import`.
        send_mail: sends the mail that is due, in a thread, while the callable it is given answers true.
        report: told of each burst of imports, with their findings; afterwards these are forgotten.
    """

    def __init__(
        self,
        workplace: Workplace,
        *,
        run_step: StepRunner,
        send_mail: Callable[[Workplace, Callable[[], bool]], object],
        report: Report,
    ) -> None:
        self.ukprns: set[str] = set()
        self._outcomes: dict[int, str] = {}
        self._workplace, self._run_step, self._report = workplace, run_step, report
        self._mail = MailThread(workplace, send_mail)
        self._burst: list[ImportWork] = []
        self._burst_began_at = 0.0

    @property
    def outcomes(self) -> Counter[str]:
        """How many files came to what; one that was put back and taken again counts once, by its last outcome."""
        return Counter(self._outcomes.values())

    def run(self) -> None:
        """Take what waits until nothing has come for `stay_seconds`."""
        with self._mail:
            self._run()
        self._finish_burst()

    def _run(self) -> None:
        settings = self._workplace.settings
        leave_at = time.monotonic() + settings.stay_seconds
        is_prepared = False
        while True:  # it tries first and then looks at the clock: what waits is taken even by a run that never stays
            try:
                if self._take_one():
                    leave_at, is_prepared = time.monotonic() + settings.stay_seconds, True
                    continue
                self._finish_burst()
                self._mail.send_if_due()
            except SQLAlchemyError as fault:  # the database is away or busy; a run outlives that
                logger.error("import run: %s; trying again in %.0f s", type(fault).__name__, FAULT_PAUSE_SECONDS)
                time.sleep(FAULT_PAUSE_SECONDS)
            if time.monotonic() >= leave_at:
                return
            if not is_prepared:
                import_what_follows()  # nothing waits yet: the first file shall not wait for this
                is_prepared = True
            time.sleep(POLL_SECONDS)

    def _take_one(self) -> bool:
        with self._workplace.database.read() as session:
            is_waiting = has_waiting(session, self._workplace.now())
        work = take_import(self._workplace) if is_waiting else None
        if work is None:
            return False
        if not self._burst:
            self._burst_began_at = time.monotonic()
        process_import(self._workplace, work, run_step=self._run_step)
        work.forget()
        self._burst.append(work)
        self.ukprns.add(work.ukprn)
        self._outcomes[work.import_id] = work.outcome or "put back"
        if len(self._burst) >= BURST_LIMIT or time.monotonic() - self._burst_began_at > BURST_SECONDS:
            self._finish_burst()
            self._mail.send_if_due()
        return True

    def _finish_burst(self) -> None:
        if not self._burst:
            return
        burst, self._burst = self._burst, []
        self._report(self, burst)
        for work in burst:
            work.findings = []  # a run may stay for hours: it keeps counts, not learners' data
