"""An outbox row as an internet message, the same bytes however often it is made. Sends nothing."""

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from notifications.faults import SendFault
from records.tables import OutboxMail


def make_message(mail: OutboxMail, *, mail_from: str) -> EmailMessage:
    """Make the multipart message (plain text and HTML, UTF-8) of one outbox row.

    Args:
        mail: the row.
        mail_from: the sender, such as "Learner imports <no-reply@example.org>".

    Raises:
        SendFault: the sender or the recipient is not an address; trying again can't help.
    """
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = mail_from
        message["To"] = Address(addr_spec=mail.to_email)
        message["Subject"] = mail.subject
    except (ValueError, IndexError, MessageError) as error:
        raise SendFault("The mail's sender or recipient is not a valid address.", can_retry=False) from error
    message["Date"] = mail.created_at
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.body_text, cte="quoted-printable")
    message.add_alternative(mail.body_html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"={find_token(mail)}=")
    return message


def find_token(mail: OutboxMail) -> str:
    """Return the part of the Message-ID before the @, which names the mail and nobody in it."""
    return mail.message_id.strip("<>").partition("@")[0]
