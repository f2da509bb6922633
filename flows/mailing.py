"""Sending the mail that is due with the settings' patience: once, or beside other work that it must not hold up."""

import logging
from collections.abc import Callable
from contextvars import copy_context
from datetime import timedelta
from threading import Event, Thread
from types import TracebackType

from flows.faults import describe_fault
from flows.workplace import Workplace
from notifications.outbox import deliver_waiting, find_due

logger = logging.getLogger("learner_imports")

STOP_SECONDS = 5.0  # the mail that is being sent is waited for this long when the run is stopped


def send_due_mail(
    workplace: Workplace, *, import_id: int | None = None, keep_going: Callable[[], bool] = lambda: True
) -> str:
    """Send the mail that is due, or that of one import. Returns what became of it, without addresses."""
    count = deliver_waiting(
        workplace.database,
        workplace.sender,
        now=workplace.now,
        import_id=import_id,
        give_up_after=timedelta(days=workplace.settings.mail_give_up_days),
        keep_going=keep_going,
    )
    return f"{count.sent} sent, {count.postponed} postponed, {count.given_up} given up"


def send_or_log(send: Callable[[], object]) -> None:
    """Send mail. A fault is only logged: what was not sent is due again in a while."""
    try:
        send()
    except Exception as fault:
        logger.error("mail: %s", describe_fault(fault))


class MailThread:
    """Sends mail in a thread while its block runs, so that a mail server that is slow or hangs holds up no file.

    Args:
        workplace: its outbox, sender and clock.
        send: sends what is due, and goes on while the callable it is given answers true.
    """

    def __init__(self, workplace: Workplace, send: Callable[[Workplace, Callable[[], bool]], object]) -> None:
        self._workplace, self._send = workplace, send
        self._is_over = Event()
        self._thread: Thread | None = None

    def __enter__(self) -> "MailThread":
        """Nothing is sent before it is asked for."""
        return self

    def __exit__(
        self, _type: type[BaseException] | None, fault: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Send no more than the mail in hand, which is waited for, but not for long when this process must end."""
        self._is_over.set()
        if self._thread:
            self._thread.join(STOP_SECONDS if fault else max(STOP_SECONDS, self._workplace.sender.longest_seconds))

    def send_if_due(self) -> None:
        """Begin to send when mail is due and none is being sent.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the outbox can't be looked at.
        """
        if self._thread and self._thread.is_alive():
            return
        if find_due(self._workplace.database, self._workplace.now(), 1):
            context = copy_context()  # by which Prefect knows what run a task belongs to
            self._thread = Thread(target=context.run, args=(self._go_on,), name="mail", daemon=True)
            self._thread.start()

    def _go_on(self) -> None:
        send_or_log(lambda: self._send(self._workplace, lambda: not self._is_over.is_set()))
