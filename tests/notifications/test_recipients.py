"""The right people are told: who asked, else the contacts, else the staff, else the operator; and none too often."""

import pytest

from records.database import Database
from records.tables import LearnerImport
from tests.notifications.outcomes_told import OPERATOR, MakeImport, add_contact, add_staff, queue, read_flat


def test_the_account_that_asked_is_told_and_nobody_else(database: Database, make_import: MakeImport) -> None:
    add_contact(database, "office@northfield.example")
    asker = add_staff(database, "asker1", "asker@northfield.example")
    assert [mail.to_email for mail in queue(database, make_import(requested_by_account_id=asker))] == [
        "asker@northfield.example"
    ]


def test_contacts_are_told_when_the_asker_has_no_email(database: Database, make_import: MakeImport) -> None:
    add_contact(database, "office@northfield.example")
    add_contact(database, "data@northfield.example")
    add_contact(database, "OFFICE@northfield.example")
    add_staff(database, "staff1", "staff@northfield.example")
    asker = add_staff(database, "asker1", None)
    assert [mail.to_email for mail in queue(database, make_import(requested_by_account_id=asker))] == [
        "office@northfield.example",
        "data@northfield.example",
    ]


def test_staff_who_may_import_are_told_when_there_is_no_contact(database: Database, make_import: MakeImport) -> None:
    add_staff(database, "staff1", "staff@northfield.example")
    add_staff(database, "viewer", "viewer@northfield.example", can_import=False)
    add_staff(database, "leaver", "leaver@northfield.example", is_active=False)
    assert [mail.to_email for mail in queue(database, make_import())] == ["staff@northfield.example"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("status", ["successful", "unsuccessful"])
def test_the_operator_stands_in_once_and_reads_how_to_add_a_contact(
    database: Database, make_import: MakeImport, status: str
) -> None:
    (mail,) = queue(database, make_import(status=status))
    assert mail.to_email == OPERATOR
    assert "no contact is recorded for this provider" in read_flat(mail)
    command = "learner-imports providers add 10001234 'Northfield Sixth Form' --contact EMAIL"
    assert f"\n    {command}\n" in mail.body_text
    assert command.replace("'", "&#39;") in mail.body_html


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_provider_with_a_contact_is_not_told_how_to_add_one(database: Database, make_import: MakeImport) -> None:
    add_contact(database, "office@northfield.example")
    (mail,) = queue(database, make_import())
    assert "--contact" not in mail.body_text + mail.body_html


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_of_a_failed_import_its_people_are_told_and_the_operator_only_by_an_alert(
    database: Database, make_import: MakeImport
) -> None:
    failed = make_import(status="failed")
    assert queue(database, failed) == []
    add_contact(database, OPERATOR.upper())
    assert queue(database, failed) == []
    add_contact(database, "office@northfield.example")
    assert [mail.to_email for mail in queue(database, failed)] == ["office@northfield.example"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_operator_who_is_a_contact_is_told_of_other_outcomes_as_one(
    database: Database, make_import: MakeImport
) -> None:
    add_contact(database, OPERATOR)
    (mail,) = queue(database, make_import())
    assert mail.to_email == OPERATOR
    assert "no contact is recorded" not in read_flat(mail)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_import_that_failed_and_was_put_back_is_told_of_again(database: Database, make_import: MakeImport) -> None:
    """The mail on the failure promised another one."""
    add_contact(database, "office@northfield.example")
    done = make_import(status="failed")
    queue(database, done)
    with database.write() as session:
        session.get_one(LearnerImport, done.id).status = "successful"
    assert [mail.kind for mail in queue(database, done)] == ["successful"]
