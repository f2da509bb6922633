"""A real mail server on loopback, and senders that talk to it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifications.smtp_sender import SmtpSender

MAIL_FROM = "Learner imports <no-reply@imports.example>"


class Mailbox:
    """Handler of a mail server: keeps what it takes, and answers with the given codes."""

    def __init__(self, rcpt: str = "250 OK", data: str = "250 OK") -> None:
        self.rcpt = rcpt
        self.data = data
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data.startswith("250"):
            self.envelopes.append(envelope)
        return self.data


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def run_server(handler: Mailbox, **options: Any) -> Iterator[int]:
    controller = Controller(handler, hostname="127.0.0.1", port=find_free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def make_smtp_sender(port: int, **options: Any) -> SmtpSender:
    values: dict[str, Any] = {
        "username": "",
        "password": "",
        "use_starttls": False,
        "timeout_seconds": 5.0,
        "mail_from": MAIL_FROM,
    }
    return SmtpSender("127.0.0.1", port, **values | options)
