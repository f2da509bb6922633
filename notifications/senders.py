"""How mail leaves: into files, or to a mail server. Both are told what to send and know nothing of the outbox.

Faults of the world come out as `SendFault`. The mail server's side is in `notifications.smtp_sender`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from notifications.faults import SendFault
from notifications.messages import find_token, make_message
from notifications.smtp_sender import SmtpSender
from records.tables import OutboxMail
from settings import Settings


class Connection(Protocol):
    """What sends one mail after the other."""

    def send(self, mail: OutboxMail) -> None:
        """Send one mail.

        Raises:
            SendFault: it was not sent.
        """


class Sender(Connection, Protocol):
    """What the outbox needs of a sender. `longest_seconds` is the longest that sending one mail can take."""

    @property
    def longest_seconds(self) -> float:
        """How long one mail can take at most, in seconds."""


class FileSender:
    """Writes each mail as an `.eml` file; the same mail again writes the same file.

    Args:
        folder: where to; made when it is missing.
        mail_from: the sender of every mail.
    """

    longest_seconds = 60.0

    def __init__(self, folder: Path, mail_from: str) -> None:
        self.folder = folder
        self.mail_from = mail_from

    def send(self, mail: OutboxMail) -> None:
        """Write the mail under its final name in one step, so that nobody ever reads half of it."""
        message = make_message(mail, mail_from=self.mail_from)
        content = message.as_bytes(policy=message.policy.clone(linesep=os.linesep))  # as mail programs here read files
        path = find_file(self.folder, mail)
        part = self.folder / f".{path.name}.{os.getpid()}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.touch(mode=0o600)
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            text = f"The mail could not be written ({type(error).__name__})."
            raise SendFault(text, can_retry=True, is_of_server=True) from error


def find_file(folder: Path, mail: OutboxMail) -> Path:
    """Return where the file sender writes a mail: named by import and kind, by nobody and nothing in it."""
    return folder / f"{mail.import_id or 0:06d}-{mail.kind}-{find_token(mail)}.eml"


def make_sender(settings: Settings) -> Sender:
    """Make the sender that the settings ask for: a mail server when one is named, else files in the outbox folder."""
    if not settings.smtp_host:
        return FileSender(settings.outbox_folder, settings.mail_from)
    return SmtpSender(
        settings.smtp_host,
        settings.smtp_port,
        username=settings.smtp_username,
        password=settings.smtp_password.get_secret_value(),
        use_starttls=settings.smtp_starttls,
        use_tls=settings.smtp_tls,
        timeout_seconds=settings.smtp_timeout_seconds,
        mail_from=settings.mail_from,
    )


@contextmanager
def connect(sender: Connection) -> Iterator[Connection]:
    """Give what sends several mails: one connection to a mail server for all of them, where there is one."""
    if not isinstance(sender, SmtpSender):
        yield sender
        return
    connection = sender.connect()
    try:
        yield connection
    finally:
        connection.close()
