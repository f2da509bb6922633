"""The blank template is offered on the list of imports, to everybody, in both formats."""

import re

import pytest
from flask.testing import FlaskClient

from schemas.template import Format, make_template

TYPES: dict[Format, str] = {
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.mark.parametrize("format", TYPES)
def test_the_blank_template_comes_as_a_file_of_its_type_and_name(client: FlaskClient, format: Format) -> None:
    response = client.get(f"/template.{format}")
    assert response.status_code == 200
    assert response.data == make_template(format)
    assert response.content_type == TYPES[format]
    assert response.headers["Content-Disposition"] == f"attachment; filename=learner-import-template.{format}"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_the_home_page_links_to_it_in_the_manuals_words(client: FlaskClient) -> None:
    links = dict(re.findall(r'<a class="govuk-link" href="([^"]+)">([^<]+)</a>', client.get("/").text))
    assert links["/template.xls"] == "Download learner import template"
    assert links["/template.xlsx"] == "as .xlsx"


@pytest.mark.parametrize(
    ("method", "address", "status"), [("get", "/template.csv", 404), ("post", "/template.xls", 405)]
)
def test_nothing_else_is_answered(client: FlaskClient, method: str, address: str, status: int) -> None:
    assert client.open(address, method=method).status_code == status
