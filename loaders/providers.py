"""Registering providers, one by one or from the public register of schools (GIAS).

Adding and editing one with all its fields, as a page does, is in `loaders.provider_fields`.
"""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables import AuditEvent, Provider, ProviderContact

UKPRN = re.compile(r"[1-9][0-9]{7}")
NAME_LIMIT = 200


class ProviderError(ValueError):
    """A provider can't be registered as asked; the text says what to do."""


class LoadedProviders(NamedTuple):
    """How many providers a register's file created, renamed and left as they were, and how many lines had no UKPRN."""

    created_count: int
    updated_count: int
    unchanged_count: int
    skipped_count: int


def add_provider(session: Session, ukprn: str, name: str, *, contacts: tuple[str, ...] = ()) -> Provider:
    """Register a provider, or give a registered one this name and these further contacts.

    Raises:
        ProviderError: the UKPRN, the name or a contact is not one.
    """
    check_ukprn(ukprn)
    if not name.strip() or len(name) > NAME_LIMIT:
        raise ProviderError(f"Give the provider a name of 1 to {NAME_LIMIT} characters.")
    provider = find_provider(session, ukprn)
    action = "provider changed" if provider else "provider added"
    if provider is None:
        provider = Provider(ukprn=ukprn, name=name.strip())
        session.add(provider)
    provider.name = name.strip()
    known = {contact.email for contact in provider.contacts}
    for email in contacts:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
            raise ProviderError("Write each contact as a full email address, for example name@example.org.")
        if email not in known:
            provider.contacts.append(ProviderContact(email=email))
    session.flush()
    session.add(AuditEvent(action=action, actor="command line", provider_id=provider.id))
    return provider


def check_ukprn(ukprn: str) -> None:
    """Refuse what is not a UKPRN.

    Raises:
        ProviderError: it is not 8 digits, the first of them not 0.
    """
    if not UKPRN.fullmatch(ukprn):
        raise ProviderError("Write the UKPRN as 8 digits, for example 10001234.")


def find_provider(session: Session, ukprn: str) -> Provider | None:
    """Return the provider with this UKPRN, or None."""
    return session.scalars(select(Provider).where(Provider.ukprn == ukprn)).one_or_none()


def find_registered(session: Session, ukprn: str) -> Provider:
    """Return the provider with this UKPRN.

    Raises:
        ProviderError: it is no UKPRN, or nobody's.
    """
    check_ukprn(ukprn)
    provider = find_provider(session, ukprn)
    if provider is None:
        raise ProviderError(
            f"No provider with UKPRN {ukprn} is registered. Add it first: learner-imports providers add {ukprn} NAME"
        )
    return provider


def load_providers(session: Session, path: Path) -> LoadedProviders:
    """Register every provider of a GIAS file. Lines without a UKPRN are passed over; the first of a doubled one counts.

    Args:
        session: in a transaction; two queries, whatever the number of providers.
        path: a CSV file with the columns UKPRN, EstablishmentName and, if there is one, Postcode.

    Raises:
        ProviderError: it is no such file.
    """
    lines = list(_read_register(path))
    found: dict[str, tuple[str, str | None]] = {}
    for ukprn, name, postcode in lines:
        if UKPRN.fullmatch(ukprn) and name:
            found.setdefault(ukprn, (name[:NAME_LIMIT], postcode))
    known = {provider.ukprn: provider for provider in session.scalars(select(Provider))}
    updated_count = 0
    for ukprn, (name, postcode) in found.items():
        provider = known.get(ukprn)
        if provider is None:
            session.add(Provider(ukprn=ukprn, name=name, postcode=postcode))
        elif (provider.name, provider.postcode) != (name, postcode):
            provider.name, provider.postcode = name, postcode
            updated_count += 1
    created_count = len(found.keys() - known.keys())
    counts = LoadedProviders(
        created_count, updated_count, len(found) - created_count - updated_count, len(lines) - len(found)
    )
    session.add(AuditEvent(action="providers loaded", actor="command line", details=counts._asdict()))
    session.flush()
    return counts


def _read_register(path: Path) -> Iterator[tuple[str, str, str | None]]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # as GIAS publishes it
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = {"UKPRN", "EstablishmentName"} - set(reader.fieldnames or ())
    if missing:
        raise ProviderError(
            f"The file has no column {' and no column '.join(sorted(missing))}. Download the establishment fields CSV "
            "from Get information about schools and give that."
        )
    for line in reader:
        postcode = (line.get("Postcode") or "").strip().upper()
        yield (
            (line["UKPRN"] or "").strip(),
            (line["EstablishmentName"] or "").strip(),
            postcode if 5 <= len(postcode) <= 8 else None,
        )
