"""The progress template: blank for anyone, with learners for those who may see them."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from records.database import Database
from records.tables import Account, AuditEvent, LearnerProgress, Provider
from tests.web_min.conftest import KEY
from tests.web_min.people import make_learner, make_staff
from web_min.permissions import Permission

SignIn = Callable[[Account], FlaskClient]


def read_rows(content: bytes) -> list[tuple[object, ...]]:
    return list(load_workbook(io.BytesIO(content))["Progress"].iter_rows(values_only=True))


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_blank_template_needs_no_sign_in(client: FlaskClient) -> None:
    response = client.get("/progress-template.xlsx")
    assert response.headers["Content-Disposition"] == "attachment; filename=progress-template.xlsx"
    (headings,) = read_rows(response.data)
    assert headings[:2] == ("Username", "ULN")


def test_a_providers_learners_are_filled_in_with_what_is_known(
    database: Database, provider: Provider, sign_in: SignIn, manager: Account
) -> None:
    _, learner = make_learner(database, provider.id, "zuzanna.q", key=KEY, uln="1000000000")
    make_learner(database, provider.id, "another.one", key=KEY, first_name="=1+1", last_name="Able")
    with database.write() as session:
        session.add(LearnerProgress(learner_id=learner.id, has_reference=True, application_count=4))
    response = sign_in(manager).get(f"/providers/{provider.id}/progress-template.xlsx")
    assert read_rows(response.data)[1:] == [
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
