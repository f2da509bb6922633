"""The collector's loop: look at the drop folders, queue what is complete, see that an import run takes it."""

import logging
import time
from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from flows.processing import describe_fault
from flows.steps import read_again
from flows.workplace import Workplace
from intake.collecting import collect
from intake.drop_folders import DropFolders, Notice
from intake.outcomes import find_unreturned, return_outcome
from records.tables import Provider

logger = logging.getLogger("learner_imports")

SWEEP_SECONDS = 10.0  # pause between two sweeps for outcomes that nobody returned
SWEEP_LIMIT_SECONDS = 5.0  # after which a sweep leaves the rest to the next one, so that files are not kept waiting
FAULT_PAUSE_SECONDS = 5.0


def run_collector(
    workplace: Workplace, *, start_run: Callable[[Workplace], bool], is_stopping: Callable[[], bool]
) -> None:
    """Collect until told to stop. A fault of the database or of Prefect is logged and outlived.

    Args:
        workplace: what to work with.
        start_run: asks for an import run when one is needed.
        is_stopping: asked before every look.
    """
    collector = Collector(workplace, start_run)
    while not is_stopping():
        try:
            collector.look_once()
            time.sleep(workplace.settings.collect_interval_seconds)
        except Exception as fault:
            logger.error("collector: %s; trying again in %.0f s", describe_fault(fault), FAULT_PAUSE_SECONDS)
            time.sleep(FAULT_PAUSE_SECONDS)


class Collector:
    """What the collector remembers between two looks: files it saw growing, and what it has reported."""

    def __init__(self, workplace: Workplace, start_run: Callable[[Workplace], bool]) -> None:
        self.workplace = workplace
        self.start_run = start_run
        self.folders = DropFolders(
            workplace.settings.drop_folder, stable_seconds=workplace.settings.stable_seconds, clock=time.monotonic
        )
        self._reported: set[Notice] = set()
        self._providers: set[str] = set()
        self._sweep_at = 0.0

    def look_once(self) -> list[int]:
        """Look once: make missing folders, queue complete files, start a run if needed. Returns new imports' ids."""
        self._make_folders()
        collected = collect(self.folders, self.workplace.storage, self.workplace.database, now=self.workplace.now)
        for import_id in collected.import_ids:
            logger.info("import %s: requested", import_id)
        self._report(collected.notices)
        if time.monotonic() >= self._sweep_at:
            self._sweep_at = time.monotonic() + SWEEP_SECONDS
            self._return_what_is_left()
        self.start_run(self.workplace)
        return collected.import_ids

    def _make_folders(self) -> None:
        with self.workplace.database.read() as session:
            ukprns = set(session.scalars(select(Provider.ukprn)))
        for ukprn in ukprns - self._providers:
            self.folders.make_for(ukprn)
        self._providers = ukprns

    def _report(self, notices: list[Notice]) -> None:
        """Log each notice once, until it has gone away and come back."""
        for notice in sorted(set(notices) - self._reported):
            logger.warning("drop folder %s %s", notice.folder, notice.message)
        self._reported = set(notices)

    def _return_what_is_left(self) -> None:
        workplace = self.workplace
        leave_at = time.monotonic() + SWEEP_LIMIT_SECONDS
        for import_id in find_unreturned(workplace.database, now=workplace.now()):
            if time.monotonic() >= leave_at:
                break
            try:
                return_outcome(
                    workplace.database,
                    import_id,
                    drop_folder=workplace.settings.drop_folder,
                    find_table=partial(read_again, workplace),
                    now=workplace.now,
                )
            except Exception as fault:  # one that can't be returned must not keep back the others
                logger.error("import %s: outcome not returned: %s", import_id, describe_fault(fault))
