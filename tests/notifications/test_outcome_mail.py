"""Each outcome is told to the right people in the right words, and never with a learner's value."""

import re

import pytest
from sqlalchemy import func, select, update

from notifications.outcome_contexts import CAUSES_SHOWN
from notifications.outcome_mail import queue_outcome_mail
from records.database import Database
from records.tables import LearnerImport, OutboxMail, Provider
from schemas.findings import Finding, file_finding
from schemas.rules import RULES
from tests.notifications.conftest import NOW
from tests.notifications.outcomes_told import OPERATOR, MakeImport, add_contact, queue, read_flat, read_html

CANARY = "Canaryname"


def make_finding(rule: str, row_number: int, column: str | None, **words: object) -> Finding:
    message = RULES[rule].message.format(**words)
    return Finding(rule, RULES[rule].severity, row_number, column, f"P{row_number}", message, CANARY, CANARY)


FINDINGS = [
    make_finding("telephone_zero_restored", 3, "Telephone"),
    *(make_finding("gender_unknown", row, "Gender") for row in (31, 5, 9)),
    make_finding("dob_format", 7, "Dob"),
]


def test_a_successful_import_is_told_with_its_counts_and_where_the_passwords_are(
    database: Database, make_import: MakeImport
) -> None:
    done = make_import(row_count=1250, created_count=1200, updated_count=30, unchanged_count=20)
    (mail,) = queue(database, done, FINDINGS[:1])
    assert mail.kind == "successful"
    assert mail.subject == f"Import {done.id} was successful: Northfield Sixth Form (10001234)"
    for text in (read_flat(mail), read_html(mail)):
        assert "Northfield Sixth Form (UKPRN 10001234)" in text
        assert "File learners.xls" in text
        assert "Requested 1 July 2026 at 10:30" in text
        assert "Processed 23 November 2026 at 18:55" in text
        assert "Rows 1,250 Created 1,200 Updated 30 Unchanged 20 Warnings 1" in text
        assert "The usernames and initial passwords of 1,200 new learners have been made. They are kept sealed" in text
        assert "Telephone, row 3" in text
        assert f"https://imports.example/imports/{done.id}" in text
    assert f'href="https://imports.example/imports/{done.id}"' in mail.body_html


def test_a_successful_import_without_new_learners_promises_no_passwords(
    database: Database, make_import: MakeImport
) -> None:
    (mail,) = queue(database, make_import(row_count=2, updated_count=2))
    for text in (read_flat(mail), read_html(mail)):
        assert "No learner is new, so there are no usernames and passwords to hand out." in text
        assert "are ready" not in text
        assert "arning" not in text


def test_an_unsuccessful_import_is_told_with_causes_and_rows_errors_first(
    database: Database, make_import: MakeImport
) -> None:
    (mail,) = queue(database, make_import(status="unsuccessful", row_count=40), FINDINGS)
    assert "unsuccessful, 4 errors: Northfield" in mail.subject
    text = read_flat(mail)
    gender = "- Gender, rows 5, 9 and 31: Write Female, Male, Not known or Not specified, or leave the cell blank."
    assert gender in text
    assert "Nothing was loaded, because the file has 4 errors." in text
    assert "Rows 40 Errors 4 Warnings 1" in text
    places = [text.index(words) for words in ("Gender, rows", "Dob, row 7", "WHAT TO DO NEXT", "Telephone, row 3")]
    assert places == sorted(places)
    html = read_html(mail)
    places = [html.index(words) for words in ("Gender, rows 5, 9 and 31", "Dob, row 7", "What to do", "Telephone, row")]
    assert places == sorted(places)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_one_cause_explains_is_said_before_the_causes(database: Database, make_import: MakeImport) -> None:
    findings = [*(make_finding("gender_unknown", row, "Gender") for row in range(2, 342)), *FINDINGS]
    (mail,) = queue(database, make_import(status="unsuccessful", row_count=400), findings)
    for text in (read_flat(mail), read_html(mail)):
        headline = "One cause explains 343 of 344 errors."
        assert text.lower().index("what to correct") < text.index(headline) < text.index("Gender, rows")
    (mail,) = queue(database, make_import(status="unsuccessful", row_count=400), FINDINGS[-1:])
    assert "explain" not in mail.body_text + mail.body_html


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(("source", "is_named"), [("folder", True), ("command", False)])
def test_warnings_of_what_is_loaded_name_the_workbook_only_where_there_is_one(
    database: Database, make_import: MakeImport, source: str, is_named: bool
) -> None:
    loaded = make_import(row_count=40, created_count=40, source=source)
    (mail,) = queue(database, loaded, FINDINGS[:1])
    for text in (read_flat(mail), read_html(mail)):
        assert (f"import-{loaded.id}-successful-marked-up.xlsx in the folder outcomes/" in text) is is_named
        assert ("If it is not there, the receipt in that folder says why" in text) is is_named
        assert "If something is wrong, correct it and send it again: learners already loaded are updated." in text


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("source", "find", "again"),
    [
        ("folder", "import-{id}-unsuccessful-marked-up.xlsx in the folder outcomes/", "Drop it in the same folder as"),
        ("upload", "Open the page at the link below.", "Upload the whole corrected file on the page at the link"),
        ("command", "Open the list at the link below.", "Import the whole corrected file with the same command"),
    ],
)
def test_the_next_steps_follow_the_way_the_file_came(
    database: Database, make_import: MakeImport, source: str, find: str, again: str
) -> None:
    refused = make_import(status="unsuccessful", source=source, row_count=40)
    (mail,) = queue(database, refused, FINDINGS)
    for text in (read_flat(mail), read_html(mail)):
        assert find.format(id=refused.id) in text
        assert ("If it is not there, the receipt in that folder says why" in text) is (source == "folder")
        assert "very row and cell" in text
        assert again in text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_fault_of_the_whole_file_sends_nobody_to_look_for_cells(database: Database, make_import: MakeImport) -> None:
    (mail,) = queue(database, make_import(status="unsuccessful"), [file_finding("file_password_protected")])
    text = read_flat(mail)
    assert "- The whole file: The workbook is protected with a password." in text
    assert "1. Correct the file as described above. 2. Drop the whole corrected file" in text
    assert "marked-up workbook" not in text
    assert "Rows" not in text
    assert "This import on the website:" in text and "Open this import" in read_html(mail)
    assert "very row and cell" not in text + read_html(mail)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_mail_with_very_many_causes_says_how_many_it_leaves_out(database: Database, make_import: MakeImport) -> None:
    findings = [
        make_finding("heading_blank", row, None, letters=f"C{row}") for row in range(2, CAUSES_SHOWN + 2 + 1500)
    ]
    (mail,) = queue(database, make_import(status="unsuccessful", row_count=3000), findings)
    assert mail.body_text.count("has no heading") == CAUSES_SHOWN
    for text in (read_flat(mail), read_html(mail)):
        assert "And 1,500 more causes, which the list" in text
        assert "1,530 errors" in text


def test_a_failed_import_is_called_our_fault_without_saying_which(database: Database, make_import: MakeImport) -> None:
    add_contact(database, "office@northfield.example")
    (mail,) = queue(database, make_import(status="failed", attempt_count=4, fault="OperationalError"))
    assert mail.to_email == "office@northfield.example"
    for text in (read_flat(mail), read_html(mail)):
        assert "nothing was loaded" in text.lower()
        assert "a fault of ours" in text
        assert "Your file is kept, and you need not send it again." in text
        assert "Our operators know of the fault" in text
        assert "Prefect" not in text and "OperationalError" not in text


def test_the_same_bytes_again_are_told_with_the_first_import(database: Database, make_import: MakeImport) -> None:
    first = make_import(processed_at=NOW.replace(month=6))
    (mail,) = queue(database, make_import(repeats_import_id=first.id))
    assert mail.kind == "already_imported"
    for text in (read_flat(mail), read_html(mail)):
        assert "This file had been imported already, so nothing was done" in text
        assert f"as import {first.id}, which" in text.replace(" ,", ",")
        assert "processed on 23 June 2026 at 19:55" in text
    assert f"https://imports.example/imports/{first.id}\n" in mail.body_text


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("status", ["requested", "processing"])
def test_an_import_without_outcome_is_not_told_of(database: Database, make_import: MakeImport, status: str) -> None:
    with pytest.raises(ValueError, match="no outcome"):
        queue(database, make_import(status=status, processed_at=None))
    with database.read() as session:
        assert session.scalar(select(func.count(OutboxMail.id))) == 0


def test_the_status_is_read_afresh_when_a_statement_changed_it(database: Database, make_import: MakeImport) -> None:
    waiting = make_import(status="processing", processed_at=None)
    with database.write() as session:
        loaded = session.get_one(LearnerImport, waiting.id)
        session.execute(
            update(LearnerImport)
            .values(status="successful", processed_at=NOW, row_count=7)
            .execution_options(synchronize_session=False)
        )
        mails = queue_outcome_mail(session, loaded, [], web_url="", operator_email=OPERATOR, now=NOW)
    assert "Rows        7" in mails[0].body_text


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("status", ["successful", "unsuccessful", "failed"])
def test_no_value_of_a_learner_is_in_any_mail(database: Database, make_import: MakeImport, status: str) -> None:
    add_contact(database, "office@northfield.example")
    for mail in queue(database, make_import(status=status), FINDINGS):
        assert CANARY not in mail.subject + mail.body_text + mail.body_html + mail.message_id


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_command_to_copy_runs_nothing_that_stands_in_a_provider_name(
    database: Database, make_import: MakeImport
) -> None:
    with database.write() as session:
        session.execute(update(Provider).values(name="$(reboot) `x` St Mary's"))
    (mail,) = queue(database, make_import())
    assert "add 10001234 '$(reboot) `x` St Mary'\"'\"'s' --contact" in mail.body_text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_each_mail_has_a_message_id_of_its_own(database: Database, make_import: MakeImport) -> None:
    add_contact(database, "a@northfield.example")
    add_contact(database, "b@northfield.example")
    first, second = queue(database, make_import())
    assert first.message_id != second.message_id
    assert all(re.fullmatch(r"<[0-9a-f]{32}@learner-imports>", mail.message_id) for mail in (first, second))


def test_a_rolled_back_transaction_leaves_no_mail(database: Database, make_import: MakeImport) -> None:
    done = make_import()
    with pytest.raises(RuntimeError), database.write() as session:
        loaded = session.get_one(LearnerImport, done.id)
        queue_outcome_mail(session, loaded, [], web_url="", operator_email=OPERATOR, now=NOW)
        raise RuntimeError
    with database.read() as session:
        assert session.scalar(select(func.count(OutboxMail.id))) == 0
