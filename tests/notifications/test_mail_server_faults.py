"""A mail server that is slow, hangs up or dies, a deliverer that is killed: each mail goes out once all the same.

Only a kill between the server's acceptance and our mark sends a mail twice, with the same Message-ID.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from notifications.faults import SendFault
from notifications.outbox import CLAIM, DeliveryCount, deliver_waiting
from records.database import Database
from records.tables import OutboxMail, now
from tests.notifications.mail_server import MAIL_FROM, Mailbox, find_free_port, make_smtp_sender, run_server

MakeMail = Callable[..., OutboxMail]
ROOT = Path(__file__).parents[2]

DELIVERER = """
import sys
from notifications.outbox import deliver_waiting
from notifications.smtp_sender import SmtpSender
from records.database import Database
from records.types import now

sender = SmtpSender("127.0.0.1", int(sys.argv[2]), username="", password="", use_starttls=False,
                    timeout_seconds=20, mail_from=sys.argv[3])
deliver_waiting(Database(sys.argv[1]), sender, now=now)
"""


@pytest.fixture
def put_mail(database: Database, make_mail: MakeMail) -> MakeMail:
    def put(**columns: object) -> OutboxMail:
        mail = make_mail(**{"next_attempt_at": now(), "created_at": now()} | columns)
        with database.write() as session:
            session.add(mail)
        return mail

    return put


def list_statuses(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(OutboxMail.status).order_by(OutboxMail.id)))


def list_message_ids(mailbox: Mailbox) -> list[str]:
    return [message_from_bytes(envelope.content or b"")["Message-ID"] for envelope in mailbox.envelopes]  # type: ignore[arg-type]


class Counting(Mailbox):
    """Counts greetings, which tell connections apart."""

    greeting_count = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.greeting_count += 1
        session.host_name = hostname
        return responses


def test_one_connection_serves_a_whole_delivery(database: Database, put_mail: MakeMail) -> None:
    mails = [put_mail() for _ in range(5)]
    mailbox = Counting()
    with run_server(mailbox) as port:
        assert deliver_waiting(database, make_smtp_sender(port), now=now).sent == 5
    assert list_message_ids(mailbox) == [mail.message_id for mail in mails]
    assert mailbox.greeting_count == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_refused_mail_keeps_neither_the_connection_nor_the_other_mails_back(
    database: Database, put_mail: MakeMail
) -> None:
    put_mail(to_email="gone@northfield.example")
    put_mail(to_email="not an address")
    put_mail()

    class Choosy(Counting):
        async def handle_RCPT(
            self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
        ) -> str:
            if address.startswith("gone"):
                return "550 no such person"
            envelope.rcpt_tos.append(address)
            return "250 OK"

    mailbox = Choosy()
    with run_server(mailbox) as port:
        assert deliver_waiting(database, make_smtp_sender(port), now=now) == DeliveryCount(1, 0, 2)
    assert list_statuses(database) == ["given_up", "given_up", "sent"]
    assert mailbox.greeting_count == 1


class Closing(Counting):
    """Says that it is closing down after each mail, as servers do that limit the mails of a connection."""

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.envelopes and self.greeting_count == len(self.envelopes):
            return "421 too many mails on this connection"
        envelope.mail_from = address
        return "250 OK"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_server_that_ends_the_connection_between_two_mails_gets_the_rest_over_another(
    database: Database, put_mail: MakeMail
) -> None:
    for _ in range(3):
        put_mail()
    mailbox = Closing()
    with run_server(mailbox) as port:
        sender = make_smtp_sender(port)
        for _ in range(3):
            deliver_waiting(database, sender, now=lambda: now() + timedelta(minutes=1))
            deliver_waiting(database, sender, now=lambda: now() + timedelta(minutes=2))
    assert len(set(list_message_ids(mailbox))) == len(mailbox.envelopes) == 3


@contextmanager
def run_dripping_server(answer: bytes, pause_seconds: float) -> Iterator[int]:
    """A server that says one byte after the other and never comes to an end."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def drip() -> None:
            with listening.accept()[0] as connection:
                for byte in answer * 1000:
                    try:
                        connection.send(bytes([byte]))
                    except OSError:
                        return
                    time.sleep(pause_seconds)

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        thread.join(5)


def test_a_server_that_answers_byte_by_byte_is_left_when_the_whole_time_is_over(make_mail: MakeMail) -> None:
    with run_dripping_server(b"220-still thinking\r\n", 0.02) as port:
        sender = make_smtp_sender(port, timeout_seconds=0.1)
        began = time.monotonic()
        with pytest.raises(SendFault) as caught:
            sender.send(make_mail())
        assert time.monotonic() - began < sender.longest_seconds + 1
    assert caught.value.can_retry and caught.value.is_of_server


class Answers:
    """A mail server of few words that answers one command, or its greeting, as told."""

    def __init__(self, command: bytes, answer: bytes, *, is_endless: bool = False) -> None:
        self.command, self.answer, self.is_endless = command, answer, is_endless

    def serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines, contextlib.suppress(OSError):
            connection.sendall(b"220 here\r\n")
            is_text = False
            for line in lines:
                if is_text and line != b".\r\n":
                    continue
                is_text = line.startswith(b"data")
                answer = b"354 go on\r\n" if is_text else b"250 OK\r\n"
                connection.sendall(self.answer if line.lower().startswith(self.command) else answer)
                while self.is_endless and line.lower().startswith(self.command):
                    connection.sendall(self.answer)
                    time.sleep(0.01)


@contextmanager
def run_answering(answers: Answers) -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    answers.serve(listening.accept()[0])

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@pytest.mark.parametrize("answer", [b"550 not with that name\r\n", b"451 later\r\n", b"what?\r\n"])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_server_that_refuses_our_greeting_loses_no_mail(
    database: Database, put_mail: MakeMail, answer: bytes
) -> None:
    put_mail()
    with run_answering(Answers(b"", answer)) as port:
        assert deliver_waiting(database, make_smtp_sender(port, timeout_seconds=0.5), now=now) == (0, 1, 0)
    assert list_statuses(database) == ["waiting"]


@pytest.mark.parametrize("command", [b"mail", b"rcpt", b"data", b"."])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_answer_without_an_end_is_the_servers_fault_and_loses_no_mail(
    database: Database, put_mail: MakeMail, command: bytes
) -> None:
    put_mail()
    with run_answering(Answers(command, b"2" * 100_000)) as port:
        assert deliver_waiting(database, make_smtp_sender(port, timeout_seconds=0.5), now=now) == (0, 1, 0)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_server_that_says_goodbye_for_ever_is_left(database: Database, put_mail: MakeMail) -> None:
    put_mail()
    with run_answering(Answers(b"quit", b"221-and another thing\r\n", is_endless=True)) as port:
        sender = make_smtp_sender(port, timeout_seconds=0.1)
        began = time.monotonic()
        assert deliver_waiting(database, sender, now=now).sent == 1
        assert time.monotonic() - began < 2 * sender.longest_seconds + 2


@pytest.mark.parametrize(("takes_all", "status"), [(True, "sent"), (False, "given_up")])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_address_with_letters_of_other_languages_reaches_a_server_that_takes_it(
    database: Database, put_mail: MakeMail, takes_all: bool, status: str
) -> None:
    put_mail(to_email="jürgen@schüle.example")
    put_mail()
    mailbox = Mailbox()
    with run_server(mailbox, enable_SMTPUTF8=takes_all) as port:
        deliver_waiting(database, make_smtp_sender(port), now=now)
    assert list_statuses(database) == [status, "sent"]
    if takes_all:
        assert mailbox.envelopes[0].rcpt_tos == ["jürgen@xn--schle-mva.example"]
        assert "To: jürgen@xn--schle-mva.example\r\n".encode() in (mailbox.envelopes[0].content or b"")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_mail_postponed_by_a_clock_that_was_days_ahead_goes_out(database: Database, put_mail: MakeMail) -> None:
    put_mail(next_attempt_at=now() + timedelta(days=30))
    put_mail(next_attempt_at=now() + timedelta(hours=1))
    with run_server(Mailbox()) as port:
        assert deliver_waiting(database, make_smtp_sender(port), now=now).sent == 1
    assert list_statuses(database) == ["sent", "waiting"]


def test_a_server_that_takes_long_to_accept_a_mail_gets_it_once(database: Database, put_mail: MakeMail) -> None:
    """It may be busy with a filter; to hang up on it would send the mail twice."""
    put_mail()

    class Thorough(Mailbox):
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
            await asyncio.sleep(0.8)
            return await super().handle_DATA(server, session, envelope)

    mailbox = Thorough()
    with run_server(mailbox) as port:
        sender = make_smtp_sender(port, timeout_seconds=0.4)
        assert deliver_waiting(database, sender, now=now).sent == 1
    assert len(mailbox.envelopes) == 1


def test_mail_waits_while_the_server_is_down_and_goes_out_once_when_it_is_back(
    database: Database, put_mail: MakeMail
) -> None:
    mails = [put_mail() for _ in range(6)]
    port = find_free_port()
    moment = now()

    def clock() -> datetime:
        return moment

    for _ in range(4):
        assert deliver_waiting(database, make_smtp_sender(port), now=clock).sent == 0
        moment += timedelta(minutes=1)
    mailbox = Mailbox()
    with run_server(mailbox) as port:
        for _ in range(10):
            moment += timedelta(minutes=1)
            deliver_waiting(database, make_smtp_sender(port), now=clock)
    assert sorted(list_message_ids(mailbox)) == sorted(mail.message_id for mail in mails)
    assert set(list_statuses(database)) == {"sent"}


def start_deliverer(database: Database, port: int) -> subprocess.Popen[bytes]:
    url = database.engine.url.render_as_string(hide_password=False)
    return subprocess.Popen([sys.executable, "-c", DELIVERER, url, str(port), MAIL_FROM], cwd=ROOT)


class Killing(Mailbox):
    """Kills the deliverer when it has sent its second mail: before the mail is accepted, or after."""

    def __init__(self, *, is_accepted: bool) -> None:
        super().__init__()
        self.is_accepted = is_accepted
        self.pid = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        is_second = len(self.envelopes) == 1 and self.pid
        if is_second and not self.is_accepted:
            self.kill()
            return "451 nobody listens"
        answer = await super().handle_DATA(server, session, envelope)
        if is_second:
            self.kill()
        return answer

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.pid = 0


@pytest.mark.parametrize("is_accepted", [True, False])
def test_a_deliverer_that_is_killed_sends_at_most_the_accepted_mail_twice_with_the_same_id(
    database: Database, put_mail: MakeMail, is_accepted: bool
) -> None:
    mails = [put_mail().message_id for _ in range(3)]
    mailbox = Killing(is_accepted=is_accepted)
    with run_server(mailbox) as port:
        process = start_deliverer(database, port)
        mailbox.pid = process.pid
        assert process.wait(30) == -signal.SIGKILL
        assert list_statuses(database) == ["sent", "waiting", "waiting"]
        sender = make_smtp_sender(port)
        assert deliver_waiting(database, sender, now=now).sent == 1, "the mail in hand is left alone for a while"
        assert deliver_waiting(database, sender, now=lambda: now() + CLAIM).sent == 1
    assert set(list_statuses(database)) == {"sent"}
    first, second, third = mails
    expected = [first, second, third, second] if is_accepted else [first, third, second]
    assert list_message_ids(mailbox) == expected
