"""A mail server that notes how often it took each Message-ID, and can be started late and stopped."""

from collections import Counter
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.notifications.mail_server import find_free_port


class MailServer:
    """A server on a port of its own, not running at first."""

    def __init__(self) -> None:
        self.port = find_free_port()
        self.taken: Counter[str] = Counter()
        self._controller: Controller | None = None

    @property
    def settings(self) -> dict[str, object]:
        """The settings of a place that sends through it."""
        return {"smtp_host": "127.0.0.1", "smtp_port": self.port, "smtp_timeout_seconds": 5}

    def start(self) -> None:
        """Take mail from now on."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        """Take no more; what was taken is remembered."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Note the mail's id and accept it."""
        self.taken[str(message_from_bytes(envelope.content or b"")["Message-ID"])] += 1  # type: ignore[arg-type]
        return "250 OK"
