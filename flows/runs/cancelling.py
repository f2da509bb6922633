"""Seeing from within a run that an operator has cancelled it, when Prefect's worker does not.

The worker hears of it by a message that it may miss, and then lets the run go on to its end. So the run asks by itself
now and then. Owns the asking and the signal to its own process; what the signal ends is in the flow.
"""

import logging
import os
import signal
from threading import Event, Thread
from types import TracebackType
from uuid import UUID

from prefect import get_client
from prefect.client.schemas.objects import StateType

logger = logging.getLogger("learner_imports")

ASK_SECONDS = 2.5


class CancelWatch:
    """Watches one run while its block runs; `is_cancelled` tells whether it ended the run.

    Args:
        run_id: the run's id in Prefect; None when it is run without a server's knowledge.
    """

    def __init__(self, run_id: str | None) -> None:
        self.is_cancelled = False
        self._run_id = run_id
        self._is_over = Event()

    def __enter__(self) -> "CancelWatch":
        """Begin to ask."""
        if self._run_id:
            Thread(target=self._go_on, name="cancel watch", daemon=True).start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _fault: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Ask no more."""
        self._is_over.set()

    def _go_on(self) -> None:
        was_cancelling = False
        while not self._is_over.wait(ASK_SECONDS):
            is_cancelling = self._ask()
            if is_cancelling and was_cancelling:  # the worker had its chance to do it properly
                self.is_cancelled = True
                os.kill(os.getpid(), signal.SIGTERM)
                return
            was_cancelling = is_cancelling

    def _ask(self) -> bool:
        try:
            with get_client(sync_client=True) as client:
                return client.read_flow_run(UUID(self._run_id)).state_type == StateType.CANCELLING
        except Exception as fault:  # the server is away: asked again in a moment
            logger.debug("import run: cannot ask whether it is cancelled: %s", type(fault).__name__)
            return False
