"""Mail leaves as files that any mail program opens, and through a real mail server on loopback."""

import email.policy
import socket
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from notifications.faults import SendFault
from notifications.senders import FileSender, make_sender
from notifications.smtp_sender import SmtpSender
from records.tables import OutboxMail
from settings import Settings
from tests.notifications.mail_server import MAIL_FROM, Mailbox, find_free_port, make_smtp_sender, run_server

MakeMail = Callable[..., OutboxMail]


def parse(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=email.policy.default)


def read_parts(message: EmailMessage) -> dict[str, str]:
    return {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in message.iter_parts()}


def check_message(message: EmailMessage, mail: OutboxMail) -> None:
    assert message["From"] == MAIL_FROM
    assert message["To"] == mail.to_email
    assert message["Subject"] == mail.subject
    assert message["Message-ID"] == mail.message_id
    assert message["Date"].datetime == mail.created_at.replace(microsecond=0)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    assert list(read_parts(message)) == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in message.iter_parts()] == ["utf-8", "utf-8"]
    assert read_parts(message) == {"text/plain": mail.body_text, "text/html": mail.body_html}


def test_a_file_holds_the_whole_mail_under_a_name_without_personal_data(tmp_path: Path, make_mail: MakeMail) -> None:
    mail = make_mail(import_id=57, subject="Zoë 😀 — " * 20, body_text="Siân\n", body_html="<p>Nguyễn</p>\n")
    FileSender(tmp_path / "outbox", MAIL_FROM).send(mail)
    (path,) = (tmp_path / "outbox").iterdir()
    assert path.name == f"000057-successful-{'0' * 32}.eml"
    assert path.stat().st_mode & 0o077 == 0
    assert path.read_bytes().isascii()
    check_message(parse(path.read_bytes()), mail)


def test_the_same_mail_again_is_the_same_file(tmp_path: Path, make_mail: MakeMail) -> None:
    mail, other = make_mail(import_id=57), make_mail(import_id=57)
    sender = FileSender(tmp_path, MAIL_FROM)
    sender.send(mail)
    (path,) = tmp_path.iterdir()
    first = path.read_bytes()
    sender.send(mail)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [first]
    sender.send(other)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_a_fault_worth_trying_again(tmp_path: Path, make_mail: MakeMail) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    with pytest.raises(SendFault) as caught:
        FileSender(tmp_path / "outbox", MAIL_FROM).send(make_mail())
    assert caught.value.can_retry
    assert str(tmp_path) not in str(caught.value)


def test_a_mail_arrives_at_the_mail_server_whole(make_mail: MakeMail) -> None:
    mailbox = Mailbox()
    body = "Siân – " * 300 + "\n.\nafter the dot\n"
    mail = make_mail(subject="Zoë 😀 " * 20 + "end", body_text=body, body_html=f"<p>{'Nguyễn ' * 300}</p>\n")
    with run_server(mailbox) as port:
        make_smtp_sender(port).send(mail)
    (envelope,) = mailbox.envelopes
    assert envelope.mail_from == "no-reply@imports.example"
    assert envelope.rcpt_tos == ["office@northfield.example"]
    assert isinstance(envelope.content, bytes)
    assert max(len(line) for line in envelope.content.splitlines()) <= 998
    check_message(parse(envelope.content), mail)


@pytest.mark.parametrize(
    ("answers", "can_retry", "code"),
    [
        ({"rcpt": "450 busy, office@northfield.example"}, True, 450),
        ({"rcpt": "550 no such person as office@northfield.example"}, False, 550),
        ({"data": "451 later"}, True, 451),
        ({"data": "554 spam"}, False, 554),
        ({"rcpt": "530 sign in first"}, True, 530),
    ],
)
def test_a_refusal_says_whether_trying_again_helps_and_names_nobody(
    make_mail: MakeMail, answers: dict[str, str], can_retry: bool, code: int
) -> None:
    with run_server(Mailbox(**answers)) as port, pytest.raises(SendFault, match=str(code)) as caught:
        make_smtp_sender(port).send(make_mail())
    assert caught.value.can_retry is can_retry
    assert "office" not in str(caught.value)


def test_a_mail_server_that_is_not_there_is_worth_trying_again(make_mail: MakeMail) -> None:
    with pytest.raises(SendFault) as caught:
        make_smtp_sender(find_free_port()).send(make_mail())
    assert caught.value.can_retry


def test_a_mail_server_that_never_answers_is_left_after_the_time_limit(make_mail: MakeMail) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(SendFault) as caught:
            make_smtp_sender(silent.getsockname()[1], timeout_seconds=0.2).send(make_mail())
    assert caught.value.can_retry


class RudeServer(SMTP):
    """Takes the mail and then fails at goodbye."""

    async def smtp_QUIT(self, arg: str) -> None:
        await self.push("421 falling over")


class RudeController(Controller):
    def factory(self) -> SMTP:
        return RudeServer(self.handler, **self.SMTP_kwargs)


def test_a_server_that_took_the_mail_and_fails_at_goodbye_has_taken_it(make_mail: MakeMail) -> None:
    mailbox = Mailbox()
    controller = RudeController(mailbox, hostname="127.0.0.1", port=find_free_port())
    controller.start()
    try:
        make_smtp_sender(controller.port).send(make_mail())
    finally:
        controller.stop()
    assert len(mailbox.envelopes) == 1


def test_the_settings_choose_files_unless_a_mail_server_is_named(tmp_path: Path) -> None:
    files = make_sender(Settings.model_validate({"home": tmp_path}))
    assert isinstance(files, FileSender)
    assert files.folder == tmp_path / "outbox"
    server = make_sender(
        Settings.model_validate({"smtp_host": "mail.example", "smtp_port": 587, "smtp_starttls": True})
    )
    assert isinstance(server, SmtpSender)
    assert (server.host, server.port, server.use_starttls, server.username) == ("mail.example", 587, True, "")
