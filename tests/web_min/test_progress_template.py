"""The progress template: blank for anyone, with learners for those who may see them."""

import io
from collections.abc import Callable

import pytest
import xlrd
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from records.database import Database
from records.tables import Account, AuditEvent, LearnerProgress, Provider
from schemas.template import MEDIA_TYPES, Format
from tests.web_min.conftest import KEY
from tests.web_min.people import make_learner, make_staff
from web_min import progress_template
from web_min.permissions import Permission

SignIn = Callable[[Account], FlaskClient]


def read_rows(content: bytes, format: Format) -> list[tuple[object, ...]]:
    if format == "xlsx":
        return list(load_workbook(io.BytesIO(content))["Progress"].iter_rows(values_only=True))
    sheet = xlrd.open_workbook(file_contents=content).sheet_by_name("Progress")
    return [tuple(None if value == "" else value for value in sheet.row_values(row)) for row in range(sheet.nrows)]


@pytest.mark.parametrize("format", MEDIA_TYPES)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_blank_template_needs_no_sign_in(app: Flask, format: Format) -> None:
    response = app.test_client().get(f"/progress-template.{format}")
    assert response.headers["Content-Disposition"] == f"attachment; filename=progress-template.{format}"
    assert response.content_type == MEDIA_TYPES[format]
    (headings,) = read_rows(response.data, format)
    assert headings[:2] == ("Username", "ULN")


@pytest.mark.parametrize("format", MEDIA_TYPES)
def test_a_providers_learners_are_filled_in_with_what_is_known(
    database: Database, provider: Provider, sign_in: SignIn, manager: Account, format: Format
) -> None:
    _, learner = make_learner(database, provider.id, "zuzanna.q", key=KEY, uln="1000000000")
    make_learner(database, provider.id, "another.one", key=KEY, first_name="=1+1", last_name="Able")
    with database.write() as session:
        session.add(LearnerProgress(learner_id=learner.id, has_reference=True, application_count=4))
    response = sign_in(manager).get(f"/providers/{provider.id}/progress-template.{format}")
    assert read_rows(response.data, format)[1:] == [
        ("another.one", None, "=1+1", "Able", "Awaiting", "Awaiting", 0, 0),
        ("zuzanna.q", "1000000000", "Zuzanna", "Quillfeather", "Awaiting", "Received", 4, 0),
    ]
    with database.read() as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.provider_id, event.actor) == (
        "progress template downloaded",
        provider.id,
        "manager@example.org",
    )


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nobody_elses_learners_are_given(database: Database, provider: Provider, sign_in: SignIn) -> None:
    with database.write() as session:
        other = Provider(ukprn="10004321", name="Southfield School")
        session.add(other)
        session.flush()
    stranger = make_staff(database, "other@example.org", memberships={other.id: tuple(Permission)})
    assert sign_in(stranger).get(f"/providers/{provider.id}/progress-template.xlsx").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_more_learners_than_an_xls_has_rows_are_told_and_given_as_xlsx(
    database: Database, provider: Provider, sign_in: SignIn, manager: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress_template, "MOST_LEARNERS", 1)
    for username in ("zuzanna.q1", "zuzanna.q2"):
        make_learner(database, provider.id, username, key=KEY)
    client = sign_in(manager)
    assert (
        "Take the .xlsx." in client.get(f"/providers/{provider.id}/progress-template.xls", follow_redirects=True).text
    )
    assert client.get(f"/providers/{provider.id}/progress-template.xlsx").status_code == 200


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_list_of_imports_offers_both_with_the_learners_filled_in(
    sign_in: SignIn, manager: Account, provider: Provider
) -> None:
    page = sign_in(manager).get("/imports").text
    assert f'href="/providers/{provider.id}/progress-template.xls">Download progress template' in page
    assert f'href="/providers/{provider.id}/progress-template.xlsx"' in page
