"""An uploaded file waits in the queue as a dropped one does, whole, and under no name that the browser gave."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from flows.workplace import Workplace
from records.database import Database
from records.tables import Account, AuditEvent, Learner, LearnerImport, Membership, OutboxMail, Provider
from settings import Settings
from tests.web_min.conftest import KEY
from tests.web_min.imports.conftest import BOUNDARY, encode, read_import, read_sample, send_file, upload
from tests.web_min.people import ALL_BUT_USERS, make_learner, make_staff, open_signed_in
from tests.web_min.reading import read_rows, read_words
from web_min.app import create_app
from web_min.imports.forms import EMPTY_FILE, NO_FILE, NO_PROVIDER, NOT_KEPT
from web_min.permissions import Permission

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


def count_imports(database: Database) -> int:
    with database.read() as session:
        return len(session.scalars(select(LearnerImport.id)).all())


def test_an_upload_is_queued_whole_and_its_page_shown(
    client: FlaskClient, database: Database, provider: Provider, manager: Account, tmp_path: Path
) -> None:
    content = read_sample("01-clean-small")
    response = send_file(client, content, name="Year 12.xls")
    assert response.status_code == 302
    requested = read_import(database, int(response.location.rsplit("/", 1)[1]))
    assert (requested.status, requested.source, requested.is_check) == ("requested", "upload", False)
    assert (requested.provider_id, requested.requested_by_account_id) == (provider.id, manager.id)
    assert (requested.file_name, requested.file_bytes) == ("Year 12.xls", len(content))
    assert [path.name for path in (tmp_path / "storage").iterdir()] == [requested.storage_name]
    assert (tmp_path / "storage" / requested.storage_name).read_bytes() == content
    assert re.fullmatch("[0-9a-f]{32}", requested.storage_name)
    words = read_words(client.get(response.location).text)
    assert "Waiting Waiting for its turn" in words and "by manager@example.org" in words and "Year 12.xls" in words
    with database.read() as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.import_id, event.actor_account_id) == ("import requested", requested.id, manager.id)
    assert "Year 12" not in str(event.details)


def test_it_is_processed_as_a_dropped_file_and_who_sent_it_is_mailed(
    client: FlaskClient, workplace: Workplace, database: Database
) -> None:
    import_id = upload(client, workplace, "01-clean-small")
    assert read_import(database, import_id).status == "successful"
    again = upload(client, workplace, "01-clean-small")
    assert read_rows(client.get("/imports").text)[0][1] == "Already imported"
    assert read_import(database, again).repeats_import_id == import_id
    with database.read() as session:
        mails = session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
        assert len(session.scalars(select(Learner.id)).all()) == 12
    assert [(mail.kind, mail.to_email) for mail in mails] == [
        ("successful", "manager@example.org"),
        ("already_imported", "manager@example.org"),
    ]


@ON_SQLITE
def test_the_button_check_only_asks_for_a_check(client: FlaskClient, database: Database) -> None:
    response = send_file(client, read_sample("01-clean-small"), button="check")
    assert read_import(database, int(response.location.rsplit("/", 1)[1])).is_check
    with database.read() as session:
        assert session.scalars(select(AuditEvent.action)).all() == ["check requested"]


@ON_SQLITE
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("a.xls", "a.xls"),
        ("/home/jdoe/../a.xls", "a.xls"),
        ("../../../etc/passwd", "passwd"),
        ('say "hello".xls', 'say "hello".xls'),
        ("<i>“Ólafur’s” & co</i> 🎓.xls".replace("/", "∕"), "<i>“Ólafur’s” & co<∕i> 🎓.xls"),
        ("cv\u202egnp.xls", "cv[U+202E]gnp.xls"),
        ("\u05d0\u05d1\u05d2.xls", "\u05d0\u05d1\u05d2.xls"),
        ("x" * 400, "x" * 255),
        ("..", ".."),
        (".claimed", ".claimed"),
    ],
)
def test_a_file_name_appears_as_itself_and_names_no_file_of_ours(
    client: FlaskClient, tmp_path: Path, sent: str, shown: str
) -> None:
    before = {path.name for path in tmp_path.rglob("*")}
    response = send_file(client, read_sample("01-clean-small"), name=sent)
    (name,) = re.findall(r'<bdi class="file-name">(.*?)</bdi>', client.get(response.location).text)
    assert unescape(name) == shown and "<" not in name
    made = {path.name for path in tmp_path.rglob("*")} - before
    assert {name for name in made if not re.fullmatch("storage|[0-9a-f]{32}", name)} == set()


@ON_SQLITE
@pytest.mark.parametrize(("content", "name", "message"), [(b"", "", NO_FILE), (b"", "empty.xls", EMPTY_FILE)])
def test_no_file_and_an_empty_one_are_refused_beside_the_field(
    client: FlaskClient, database: Database, content: bytes, name: str, message: str
) -> None:
    response = send_file(client, content, name=name)
    assert response.status_code == 400
    words = read_words(response.text)
    assert "There is a problem" in words and words.count(message) == 2
    assert "Error: Import learners" in response.text
    assert count_imports(database) == 0


@ON_SQLITE
@pytest.mark.parametrize("size", [2**20 + 1, 2 * 2**20 + 2, 8 * 2**20])
def test_a_file_over_the_limit_is_refused_beside_the_field(
    database: Database, manager: Account, tmp_path: Path, size: int
) -> None:
    app = create_app(Settings(home=tmp_path, file_limit_bytes=2**20), database, KEY)
    client = open_signed_in(app, database, manager)
    response = send_file(client, b"x" * size)
    assert response.status_code in (400, 413)
    assert "The file is larger than 1 MB. Split the learners over several files" in read_words(response.text)
    assert count_imports(database) == 0
    assert not (tmp_path / "storage").exists()


@ON_SQLITE
def test_a_file_larger_than_any_form_is_taken(client: FlaskClient, database: Database) -> None:
    response = send_file(client, b"x" * (3 * 2**20))
    assert read_import(database, int(response.location.rsplit("/", 1)[1])).file_bytes == 3 * 2**20


@ON_SQLITE
@pytest.mark.parametrize("is_learner", [False, True])
def test_strangers_and_learners_may_send_no_more_than_a_form(
    app: Flask, database: Database, provider: Provider, is_learner: bool
) -> None:
    client = app.test_client()
    if is_learner:
        client = open_signed_in(app, database, make_learner(database, provider.id, "a.learner", key=KEY)[0])
    response = client.post(
        "/imports", data=encode(b"x" * (3 * 2**20), "a.xls", {}), content_type=f"multipart/form-data; {BOUNDARY}"
    )
    assert response.status_code == 413
    assert "Import learners" not in response.text
    assert client.post("/imports", data={"x": "y"}).status_code == 400  # for want of a token


@ON_SQLITE
def test_who_may_only_look_has_no_box_and_may_not_send(
    sign_in: Callable[[Account], FlaskClient], client: FlaskClient, database: Database, provider: Provider
) -> None:
    viewer = sign_in(make_staff(database, "viewer@example.org", memberships={provider.id: [Permission.VIEW]}))
    page = viewer.get("/imports").text
    assert 'type="file"' not in page and "<h1" in page and "Import learners" not in read_words(page)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    response = viewer.post("/imports", data={"csrf_token": token[1], "provider_id": provider.id, "load": "1"})
    assert response.status_code == 403
    assert count_imports(database) == 0


@ON_SQLITE
def test_an_administrator_may_not_send_by_being_one(
    sign_in: Callable[[Account], FlaskClient], administrator: Account, provider: Provider
) -> None:
    assert 'type="file"' not in sign_in(administrator).get("/imports").text


def make_college(database: Database, manager: Account | None, *permissions: Permission) -> Provider:
    with database.write() as session:
        college = Provider(ukprn="10005678", name="<b>Riverside</b> “College”")
        session.add(college)
        session.flush()
        if manager:
            rights = {permission: permission in permissions for permission in Permission}
            session.add(Membership(account_id=manager.id, provider_id=college.id, **rights))
    return college


@ON_SQLITE
def test_of_several_providers_one_must_be_chosen(
    client: FlaskClient, database: Database, provider: Provider, manager: Account
) -> None:
    college = make_college(database, manager, *ALL_BUT_USERS)
    page = client.get("/imports").text
    choices = re.findall(r'<option value="(\d+)"[^>]*>([^<]*)</option>', page)
    assert (str(college.id), "&lt;b&gt;Riverside&lt;/b&gt; “College” (10005678)") in choices
    response = send_file(client, read_sample("01-clean-small"))
    assert response.status_code == 400 and NO_PROVIDER in read_words(response.text)
    response = send_file(client, read_sample("01-clean-small"), provider_id=college.id)
    assert read_import(database, int(response.location.rsplit("/", 1)[1])).provider_id == college.id
    chosen = client.get(f"/imports?provider={provider.id}").text
    assert re.search(rf'id="provider_id".*?<option value="{provider.id}" selected>', chosen, re.DOTALL)


@ON_SQLITE
@pytest.mark.parametrize("permissions", [(), (Permission.VIEW,)])
def test_a_provider_where_one_may_not_import_is_no_choice(
    client: FlaskClient, database: Database, manager: Account, permissions: tuple[Permission, ...]
) -> None:
    college = make_college(database, manager if permissions else None, *permissions)
    assert f'<option value="{college.id}"' not in client.get("/imports").text.split("</form>")[1]
    response = send_file(client, read_sample("01-clean-small"), provider_id=college.id)
    assert response.status_code == 400
    assert count_imports(database) == 0


@ON_SQLITE
def test_a_disk_that_takes_no_more_is_said_to_be_our_fault(
    client: FlaskClient, database: Database, tmp_path: Path
) -> None:
    (tmp_path / "storage").write_text("in the way")
    response = send_file(client, read_sample("01-clean-small"))
    assert response.status_code == 400 and NOT_KEPT in read_words(response.text)
    assert count_imports(database) == 0
