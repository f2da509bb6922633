"""Reading the mail that the website has sent, as whoever gets it does."""

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import Envelope

from tests.notifications.mail_server import Mailbox
from web_min.mailing import LOOK_SECONDS

MAIL_SECONDS = LOOK_SECONDS * 0.8  # mail that a page queues does not wait for the next look at the outbox
LINK = re.compile(r"https?://\S+")


def wait_for_mail(mailbox: Mailbox, to_email: str, subject: str) -> EmailMessage:
    """Return the newest mail to an address with this subject, once there is one; it is taken out of the mailbox."""
    until = time.monotonic() + MAIL_SECONDS
    while True:
        for envelope in reversed(mailbox.envelopes):
            mail = read(envelope)
            if to_email in envelope.rcpt_tos and mail["Subject"] == subject:
                mailbox.envelopes.remove(envelope)
                return mail
        others = [read(envelope)["Subject"] for envelope in mailbox.envelopes]
        assert time.monotonic() < until, f"no mail “{subject}” has come, but {others}"
        time.sleep(0.02)


def read(envelope: Envelope) -> EmailMessage:
    assert isinstance(envelope.content, bytes)
    return message_from_bytes(envelope.content, policy=policy.default)


def find_link(mail: EmailMessage) -> str:
    """Return the one link in a mail's text."""
    body = mail.get_body(("plain",))
    assert body is not None
    (link,) = LINK.findall(body.get_content())
    return str(link)
