"""Sending the mail that is due with the settings' patience, and saying in a line what came of it."""

from datetime import timedelta

from flows.workplace import Workplace
from notifications.outbox import deliver_waiting


def send_due_mail(workplace: Workplace) -> str:
    """Send the mail that is due. Returns what became of it, without addresses."""
    count = deliver_waiting(
        workplace.database,
        workplace.sender,
        now=workplace.now,
        give_up_after=timedelta(days=workplace.settings.mail_give_up_days),
    )
    return f"{count.sent} sent, {count.postponed} postponed, {count.given_up} given up"
