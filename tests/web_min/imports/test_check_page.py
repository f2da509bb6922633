"""A check's page tells what importing the file would do, with old and new values, and has the button that does it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from flows.workplace import Workplace
from records.database import Database
from records.tables import Account, Learner, LearnerImport, Provider, now
from tests.flows.processed import process_next
from tests.flows.test_progress_import import write_progress
from tests.web_min.conftest import CANARY
from tests.web_min.imports.conftest import read_import, read_sample, send_file, upload
from tests.web_min.people import make_staff, post
from tests.web_min.reading import read_rows, read_words
from web_min.permissions import Permission

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def check_id(client: FlaskClient, workplace: Workplace) -> int:
    """A check of changes to learners who are loaded."""
    upload(client, workplace, "01-clean-small")
    return upload(client, workplace, "08-update", button="check")


def test_it_tells_the_created_the_updated_with_old_and_new_values_and_the_unchanged(
    client: FlaskClient, check_id: int, database: Database
) -> None:
    words = read_words(client.get(f"/imports/{check_id}").text)
    assert "Can be imported 12 rows: 1 would be created, 6 updated, 5 left as they are; 1 warning" in words
    assert "Would be created 1 Would be updated 6 Left as they are 5 Rows with warnings" in words
    assert len(read_rows(client.get(f"/imports/{check_id}").text)) == 1
    updated = client.get(f"/imports/{check_id}?show=updated").text
    rows = read_rows(updated)
    assert len(rows) == 6
    assert any(row[3] == "Telephone from 01632960000 → to 07700900999" for row in rows)
    assert any("Street from" in row[3] and "Postcode from" in row[3] for row in rows)
    assert len(re.findall(r'<a href="/learners/\d+"><bdi>', updated)) == 6
    assert len(read_rows(client.get(f"/imports/{check_id}?show=unchanged").text)) == 5
    assert "ULN" in read_words(client.get(f"/imports/{check_id}?show=findings").text)
    with database.read() as session:
        assert len(session.scalars(select(Learner.id)).all()) == 12


def test_the_old_values_are_those_of_now(client: FlaskClient, check_id: int, database: Database) -> None:
    with database.write() as session:
        session.execute(update(Learner).values(telephone="01632 960123"))
    rows = read_rows(client.get(f"/imports/{check_id}?show=updated").text)
    assert any(row[3] == "Telephone from 01632 960123 → to 07700900999" for row in rows)
    with database.write() as session:
        session.execute(update(Learner).values(deleted_at=now()))
    rows = read_rows(client.get(f"/imports/{check_id}?show=updated").text)
    assert {row[3] for row in rows} == {"Nothing any more: the learner was changed or deleted since the check."}


def test_the_button_imports_the_same_bytes(
    client: FlaskClient, workplace: Workplace, check_id: int, database: Database, manager: Account
) -> None:
    checked = read_import(database, check_id)
    response = post(client, f"/imports/{check_id}/import", form_at=f"/imports/{check_id}")
    requested = read_import(database, int(response.location.rsplit("/", 1)[1]))
    assert (requested.sha256, requested.file_name) == (checked.sha256, checked.file_name)
    assert not requested.is_check and requested.storage_name != checked.storage_name
    assert (requested.source, requested.requested_by_account_id) == ("upload", manager.id)
    process_next(workplace)
    done = read_import(database, requested.id)
    assert (done.created_count, done.updated_count, done.unchanged_count) == (1, 6, 5)
    page = client.get(f"/imports/{check_id}").text
    assert f'This file was imported since: <a href="/imports/{requested.id}">' in page
    assert "<button" not in page.split('id="content"')[1]


@ON_SQLITE
def test_many_rows_are_paged(client: FlaskClient, workplace: Workplace, database: Database) -> None:
    with database.write() as session:
        session.execute(update(Provider).values(ukprn="10005678"))
    check_id = upload(client, workplace, "02-clean-250", button="check")
    first, last = (client.get(f"/imports/{check_id}?page={page}").text for page in (1, 10))
    assert [row[0] for row in read_rows(first)] == [str(number) for number in range(2, 27)]
    assert [row[0] for row in read_rows(last)] == [str(number) for number in range(227, 252)]
    assert f'href="/imports/{check_id}?page=2&amp;show=created#plan" rel="next"' in first
    assert client.get(f"/imports/{check_id}?page=11").status_code == 404
    assert "There are none." in read_words(client.get(f"/imports/{check_id}?show=unchanged").text)


@ON_SQLITE
def test_a_check_of_a_bad_file_says_so_and_takes_the_corrected_one(client: FlaskClient, workplace: Workplace) -> None:
    check_id = upload(client, workplace, "03-every-error", button="check")
    page = client.get(f"/imports/{check_id}").text
    assert "It can’t be imported: 40 errors" in read_words(page)
    assert f'action="/imports/{check_id}/corrected"' in page
    assert client.post(f"/imports/{check_id}/import").status_code == 400  # for want of a token
    assert post(client, f"/imports/{check_id}/import", form_at=f"/imports/{check_id}").status_code == 404


@ON_SQLITE
def test_a_check_of_what_is_imported_already_says_that_nothing_would_be_done(
    client: FlaskClient, workplace: Workplace
) -> None:
    first = upload(client, workplace, "01-clean-small")
    check_id = upload(client, workplace, "01-clean-small", button="check")
    words = read_words(client.get(f"/imports/{check_id}").text)
    assert f"The same file as import {first} : nothing would be done" in words


@ON_SQLITE
def test_who_may_not_see_learners_sees_counts_only(
    client: FlaskClient,
    sign_in: Callable[[Account], FlaskClient],
    administrator: Account,
    database: Database,
    provider: Provider,
    check_id: int,
) -> None:
    with database.read() as session:
        last_names = set(session.scalars(select(Learner.last_name)))
    importer = make_staff(database, "importer@example.org", memberships={provider.id: [Permission.IMPORT]})
    for account in (administrator, importer):
        browser = sign_in(account)
        for show in ("created", "updated", "findings"):
            page = browser.get(f"/imports/{check_id}?show={show}").text
            assert "1 would be created" in page
            assert not any(name in read_words(page) for name in last_names)
    assert post(sign_in(administrator), f"/imports/{check_id}/import", form_at="/imports").status_code == 404


@ON_SQLITE
def test_an_original_that_is_gone_can_be_uploaded_anew(
    client: FlaskClient, workplace: Workplace, check_id: int, database: Database
) -> None:
    workplace.storage.erase(read_import(database, check_id).storage_name)
    response = post(client, f"/imports/{check_id}/import", form_at=f"/imports/{check_id}")
    assert "Upload it anew." in read_words(client.get(response.location).text)


@ON_SQLITE
def test_values_appear_as_themselves(client: FlaskClient, workplace: Workplace, database: Database) -> None:
    content = read_sample("01-clean-small")
    assert b"Davies" in content
    send_file(client, content.replace(b"Davies", b"<b>D\xc3s"[:6]), button="check")
    process_next(workplace)
    with database.read() as session:
        check_id = session.scalars(select(LearnerImport.id)).one()
    page = client.get(f"/imports/{check_id}").text
    assert re.search(r"<bdi>&lt;b&gt;", page) and "<bdi><b>" not in page


def test_an_erased_check_keeps_its_counts(
    client: FlaskClient, workplace: Workplace, check_id: int, database: Database
) -> None:
    workplace.storage.erase(read_import(database, check_id).storage_name)
    with database.write() as session:
        session.execute(
            update(LearnerImport)
            .where(LearnerImport.id == check_id)
            .values(erased_at=now(), file_name=f"erased {CANARY}")
        )
    page = client.get(f"/imports/{check_id}").text
    assert "The file, its name and the values in it were erased on" in read_words(page)
    assert "1 would be created, 6 updated" in read_words(page) and CANARY not in page
    assert post(client, f"/imports/{check_id}/import", form_at="/imports").status_code == 404


@ON_SQLITE
def test_a_check_of_progress_tells_of_whom_it_would_be_recorded(
    client: FlaskClient, workplace: Workplace, database: Database, tmp_path: Path
) -> None:
    upload(client, workplace, "01-clean-small")
    with database.read() as session:
        people = session.execute(select(Account.username, Learner.last_name).join_from(Learner, Account)).all()
    rows = [(people[0][0], "Received", "", 3, 0), (people[1][0], "Awaiting", "Awaiting", 0, 0)]
    content = write_progress(tmp_path / "progress.xls", *rows).read_bytes()
    response = send_file(client, content, button="check")
    process_next(workplace)
    page = client.get(f"{response.location}?show=updated").text
    ((number, last_name, _, changes),) = read_rows(page)
    assert (number, last_name) == ("4", people[0][1])
    assert changes == "Qualifications from Awaiting → to Received Applications from 0 → to 3"
    assert "Application progress" in read_words(page)
    (unchanged,) = read_rows(client.get(f"{response.location}?show=unchanged").text)
    assert unchanged[1] == people[1][1]
