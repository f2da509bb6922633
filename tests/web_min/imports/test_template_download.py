"""The template is offered in both formats: blank to everybody, to staff with their provider's UKPRN filled in."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Membership, Provider
from schemas.template import Format, make_template
from tests.web_min.people import make_staff
from web_min.permissions import Permission

TYPES: dict[Format, str] = {
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.mark.parametrize("format", TYPES)
def test_the_blank_template_comes_as_a_file_of_its_type_and_name(
    app: Flask, database: Database, format: Format
) -> None:
    response = app.test_client().get(f"/template.{format}")
    assert response.status_code == 200
    assert response.data == make_template(format)
    assert response.content_type == TYPES[format]
    assert response.headers["Content-Disposition"] == f"attachment; filename=learner-import-template.{format}"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_home_page_links_to_it_in_the_manuals_words(app: Flask, database: Database) -> None:
    page = app.test_client().get("/").text
    links = dict(re.findall(r'<a class="govuk-link" href="([^"]+)">([^<]+)</a>', page))
    assert links["/template.xls"] == "Download learner import template"
    assert links["/template.xlsx"] == "as .xlsx"


@pytest.mark.parametrize(
    ("method", "address", "status"), [("get", "/template.csv", 404), ("post", "/template.xls", 405)]
)
def test_nothing_else_is_answered(app: Flask, database: Database, method: str, address: str, status: int) -> None:
    assert app.test_client().open(address, method=method).status_code == status


@pytest.mark.parametrize("format", TYPES)
def test_staff_get_it_with_their_providers_ukprn(client: FlaskClient, provider: Provider, format: Format) -> None:
    response = client.get(f"/template/{provider.ukprn}.{format}")
    assert response.data == make_template(format, provider.ukprn)
    name = f"learner-import-template-{provider.ukprn}.{format}"
    assert response.headers["Content-Disposition"] == f"attachment; filename={name}"


@pytest.mark.parametrize("ukprn", ["10005678", "10009999", "x", "99999999"])
def test_a_provider_of_others_and_one_that_there_is_not_are_not_found(
    client: FlaskClient, database: Database, ukprn: str
) -> None:
    with database.write() as session:
        session.add(Provider(ukprn="10005678", name="Riverside"))
    assert client.get(f"/template/{ukprn}.xls").status_code == 404
    assert client.get("/template/10001234.csv").status_code == 404


def test_an_administrator_and_a_stranger_get_none_with_a_ukprn(
    app: Flask, sign_in: Callable[[Account], FlaskClient], administrator: Account, provider: Provider
) -> None:
    assert sign_in(administrator).get(f"/template/{provider.ukprn}.xls").status_code == 404
    assert app.test_client().get(f"/template/{provider.ukprn}.xls").location.startswith("/sign-in")


def test_the_list_of_imports_offers_the_template_of_the_only_provider_or_the_chosen_one(
    client: FlaskClient, database: Database, provider: Provider, manager: Account
) -> None:
    own = f'href="/template/{provider.ukprn}.xls">Download learner import template'
    assert own in client.get("/imports").text
    with database.write() as session:
        college = Provider(ukprn="10005678", name="Riverside")
        session.add(college)
        session.flush()
        session.add(Membership(account_id=manager.id, provider_id=college.id, can_view=True))
    assert 'href="/template.xls">Download learner import template' in client.get("/imports").text
    assert own in client.get(f"/imports?provider={provider.id}").text
    assert 'href="/template/10005678.xls"' in client.get(f"/imports?provider={college.id}").text


def test_who_may_only_look_may_have_it_too(
    sign_in: Callable[[Account], FlaskClient], database: Database, provider: Provider
) -> None:
    viewer = make_staff(database, "viewer@example.org", memberships={provider.id: [Permission.VIEW]})
    assert sign_in(viewer).get(f"/template/{provider.ukprn}.xlsx").status_code == 200
