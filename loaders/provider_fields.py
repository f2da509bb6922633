"""Adding a provider and changing one, all its fields at a time. Registering many is in `loaders.providers`.

Owns that a UKPRN is one provider's, and stays once learners or imports go by it. Whoever calls has judged the values,
commits, and rolls back after a refusal.
"""

from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from loaders.providers import ProviderError
from loaders.recording import Record
from loaders.uniqueness import is_kept
from records.tables import Learner, LearnerImport, Provider, ProviderContact


class UkprnTakenError(ProviderError):
    """Another provider is registered under this UKPRN."""

    def __init__(self) -> None:
        super().__init__("A provider with this UKPRN is registered already.")


class UkprnFixedError(ProviderError):
    """The provider has learners or imports, which go by its UKPRN."""

    def __init__(self) -> None:
        super().__init__("This provider has learners or imports by now, so its UKPRN stays as it is.")


class ProviderFields(NamedTuple):
    """What can be said of a provider. Contacts are addresses, no two alike; the columns are named as the table's."""

    ukprn: str
    name: str
    postcode: str | None
    contacts: tuple[str, ...]


def read_fields(provider: Provider) -> ProviderFields:
    """Return a provider's fields as they are kept."""
    contacts = sorted(provider.contacts, key=lambda contact: contact.id or 0)
    return ProviderFields(
        provider.ukprn, provider.name, provider.postcode, tuple(contact.email for contact in contacts)
    )


def create_provider(session: Session, fields: ProviderFields, *, record: Record) -> Provider:
    """Register a provider.

    Raises:
        UkprnTakenError: also when somebody else registers it at this very moment.
    """
    provider = Provider(ukprn=fields.ukprn, name=fields.name, postcode=fields.postcode)
    _set_contacts(provider, fields.contacts)
    if _is_ukprn_taken(session, fields.ukprn) or not is_kept(session, provider):
        raise UkprnTakenError
    record("provider added", provider_id=provider.id)
    return provider


def change_provider(session: Session, provider: Provider, fields: ProviderFields, *, record: Record) -> None:
    """Give a provider these fields. Nothing is recorded where nothing changes.

    Raises:
        UkprnTakenError: another provider has the UKPRN.
        UkprnFixedError: the UKPRN is another one, and this provider's may not change any more.
    """
    before = read_fields(provider)
    changes = {
        column: [old, new]
        for column, old, new in zip(ProviderFields._fields, before, fields, strict=True)
        if old != new
    }
    if not changes:
        return
    if "ukprn" in changes:
        _change_ukprn(session, provider, fields.ukprn)
    provider.name, provider.postcode = fields.name, fields.postcode
    _set_contacts(provider, fields.contacts)
    record("provider changed", provider_id=provider.id, details={"changes": changes})


def is_ukprn_fixed(session: Session, provider_id: int) -> bool:
    """Tell whether a provider has learners, deleted ones too, or imports, and so keeps its UKPRN."""
    return bool(session.scalar(select(_has_history(provider_id))))


def _change_ukprn(session: Session, provider: Provider, ukprn: str) -> None:
    """Write first and look then: what is written keeps learners and imports from being added meanwhile."""
    is_taken = _is_ukprn_taken(session, ukprn)
    provider.ukprn = ukprn
    if is_taken or not is_kept(session, provider):
        raise UkprnTakenError
    if is_ukprn_fixed(session, provider.id):
        raise UkprnFixedError


def _has_history(provider_id: int) -> ColumnElement[bool]:
    return or_(
        exists().where(Learner.provider_id == provider_id), exists().where(LearnerImport.provider_id == provider_id)
    )


def _is_ukprn_taken(session: Session, ukprn: str) -> bool:
    return session.scalars(select(Provider.id).where(Provider.ukprn == ukprn)).one_or_none() is not None


def _set_contacts(provider: Provider, emails: tuple[str, ...]) -> None:
    """Keep the rows of addresses that stay, for others may refer to them."""
    kept = {contact.email: contact for contact in provider.contacts}
    provider.contacts = [kept.get(email) or ProviderContact(email=email) for email in emails]
