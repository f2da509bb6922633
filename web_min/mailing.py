"""Sending mail that a page has queued, soon and beside the requests. Others send from the outbox as well."""

import logging
from datetime import timedelta
from threading import Event, Thread

from flask import Flask, current_app
from sqlalchemy import event

from notifications.outbox import deliver_waiting
from notifications.senders import make_sender
from records.database import Database
from records.logs import name_fault
from records.tables import now
from settings import Settings
from web_min.current import get_session

logger = logging.getLogger("learner_imports")

LOOK_SECONDS = 15.0  # also without being woken: mail that could not be sent is due again after a while


class MailSending:
    """Sends what is due in a thread while its block runs.

    Args:
        settings: where mail goes.
        database: the outbox.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self._sender, self._database = make_sender(settings), database
        self._give_up_after = timedelta(days=settings.mail_give_up_days)
        self._is_woken, self._is_over = Event(), Event()
        self._thread = Thread(target=self._go_on, name="mail", daemon=True)

    def __enter__(self) -> "MailSending":
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Send no more than the mail in hand."""
        self._is_over.set()
        self._is_woken.set()
        self._thread.join(self._sender.longest_seconds)

    def wake(self) -> None:
        """Look for mail now."""
        self._is_woken.set()

    def _go_on(self) -> None:
        while not self._is_over.is_set():
            self._is_woken.wait(LOOK_SECONDS)
            self._is_woken.clear()
            self.send_due()

    def send_due(self) -> None:
        """Send what is due, and outlive a mail server or a database that is away."""
        try:
            deliver_waiting(
                self._database,
                self._sender,
                now=now,
                give_up_after=self._give_up_after,
                keep_going=lambda: not self._is_over.is_set(),
            )
        except Exception as fault:  # whatever it is: this thread is the only one that sends soon
            logger.warning("mail is not sent now, and tried again: %s", name_fault(fault))


def use_mail_sending(app: Flask, sending: MailSending) -> None:
    """Let pages wake this thread. Without one, what they queue is sent by whoever looks at the outbox next."""
    app.extensions["mail_sending"] = sending


def send_soon() -> None:
    """Have the mail sent that the request has queued, as soon as it commits."""
    if sending := current_app.extensions.get("mail_sending"):
        event.listen(get_session(), "after_commit", lambda _session: sending.wake(), once=True)
