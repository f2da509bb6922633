"""Reading the mail that the website has sent, as whoever gets it does."""

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.notifications.mail_server import Mailbox

MAIL_SECONDS = 20.0
LINK = re.compile(r"https?://\S+")


def wait_for_mail(mailbox: Mailbox, to_email: str, subject: str) -> EmailMessage:
    """Return the newest mail to an address with this subject, once there is one; it is taken out of the mailbox."""
    until = time.monotonic() + MAIL_SECONDS
    while True:
        for envelope in reversed(mailbox.envelopes):
            mail = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
            if to_email in envelope.rcpt_tos and mail["Subject"] == subject:
                mailbox.envelopes.remove(envelope)
                return mail
        subjects = [message_from_bytes(bytes(kept.content or b""))["Subject"] for kept in mailbox.envelopes]
        assert time.monotonic() < until, f"no mail “{subject}” has come, but {subjects}"
        time.sleep(0.02)


def find_link(mail: EmailMessage) -> str:
    """Return the one link in a mail's text."""
    body = mail.get_body(("plain",))
    assert body is not None
    (link,) = LINK.findall(body.get_content())
    return str(link)
