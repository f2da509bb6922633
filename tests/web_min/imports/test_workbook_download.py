"""The marked-up workbook is made on request, for those who may see the learners, and each download is recorded."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select, update

from flows.workplace import Workplace
from records.database import Database
from records.tables import Account, AuditEvent, LearnerImport, Provider
from tests.web_min.imports.conftest import read_import, upload
from tests.web_min.people import make_staff
from tests.web_min.reading import read_words
from web_min.imports import workbook
from web_min.permissions import Permission

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


def list_downloads(database: Database) -> list[AuditEvent]:
    with database.read() as session:
        chosen = select(AuditEvent).where(AuditEvent.action == "marked-up workbook downloaded")
        return list(session.scalars(chosen))


def test_it_is_the_sheet_with_its_findings_and_is_kept_nowhere(
    client: FlaskClient, workplace: Workplace, database: Database, manager: Account
) -> None:
    import_id = upload(client, workplace, "03-every-error", name="Year 12 <final>.xls")
    before = {path.name for path in workplace.settings.home_folder.rglob("*")}
    response = client.get(f"/imports/{import_id}/marked-up.xlsx")
    assert response.status_code == 200
    name = f"import-{import_id}-unsuccessful-marked-up.xlsx"
    assert response.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert response.headers["Cache-Control"] == "no-store"
    book = load_workbook(BytesIO(response.data))
    assert book.sheetnames[0] == "What to correct"
    assert "What to correct in Year 12 <final>.xls" in str(book.worksheets[0]["A1"].value)
    assert any(cell.comment for row in book.worksheets[1].iter_rows() for cell in row)
    assert {path.name for path in workplace.settings.home_folder.rglob("*")} == before
    (event,) = list_downloads(database)
    assert (event.import_id, event.actor_account_id) == (import_id, manager.id)
    assert "Year 12" not in str(event.details)


@ON_SQLITE
def test_its_link_is_on_the_page_of_warnings_too(client: FlaskClient, workplace: Workplace, database: Database) -> None:
    with database.write() as session:
        session.execute(update(Provider).values(ukprn="10005678"))
    import_id = upload(client, workplace, "11-warnings")
    assert read_import(database, import_id).status == "successful"
    assert f'href="/imports/{import_id}/marked-up.xlsx"' in client.get(f"/imports/{import_id}").text
    response = client.get(f"/imports/{import_id}/marked-up.xlsx")
    assert load_workbook(BytesIO(response.data)).sheetnames[0] == "What to check"


@ON_SQLITE
@pytest.mark.parametrize("sample", ["01-clean-small", "12-not-a-workbook"])
def test_where_nothing_is_to_be_marked_there_is_none(client: FlaskClient, workplace: Workplace, sample: str) -> None:
    import_id = upload(client, workplace, sample)
    assert "marked-up" not in client.get(f"/imports/{import_id}").text
    assert client.get(f"/imports/{import_id}/marked-up.xlsx").status_code == 404


@ON_SQLITE
def test_only_who_may_see_the_learners_gets_it(
    client: FlaskClient,
    sign_in: Callable[[Account], FlaskClient],
    workplace: Workplace,
    database: Database,
    provider: Provider,
    administrator: Account,
) -> None:
    import_id = upload(client, workplace, "03-every-error")
    importer = make_staff(database, "importer@example.org", memberships={provider.id: [Permission.IMPORT]})
    viewer = make_staff(database, "viewer@example.org", memberships={provider.id: [Permission.VIEW]})
    path = f"/imports/{import_id}/marked-up.xlsx"
    assert [sign_in(account).get(path).status_code for account in (administrator, importer, viewer)] == [404, 404, 200]
    assert len(list_downloads(database)) == 1


@ON_SQLITE
def test_after_it_was_erased_there_is_none(client: FlaskClient, workplace: Workplace, database: Database) -> None:
    import_id = upload(client, workplace, "03-every-error")
    with database.write() as session:
        session.execute(update(LearnerImport).values(erased_at=workplace.now()))
    assert client.get(f"/imports/{import_id}/marked-up.xlsx").status_code == 404
    assert list_downloads(database) == []


@ON_SQLITE
@pytest.mark.parametrize(("content", "words"), [(None, "kept no more"), (b"not a workbook", "can’t be read again")])
def test_an_original_that_can_not_be_read_again_is_said_on_the_page(
    client: FlaskClient, workplace: Workplace, database: Database, content: bytes | None, words: str
) -> None:
    import_id = upload(client, workplace, "03-every-error")
    original = workplace.storage.path_of(read_import(database, import_id).storage_name)
    if content is None:
        original.unlink()
    else:
        original.write_bytes(content)
    response = client.get(f"/imports/{import_id}/marked-up.xlsx")
    assert response.location == f"/imports/{import_id}"
    assert words in read_words(client.get(response.location).text)
    assert list_downloads(database) == []


@ON_SQLITE
def test_one_asked_for_while_others_are_made_waits_and_then_is_put_off(
    client: FlaskClient, workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = upload(client, workplace, "03-every-error")
    monkeypatch.setattr(workbook, "WAIT_SECONDS", 0.01)
    for _ in range(workbook.AT_A_TIME):
        assert workbook._places.acquire(timeout=1)
    try:
        response = client.get(f"/imports/{import_id}/marked-up.xlsx")
        assert "Try again in a minute." in read_words(client.get(response.location).text)
    finally:
        for _ in range(workbook.AT_A_TIME):
            workbook._places.release()
    assert client.get(f"/imports/{import_id}/marked-up.xlsx").status_code == 200
