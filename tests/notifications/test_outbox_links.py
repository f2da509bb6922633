"""Whoever has a mailed link may choose a password: the outbox forgets it once the mail has left or never will."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from notifications.faults import SendFault
from notifications.outbox import deliver_waiting
from records.database import Database
from records.tables import OutboxMail
from tests.notifications.conftest import NOW
from tests.notifications.test_outbox_delivery import FakeSender

MakeMail = Callable[..., OutboxMail]
OUTCOMES = {
    "sent": None,
    "waiting": SendFault("later", can_retry=True),
    "given_up": SendFault("never", can_retry=False),
}


@pytest.mark.parametrize("status", OUTCOMES)
@pytest.mark.parametrize(
    ("kind", "has_link"),
    [("invitation", True), ("reset_password", True), ("password_changed", False), ("successful", False)],
)
def test_a_mail_with_a_link_is_blanked_when_it_is_done_with(
    database: Database, make_mail: MakeMail, kind: str, has_link: bool, status: str
) -> None:
    with database.write() as session:
        session.add(make_mail(kind=kind, body_text="the link", body_html="<a>the link</a>"))
    deliver_waiting(database, FakeSender(OUTCOMES[status]), now=lambda: NOW)
    with database.read() as session:
        mail = session.scalars(select(OutboxMail)).one()
    assert mail.status == status
    assert bool(mail.body_text) == bool(mail.body_html) == (not has_link or status == "waiting")
    assert mail.subject and mail.to_email
