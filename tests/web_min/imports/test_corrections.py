"""The corrected file is sent on the page of the import that it corrects, and its page compares the two."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from flows.workplace import Workplace
from records.database import Database
from records.tables import Account, ImportFinding, LearnerImport, Provider
from settings import Settings
from tests.flows.processed import process_next
from tests.web_min.conftest import KEY
from tests.web_min.imports.conftest import read_import, read_sample, send_file, upload
from tests.web_min.people import make_staff, open_signed_in, post
from tests.web_min.reading import read_words
from web_min.app import create_app
from web_min.imports.forms import NO_FILE
from web_min.permissions import Permission

MakeImport = Callable[..., LearnerImport]
MakeFinding = Callable[..., ImportFinding]
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


def correct(client: FlaskClient, workplace: Workplace, import_id: int, sample: str, button: str = "load") -> int:
    return upload(
        client, workplace, sample, to=f"/imports/{import_id}/corrected", form_at=f"/imports/{import_id}", button=button
    )


def test_a_corrected_file_that_is_right_fixes_all(
    client: FlaskClient, workplace: Workplace, database: Database, provider: Provider
) -> None:
    refused = upload(client, workplace, "03-every-error")
    fixed = correct(client, workplace, refused, "01-clean-small")
    done = read_import(database, fixed)
    assert (done.corrects_import_id, done.provider_id, done.status) == (refused, provider.id, "successful")
    words = read_words(client.get(f"/imports/{fixed}").text)
    assert f"This corrects import {refused} . All 40 errors are fixed." in words
    page = client.get(f"/imports/{refused}").text
    assert f"A corrected file was sent since: import {fixed} , successful." in read_words(page)
    assert 'type="file"' not in page


@ON_SQLITE
def test_a_corrected_file_can_be_checked_first(client: FlaskClient, workplace: Workplace, database: Database) -> None:
    refused = upload(client, workplace, "03-every-error")
    check = correct(client, workplace, refused, "01-clean-small", button="check")
    assert read_import(database, check).is_check
    assert "All 40 errors are fixed." in read_words(client.get(f"/imports/{check}").text)
    response = post(client, f"/imports/{check}/import", form_at=f"/imports/{check}")
    imported = read_import(database, int(response.location.rsplit("/", 1)[1]))
    assert imported.corrects_import_id == refused and not imported.is_check


@ON_SQLITE
def test_the_same_errors_again_remain(client: FlaskClient, workplace: Workplace) -> None:
    refused = upload(client, workplace, "03-every-error")
    again = correct(client, workplace, refused, "03-every-error")
    assert "0 of 40 errors are fixed, 40 remain." in read_words(client.get(f"/imports/{again}").text)
    assert 'type="file"' in client.get(f"/imports/{refused}").text


def test_fixed_left_and_new_errors_are_counted_by_rule_row_and_column(
    client: FlaskClient, make_import: MakeImport, make_finding: MakeFinding
) -> None:
    old = [
        *(make_finding(row) for row in range(2, 18)),
        make_finding(None, None, "The whole file.", rule="file_no_rows"),
        make_finding(40, severity="warning"),
    ]
    first = make_import(old, status="unsuccessful", error_count=17, warning_count=1)
    new = [
        make_finding(5),
        make_finding(None, None, "The whole file.", rule="file_no_rows"),
        make_finding(7, "Dob", rule="dob_format"),
        make_finding(41, severity="warning"),
    ]
    second = make_import(new, status="unsuccessful", error_count=3, warning_count=1, corrects_import_id=first.id)
    words = read_words(client.get(f"/imports/{second.id}").text)
    assert f"This corrects import {first.id} . 15 of 17 errors are fixed, 2 remain, 1 is new." in words


@ON_SQLITE
@pytest.mark.parametrize(
    "columns", [{"status": "requested", "processed_at": None}, {"status": "failed"}, {"error_count": 20_001}]
)
def test_what_can_not_be_compared_or_not_soon_is_only_named(
    client: FlaskClient, make_import: MakeImport, columns: dict[str, object]
) -> None:
    first = make_import(status="unsuccessful", error_count=3)
    second = make_import(**{"status": "unsuccessful"} | columns, corrects_import_id=first.id)
    words = read_words(client.get(f"/imports/{second.id}").text)
    assert f"This corrects import {first.id} ." in words and "fixed" not in words


@ON_SQLITE
def test_a_fault_in_the_form_is_told_on_the_same_page(
    client: FlaskClient, workplace: Workplace, database: Database
) -> None:
    refused = upload(client, workplace, "03-every-error")
    response = send_file(client, b"", name="", to=f"/imports/{refused}/corrected", form_at=f"/imports/{refused}")
    assert response.status_code == 400
    words = read_words(response.text)
    assert f"Import {refused}" in words and words.count(NO_FILE) == 2 and "Your sheet, row by row" in words


@ON_SQLITE
def test_a_file_over_the_limit_is_told_on_the_same_page(
    database: Database, manager: Account, make_import: MakeImport, make_finding: MakeFinding, tmp_path: Path
) -> None:
    app = create_app(Settings(home=tmp_path, file_limit_bytes=2**20), database, KEY)
    client = open_signed_in(app, database, manager)
    refused = make_import([make_finding()], status="unsuccessful", error_count=1).id
    response = send_file(client, b"x" * 2**22, to=f"/imports/{refused}/corrected", form_at=f"/imports/{refused}")
    assert response.status_code == 413
    words = read_words(response.text)
    assert f"Import {refused}" in words and "larger than 1 MB" in words and "What was found" in words


@ON_SQLITE
@pytest.mark.parametrize("status", ["successful", "failed", "requested"])
def test_what_was_not_refused_is_not_corrected(client: FlaskClient, make_import: MakeImport, status: str) -> None:
    done = make_import(status=status)
    assert 'type="file"' not in client.get(f"/imports/{done.id}").text
    response = post(client, f"/imports/{done.id}/corrected", {"load": "1"}, form_at="/imports")
    assert response.status_code == 404


@ON_SQLITE
@pytest.mark.parametrize(("permissions", "status"), [((Permission.VIEW,), 403), ((), 404)])
def test_only_who_may_import_there_may_correct(
    sign_in: Callable[[Account], FlaskClient],
    database: Database,
    provider: Provider,
    make_import: MakeImport,
    permissions: tuple[Permission, ...],
    status: int,
) -> None:
    refused = make_import(status="unsuccessful")
    rights = {provider.id: permissions} if permissions else {}
    client = sign_in(make_staff(database, "viewer@example.org", memberships=rights))
    assert post(client, f"/imports/{refused.id}/corrected", form_at="/imports").status_code == status


def test_a_corrected_marked_up_workbook_can_be_sent_back(
    client: FlaskClient, workplace: Workplace, database: Database
) -> None:
    refused = upload(client, workplace, "03-every-error")
    workbook = client.get(f"/imports/{refused}/marked-up.xlsx").data
    response = send_file(client, workbook, to=f"/imports/{refused}/corrected", form_at=f"/imports/{refused}")
    process_next(workplace)
    again = read_import(database, int(response.location.rsplit("/", 1)[1]))
    assert (again.status, again.error_count, again.corrects_import_id) == ("unsuccessful", 40, refused)
    assert read_sample("03-every-error") != workbook
