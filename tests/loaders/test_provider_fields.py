"""A provider with all its fields: registered once, changed as a whole, its UKPRN fixed once something goes by it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from loaders.provider_fields import (
    ProviderFields,
    UkprnFixedError,
    UkprnTakenError,
    change_provider,
    create_provider,
    is_ukprn_fixed,
    read_fields,
)
from loaders.recording import record_from_command_line
from records.database import Database
from records.tables import AuditEvent, LearnerImport, Provider, ProviderContact
from tests.loaders.beside import run_beside
from tests.web_min.people import make_learner

FIELDS = ProviderFields(
    "10005678", "Southfield School", "AB1 2CD", ("office@southfield.example", "head@southfield.example")
)


def change(session: Session, provider_id: int, fields: ProviderFields) -> None:
    provider = session.get_one(Provider, provider_id)
    change_provider(session, provider, fields, record=record_from_command_line(session))


def read_back(database: Database, provider_id: int) -> ProviderFields:
    with database.read() as session:
        return read_fields(session.get_one(Provider, provider_id))


def add_learner(database: Database, provider_id: int) -> None:
    make_learner(database, provider_id, "zuzanna.q", key=bytes(32))


def make_import(provider_id: int) -> LearnerImport:
    return LearnerImport(
        provider_id=provider_id, source="upload", file_name="a.xls", file_bytes=1, sha256="0" * 64, storage_name="a"
    )


def add_import(database: Database, provider_id: int) -> None:
    with database.write() as session:
        session.add(make_import(provider_id))


def test_a_provider_is_kept_with_its_contacts_and_is_on_the_trail(database: Database) -> None:
    with database.write() as session:
        provider_id = create_provider(session, FIELDS, record=record_from_command_line(session)).id
    assert read_back(database, provider_id) == FIELDS
    with database.read() as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.provider_id) == ("provider added", provider_id)


def test_a_ukprn_is_one_providers(database: Database, provider: Provider) -> None:
    with pytest.raises(UkprnTakenError), database.write() as session:
        create_provider(session, FIELDS._replace(ukprn=provider.ukprn), record=record_from_command_line(session))
    with database.write() as session:
        other_id = create_provider(session, FIELDS, record=record_from_command_line(session)).id
    with pytest.raises(UkprnTakenError), database.write() as session:
        change(session, other_id, FIELDS._replace(ukprn=provider.ukprn))
    assert read_back(database, other_id) == FIELDS


def register(session: Session) -> None:
    create_provider(session, FIELDS, record=record_from_command_line(session))


def test_of_two_who_register_a_ukprn_at_once_one_does(database: Database) -> None:
    assert isinstance(run_beside(database, register, register), UkprnTakenError)


def test_a_change_keeps_the_contacts_that_stay_and_names_what_changed(database: Database, provider: Provider) -> None:
    with database.write() as session:
        change(session, provider.id, FIELDS)
        kept_id = session.scalars(select(ProviderContact.id).where(ProviderContact.email == FIELDS.contacts[1])).one()
    fields = FIELDS._replace(contacts=(FIELDS.contacts[1], "new@southfield.example"))
    for _ in range(2):  # the second changes nothing, and is not on the trail
        with database.write() as session:
            change(session, provider.id, fields)
    assert read_back(database, provider.id) == fields
    with database.read() as session:
        ids = session.scalars(select(ProviderContact.id).where(ProviderContact.email == FIELDS.contacts[1])).all()
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert ids == [kept_id]
    changed = [set(event.details["changes"]) for event in events]
    assert changed == [{"ukprn", "name", "postcode", "contacts"}, {"contacts"}]


@pytest.mark.parametrize("add_history", [add_learner, add_import])
def test_the_ukprn_stays_once_the_provider_has_learners_or_imports(
    database: Database, provider: Provider, add_history: Callable[[Database, int], None]
) -> None:
    with database.read() as session:
        assert not is_ukprn_fixed(session, provider.id)
    add_history(database, provider.id)
    with database.read() as session:
        assert is_ukprn_fixed(session, provider.id)
    with pytest.raises(UkprnFixedError), database.write() as session:
        change(session, provider.id, FIELDS)
    with database.write() as session:
        change(session, provider.id, FIELDS._replace(ukprn=provider.ukprn))
    assert read_back(database, provider.id) == FIELDS._replace(ukprn=provider.ukprn)


def test_an_import_that_comes_at_the_same_moment_fixes_the_ukprn(database: Database, provider: Provider) -> None:
    refused = run_beside(
        database,
        lambda session: session.add(make_import(provider.id)),
        lambda session: change(session, provider.id, FIELDS),
    )
    assert isinstance(refused, UkprnFixedError)
