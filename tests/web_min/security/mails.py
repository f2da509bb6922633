"""Mail that the website has queued, and the links in it."""

import re

from sqlalchemy import select

from records.database import Database
from records.tables import OutboxMail

LINK = re.compile(r"https?://\S+?(/(?:choose-password|invitation)/\S+)")


def read_mails(database: Database, kind: str | None = None) -> list[OutboxMail]:
    """Return the mails of a kind, the oldest first."""
    with database.read() as session:
        mails = session.scalars(select(OutboxMail).order_by(OutboxMail.id))
        return [mail for mail in mails if kind in (None, mail.kind)]


def find_path(mail: OutboxMail) -> str:
    """Return the path of the link in a mail, on the website that it was sent by."""
    found = LINK.search(mail.body_text)
    assert found, mail.body_text
    return found.group(1)
