"""An outbox row as an internet message, the same bytes however often it is made. Sends nothing."""

from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from notifications.faults import SendFault
from notifications.headers import make_address, make_sender_address, make_subject
from records.tables import OutboxMail


def make_message(mail: OutboxMail, *, mail_from: str) -> EmailMessage:
    """Make the multipart message (plain text and HTML, UTF-8) of one outbox row.

    Args:
        mail: the row.
        mail_from: the sender, such as "Learner imports <no-reply@example.org>".

    Raises:
        SendFault: the recipient is not an address, which trying again can't help; or the sender is not, which an
            operator can mend.
    """
    try:
        sender = make_sender_address(mail_from)
    except ValueError:
        text = "The sender is not an address: see LEARNER_IMPORTS_MAIL_FROM."
        raise SendFault(text, can_retry=True, is_of_server=True) from None
    try:
        recipient = make_address(mail.to_email)
    except ValueError:
        raise SendFault("The recipient is not an address.", can_retry=False) from None
    is_plain = f"{sender.addr_spec}{recipient.addr_spec}".isascii()
    message = EmailMessage(policy=SMTP if is_plain else SMTPUTF8)
    message["From"], message["To"] = sender, recipient
    message["Subject"] = make_subject(mail.subject)
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
