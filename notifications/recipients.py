"""Who is told of an import's outcome. Reads accounts, contacts and memberships; writes nothing."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables import Account, ImportStatus, LearnerImport, Membership, ProviderContact


class Recipient(NamedTuple):
    """One address. A stand-in gets the mail because the provider has nobody to send it to."""

    email: str
    is_stand_in: bool = False


def find_recipients(session: Session, learner_import: LearnerImport, *, operator_email: str) -> list[Recipient]:
    """Find whom to tell: who asked, else the provider's contacts, else its staff who may import, else the operator.

    Of an import that failed the operator is told by an alert, which counts failures of one cause, and by no mail of
    each: not as a stand-in, and not as a contact either.
    """
    emails = _without_doubles(
        _find_asker(session, learner_import)
        or _find_contacts(session, learner_import.provider_id)
        or _find_importing_staff(session, learner_import.provider_id)
    )
    if learner_import.status == ImportStatus.FAILED:
        return [Recipient(email) for email in emails if email.lower() != operator_email.lower()]
    return [Recipient(email) for email in emails] or [Recipient(operator_email, is_stand_in=True)]


def _find_asker(session: Session, learner_import: LearnerImport) -> list[str]:
    if learner_import.requested_by_account_id is None:
        return []
    return _filled(session.scalars(select(Account.email).where(Account.id == learner_import.requested_by_account_id)))


def _find_contacts(session: Session, provider_id: int) -> list[str]:
    contacts = select(ProviderContact.email).where(ProviderContact.provider_id == provider_id)
    return _filled(session.scalars(contacts.order_by(ProviderContact.id)))


def _find_importing_staff(session: Session, provider_id: int) -> list[str]:
    staff = (
        select(Account.email)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.provider_id == provider_id,
            Membership.can_import,
            Account.kind == "staff",
            Account.is_active,
        )
    )
    return _filled(session.scalars(staff.order_by(Account.id)))


def _filled(emails: Iterable[str | None]) -> list[str]:
    return [email for email in emails if email]


def _without_doubles(emails: list[str]) -> list[str]:
    first_spellings: dict[str, str] = {}
    for email in emails:
        first_spellings.setdefault(email.lower(), email)
    return list(first_spellings.values())
