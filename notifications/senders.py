"""How mail leaves: into files, or to a mail server. Both are told what to send and know nothing of the outbox.

Faults of the world come out as `SendFault`.
"""

import os
import smtplib
import ssl
from pathlib import Path
from typing import Protocol

from notifications.faults import SendFault
from notifications.messages import find_token, make_message
from records.tables import OutboxMail
from settings import Settings

PERMANENT_CODES = range(500, 600)
# 5xx all the same, and yet no fault of the mail: an operator mends the user name, the password or TLS.
SIGN_IN_CODES = {530, 534, 535, 538}


class Sender(Protocol):
    """What the outbox needs of a sender."""

    def send(self, mail: OutboxMail) -> None:
        """Send one mail.

        Raises:
            SendFault: it was not sent.
        """


class FileSender:
    """Writes each mail as an `.eml` file; the same mail again writes the same file.

    Args:
        folder: where to; made when it is missing.
        mail_from: the sender of every mail.
    """

    def __init__(self, folder: Path, mail_from: str) -> None:
        self.folder = folder
        self.mail_from = mail_from

    def send(self, mail: OutboxMail) -> None:
        """Write the mail under its final name in one step, so that nobody ever reads half of it."""
        content = make_message(mail, mail_from=self.mail_from).as_bytes()
        name = f"{mail.import_id or 0:06d}-{mail.kind}-{find_token(mail)}.eml"
        part = self.folder / f".{name}.{os.getpid()}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.touch(mode=0o600)
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.folder / name)
        except OSError as error:
            raise SendFault(f"The mail could not be written ({type(error).__name__}).", can_retry=True) from error


class SmtpSender:
    """Hands each mail to a mail server.

    Args:
        host, port: of the server.
        username, password: to sign in with; an empty user name means no sign-in.
        use_starttls: whether to switch to TLS, with the server's certificate checked, before anything else.
        timeout_seconds: how long to wait for each of the server's answers.
        mail_from: the sender of every mail.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        username: str,
        password: str,
        use_starttls: bool,
        timeout_seconds: float,
        mail_from: str,
    ) -> None:
        self.host = host
        self.port = port
        self.username = username
        self.password = password
        self.use_starttls = use_starttls
        self.timeout_seconds = timeout_seconds
        self.mail_from = mail_from

    def send(self, mail: OutboxMail) -> None:
        """Send the mail over a connection of its own."""
        message = make_message(mail, mail_from=self.mail_from)
        is_accepted = False
        try:
            with smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds) as server:
                if self.use_starttls:
                    server.starttls(context=ssl.create_default_context())
                if self.username:
                    server.login(self.username, self.password)
                server.send_message(message)
                is_accepted = True
        except (OSError, smtplib.SMTPException) as error:
            # A server that took the mail and then fails at goodbye must not be sent it again.
            if not is_accepted:
                raise describe_fault(error) from error


def describe_fault(error: Exception) -> SendFault:
    """Say what went wrong without repeating the server's words, which may name an address."""
    code = _find_code(error)
    if code is None:
        return SendFault(f"The mail server could not be used ({type(error).__name__}).", can_retry=True)
    is_permanent = code in PERMANENT_CODES and code not in SIGN_IN_CODES
    is_permanent = is_permanent and not isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError)
    verb = "refused" if is_permanent else "did not take"
    return SendFault(f"The mail server {verb} the mail (code {code}).", can_retry=not is_permanent)


def _find_code(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _ in error.recipients.values()), None)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else None


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
        timeout_seconds=settings.smtp_timeout_seconds,
        mail_from=settings.mail_from,
    )
