"""Mail that a page queues leaves at once, and never before the page's transaction is committed."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from notifications.account_mail import queue_password_changed
from records.database import Database
from records.tables import now
from settings import Settings
from tests.notifications.mail_server import Mailbox, run_server
from web_min.current import get_session
from web_min.mailing import LOOK_SECONDS, MailSending, send_soon, use_mail_sending

TO = "ada.marsh@northfield.example"


@pytest.fixture
def mailbox(app: Flask, database: Database, tmp_path: Path) -> Iterator[Mailbox]:
    """Where the app's mail arrives."""
    mailbox = Mailbox()
    with run_server(mailbox) as port:
        settings = Settings(home=tmp_path, smtp_host="127.0.0.1", smtp_port=port)
        with MailSending(settings, database) as sending:
            use_mail_sending(app, sending)
            yield mailbox


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_mail_leaves_when_its_transaction_is_committed_however_late(app: Flask, mailbox: Mailbox) -> None:
    with app.test_request_context():
        send_soon()
        queue_password_changed(get_session(), TO, username=TO, link="http://127.0.0.1/", now=now())
        assert not has_come(mailbox, seconds=0.5)
        get_session().commit()
        assert has_come(mailbox, seconds=LOOK_SECONDS / 2)


def has_come(mailbox: Mailbox, *, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not mailbox.envelopes and time.monotonic() < until:
        time.sleep(0.02)
    return bool(mailbox.envelopes)
