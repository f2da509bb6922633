"""Handing mail to a mail server: TLS, sign-in, time limits, and what its refusals mean.

Nothing is handed over after `SmtpSender.longest_seconds`: the connection is cut then, however slowly a server answers,
so that whoever claimed a mail for longer than that is the only one who sends it.
"""

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from notifications.faults import SendFault
from notifications.messages import make_message
from records.tables import OutboxMail

REFUSING_CODES, PERMANENT_CODES = range(400, 600), range(500, 600)
# 5xx all the same, and yet no fault of the mail: an operator mends the user name, the password or TLS.
SIGN_IN_CODES = {530, 534, 535, 538}
CLOSING_CODE = 421  # the server is closing the connection, whatever it was asked
GREETING_CODE, SEND_DATA_CODE = 220, 354
TOO_LARGE_CODE = 552

# A server may take its time to accept a whole mail (RFC 5321, 4.5.3.2.6), and to be impatient then is to send it twice.
PATIENCE_FACTOR = 3
LONGEST_FACTOR = 2 * PATIENCE_FACTOR


class _Server(smtplib.SMTP):
    """A mail server in the clear or switching to TLS, waited for longer while it accepts a mail."""

    def open(self, host: str, port: int) -> None:
        self._host = host  # what a certificate is checked against
        code, text = self.connect(host, port)
        if code != GREETING_CODE:
            raise smtplib.SMTPConnectError(code, text)

    def getreply(self) -> tuple[int, bytes]:
        code, text = super().getreply()
        if self.sock:
            self.sock.settimeout(self.timeout * (PATIENCE_FACTOR if code == SEND_DATA_CODE else 1))
        return code, text


class _TlsServer(_Server, smtplib.SMTP_SSL):
    """A mail server that speaks TLS from the start."""


class SmtpSender:
    """Hands mail to a mail server.

    Args:
        host, port: of the server.
        username, password: to sign in with; an empty user name means no sign-in.
        use_starttls: whether to switch to TLS, with the server's certificate checked, before anything else.
        use_tls: whether the server speaks TLS from the start (port 465), its certificate checked too.
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
        use_tls: bool = False,
        timeout_seconds: float,
        mail_from: str,
    ) -> None:
        self.host = host
        self.port = port
        self.username = username
        self.password = password
        self.use_starttls = use_starttls and not use_tls
        self.use_tls = use_tls
        self.timeout_seconds = timeout_seconds
        self.mail_from = mail_from

    @property
    def longest_seconds(self) -> float:
        """After how long a mail that the server has not taken is not handed over any more."""
        return self.timeout_seconds * LONGEST_FACTOR

    def connect(self) -> "SmtpConnection":
        """Make a connection for several mails; it is opened when the first one is sent."""
        return SmtpConnection(self)

    def send(self, mail: OutboxMail) -> None:
        """Send one mail over a connection of its own.

        Raises:
            SendFault: it was not sent.
        """
        connection = self.connect()
        try:
            connection.send(mail)
        finally:
            connection.close()


class SmtpConnection:
    """One connection to a mail server, opened when it is needed and again when it was lost. Not for several threads."""

    def __init__(self, sender: SmtpSender) -> None:
        self.sender = sender
        self._server: _Server | None = None
        self._is_ready = False

    def send(self, mail: OutboxMail) -> None:
        """Send one mail.

        Raises:
            SendFault: it was not sent, as far as is known: an answer that is lost on its way is a fault too.
        """
        message = make_message(mail, mail_from=self.sender.mail_from)
        with self._within_limit() as leave_at:
            if not self._is_ready:
                self._open(leave_at)
            self._hand_over(message)

    def close(self) -> None:
        """Say goodbye. What the server makes of that is no concern: it has taken what it has taken."""
        if self._server and self._is_ready:
            with suppress(OSError, smtplib.SMTPException), self._within_limit():
                self._server.quit()
        self._drop()

    def _open(self, leave_at: float) -> None:
        sender = self.sender
        try:
            self._server = self._make_server()
            self._server.open(sender.host, sender.port)
            if sender.use_starttls:
                self._server.starttls(context=ssl.create_default_context())
            if sender.username:
                self._server.login(sender.username, sender.password)
            self._server.ehlo_or_helo_if_needed()  # before the first mail: to refuse our greeting is no fault of that
            if time.monotonic() >= leave_at:
                raise TimeoutError
            self._is_ready = True
        except (OSError, smtplib.SMTPException, ValueError) as error:
            self._drop()
            raise describe_fault(error, is_of_server=True) from error

    def _make_server(self) -> _Server:
        seconds = self.sender.timeout_seconds
        if self.sender.use_tls:
            return _TlsServer(timeout=seconds, context=ssl.create_default_context())
        return _Server(timeout=seconds)

    def _hand_over(self, message: EmailMessage) -> None:
        assert self._server is not None  # noqa: S101 - it has just been opened
        try:
            self._server.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            fault = describe_fault(error)
            if fault.is_of_server or self._server.sock is None:
                self._drop()
            raise fault from error

    @contextmanager
    def _within_limit(self) -> Iterator[float]:
        """Cut the connection when the time is over; give the moment when that is, on the monotonic clock."""
        cut = threading.Timer(self.sender.longest_seconds, self._cut)
        cut.daemon = True
        cut.start()
        try:
            yield time.monotonic() + self.sender.longest_seconds
        finally:
            cut.cancel()

    def _cut(self) -> None:
        server_socket = self._server.sock if self._server else None
        if server_socket:
            with suppress(OSError):
                socket.socket.shutdown(server_socket, socket.SHUT_RDWR)  # below TLS, which would wait for an answer

    def _drop(self) -> None:
        if self._server:
            self._server.close()
        self._server, self._is_ready = None, False


def describe_fault(error: Exception, *, is_of_server: bool = False) -> SendFault:
    """Say what went wrong without repeating the server's words, which may name an address.

    An answer that is none of SMTP's is the server's fault, whichever mail it was given to.
    """
    code = _find_code(error)
    if isinstance(error, smtplib.SMTPNotSupportedError) and not is_of_server:
        return SendFault("The mail server takes no address with such letters (no SMTPUTF8).", can_retry=False)
    if code not in REFUSING_CODES:
        text = f"The mail server could not be used ({type(error).__name__})."
        return SendFault(text, can_retry=True, is_of_server=True)
    is_of_server = is_of_server or code in SIGN_IN_CODES or code == CLOSING_CODE
    is_of_server = is_of_server or (isinstance(error, smtplib.SMTPSenderRefused) and code != TOO_LARGE_CODE)
    is_permanent = code in PERMANENT_CODES and not is_of_server
    verb = "refused" if is_permanent else "did not take"
    return SendFault(
        f"The mail server {verb} the mail (code {code}).", can_retry=not is_permanent, is_of_server=is_of_server
    )


def _find_code(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _ in error.recipients.values()), None)
    if not isinstance(error, smtplib.SMTPResponseException) or isinstance(error.smtp_error, str):
        return None  # what smtplib says itself, of a line without end, is text; a server's words are bytes
    return error.smtp_code
