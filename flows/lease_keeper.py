"""Holding an import while its steps run: a thread renews the lease, so that a slow step is not taken for a dead worker.

Owns when the lease is renewed. It never disturbs the step: it writes in transactions of its own, waits its turn when
another holds SQLite's one writer, and outlives any fault. Losing the lease is for the step itself to find out.
"""

import logging
from threading import Event, Thread
from types import TracebackType

from sqlalchemy.exc import SQLAlchemyError

from flows.workplace import Workplace
from records.queue import Lease, LeaseLostError, renew_lease

logger = logging.getLogger("learner_imports")

RENEWALS_PER_LEASE = 3
LEAST_PAUSE_SECONDS = 0.1


class LeaseKeeper:
    """Renews one lease every third of `lease_seconds` while its block runs, but not more than ten times a second.

    Args:
        workplace: its database, clock and settings.
        lease: on the import that is worked on.
    """

    def __init__(self, workplace: Workplace, lease: Lease) -> None:
        self._workplace, self._lease = workplace, lease
        self._pause_seconds = max(workplace.settings.lease_seconds / RENEWALS_PER_LEASE, LEAST_PAUSE_SECONDS)
        self._is_over = Event()

    def __enter__(self) -> "LeaseKeeper":
        """Begin to renew."""
        Thread(target=self._go_on, name=f"lease of import {self._lease.import_id}", daemon=True).start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _fault: BaseException | None, _at: TracebackType | None
    ) -> None:
        """End, without waiting: a renewal that comes after all changes nothing, for the import is no longer held."""
        self._is_over.set()

    def _go_on(self) -> None:
        while not self._is_over.wait(self._pause_seconds):
            try:
                self._renew()
            except LeaseLostError:
                return
            except SQLAlchemyError as fault:  # the database is busy or away; two more renewals fit in the lease
                logger.warning("import %s: lease not renewed: %s", self._lease.import_id, type(fault).__name__)

    def _renew(self) -> None:
        with self._workplace.database.write() as session:
            if not self._is_over.is_set():
                seconds = self._workplace.settings.lease_seconds
                renew_lease(session, self._lease, now=self._workplace.now(), lease_seconds=seconds)
