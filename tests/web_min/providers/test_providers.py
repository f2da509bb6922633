"""Providers: administrators find, add and change them; nobody else has them."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from loaders.provider_fields import read_fields
from records.database import Database
from records.tables import Account, AuditEvent, Provider, ProviderContact
from tests.web_min.counting import count_queries
from tests.web_min.learners.form_of import open_form
from tests.web_min.people import ALL, make_learner, make_staff, post
from tests.web_min.reading import read_rows, read_words
from tests.web_min.staff.conftest import SignIn
from web_min.permissions import Permission
from web_min.providers.queries import count_providers, find_provider

SENT = {"ukprn": "1000 5678", "name": " Southfield School ", "postcode": "ab12cd", "contacts": ""}


@pytest.fixture
def admin(sign_in: SignIn, administrator: Account) -> FlaskClient:
    """The browser of an administrator."""
    return sign_in(administrator)


def find(database: Database, ukprn: str) -> Provider | None:
    with database.read() as session:
        found = session.scalars(select(Provider).where(Provider.ukprn == ukprn)).one_or_none()
        if found:
            assert found.contacts is not None  # loads them
        return found


def test_a_provider_is_added_and_shown(admin: FlaskClient, database: Database) -> None:
    contacts = " office@south.example \r\n\r\nhead@south.example\nOFFICE@south.example\n"
    response = post(admin, "/providers/new", SENT | {"contacts": contacts})
    added = find(database, "10005678")
    assert added and response.location == f"/providers/{added.id}"
    assert (added.name, added.postcode) == ("Southfield School", "AB1 2CD")
    assert read_fields(added).contacts == ("office@south.example", "head@south.example")
    words = read_words(admin.get(response.location).text)
    assert "Southfield School is registered" in words
    assert "UKPRN 10005678 Postcode AB1 2CD" in words and "office@south.example head@south.example" in words
    with database.read() as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.actor, event.provider_id) == ("provider added", "admin@example.org", added.id)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"ukprn": ""}, "Enter the UKPRN as 8 digits"),
        ({"ukprn": "01234567"}, "Enter the UKPRN as 8 digits"),
        ({"ukprn": "１０００５６７８"}, "Enter the UKPRN as 8 digits"),
        ({"ukprn": "10001234"}, "A provider with this UKPRN is registered already"),
        ({"name": "  "}, "Enter the provider’s name"),
        ({"name": "x" * 201}, "Name must be 200 characters or fewer"),
        ({"name": "South\u200bfield"}, "Name must not have characters that can’t be seen"),
        ({"postcode": "12345"}, "Enter a full UK postcode"),
        ({"contacts": "office@south.example, head@south.example"}, "is not a full email address. Enter one a line"),
        ({"contacts": "office@south.example\nnowhere"}, "“nowhere” is not a full email address"),
        ({"contacts": "\n".join(f"a{n}@south.example" for n in range(51))}, "Enter 50 addresses or fewer"),
        ({"contacts": f"a@{'b' * 60}." * 1 + ".".join("c" * 60 for _ in range(4)) + ".example"}, "254 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_added(
    admin: FlaskClient, provider: Provider, database: Database, fields: dict[str, str], message: str
) -> None:
    response = post(admin, "/providers/new", SENT | fields)
    assert response.status_code == 400
    assert read_words(response.text).count(message) == 2, "in the summary and beside the field"
    with database.read() as session:
        assert [one.ukprn for one in session.scalars(select(Provider))] == ["10001234"]
        assert session.scalars(select(ProviderContact)).all() == []


def test_a_provider_is_changed(admin: FlaskClient, provider: Provider, database: Database) -> None:
    path = f"/providers/{provider.id}"
    form = admin.get(f"{path}/edit").text
    assert 'value="10001234"' in form and 'value="Northfield Sixth Form"' in form
    response = post(admin, f"{path}/edit", SENT | {"contacts": "office@south.example"})
    assert response.location == path
    changed = find(database, "10005678")
    assert changed and (changed.id, changed.name, changed.postcode) == (provider.id, "Southfield School", "AB1 2CD")
    assert "office@south.example</textarea>" in admin.get(f"{path}/edit").text
    with database.read() as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.provider_id) == ("provider changed", provider.id)
    assert set(event.details["changes"]) == {"ukprn", "name", "postcode", "contacts"}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_ukprn_of_another_provider_is_refused(admin: FlaskClient, provider: Provider, database: Database) -> None:
    post(admin, "/providers/new", SENT)
    response = post(admin, f"/providers/{provider.id}/edit", SENT)
    assert response.status_code == 400
    assert "A provider with this UKPRN is registered already" in response.text
    found = find(database, "10001234")
    assert found and found.name == "Northfield Sixth Form"


def test_a_ukprn_that_learners_go_by_is_no_field_and_stays(
    admin: FlaskClient, provider: Provider, database: Database
) -> None:
    make_learner(database, provider.id, "zuzanna.q", key=bytes(32))
    path = f"/providers/{provider.id}/edit"
    page = admin.get(path).text
    assert 'name="ukprn"' not in page
    assert "UKPRN 10001234 . It stays as it is" in read_words(page)
    assert post(admin, path, SENT).status_code == 302
    found = find(database, "10001234")
    assert found and found.name == "Southfield School"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_form_takes_its_own_fields_only(admin: FlaskClient, provider: Provider, database: Database) -> None:
    post(admin, f"/providers/{provider.id}/edit", SENT | {"id": "77", "is_apply_enabled": "1"})
    changed = find(database, "10005678")
    assert changed and (changed.id, changed.is_apply_enabled) == (provider.id, False)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_who_works_at_a_provider_is_listed_with_their_page(
    admin: FlaskClient, provider: Provider, database: Database
) -> None:
    make_staff(database, "zoe@example.org", memberships={provider.id: (Permission.VIEW,)}, is_active=False)
    pat = make_staff(database, "pat@example.org", memberships={provider.id: ALL}, first_name="Pat", last_name="Ng")
    make_staff(database, "elsewhere@example.org")
    page = admin.get(f"/providers/{provider.id}").text
    assert read_rows(page) == [
        ["Pat Ng", "View, Create, Edit, Delete, Import, User manager"],
        ["zoe@example.org Disabled", "View"],
    ]
    assert f'href="/staff/{pat.id}"' in page
    assert 'href="/staff/new?ukprn=10001234"' in page


@pytest.fixture
def many(database: Database) -> None:
    """Sixty providers."""
    names = ["Ash", "Beech 100%", "beechwood", *(f"School {number:02d}" for number in range(57))]
    with database.write() as session:
        session.add_all(Provider(ukprn=str(10_000_100 + place), name=name) for place, name in enumerate(names))


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("BEECH", ["Beech 100%", "beechwood"]),
        ("%", ["Beech 100%"]),
        ("_", []),
        ("10000100", ["Ash"]),
        ("1000010", ["Ash", "Beech 100%", "beechwood", *(f"School {number:02d}" for number in range(7))]),
        ("0000100", []),
    ],
)
def test_a_search_finds_part_of_a_name_or_the_beginning_of_a_ukprn(
    admin: FlaskClient, many: None, search: str, found: list[str]
) -> None:
    page = admin.get("/providers", query_string={"search": search}).text
    assert [row[0] for row in read_rows(page)] == found if found else "No provider found" in page


def test_providers_come_in_pages_by_name(admin: FlaskClient, many: None) -> None:
    first, second = admin.get("/providers").text, admin.get("/providers?page=2").text
    assert len(read_rows(first)) == 50 and len(read_rows(second)) == 10
    assert "Providers 1 to 50 of 60" in read_words(first)
    assert [row[0] for row in read_rows(first)][:4] == ["Ash", "Beech 100%", "beechwood", "School 00"]
    assert 'href="/providers?page=2&amp;search=School"' in admin.get("/providers?search=School").text
    assert admin.get("/providers?page=3").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_list_counts_staff_and_contacts_with_no_more_queries_for_more(
    admin: FlaskClient, provider: Provider, database: Database
) -> None:
    make_staff(database, "pat@example.org", memberships={provider.id: (Permission.VIEW,)})
    with database.write() as session:
        session.add_all(ProviderContact(provider_id=provider.id, email=f"{who}@north.example") for who in "ab")
    with count_queries(database) as few:
        page = admin.get("/providers").text
    assert read_rows(page) == [["Northfield Sixth Form", "10001234", "–", "1", "2"]]
    with database.write() as session:
        session.add_all(Provider(ukprn=str(10_000_100 + place), name="School") for place in range(40))
    with count_queries(database) as many:
        admin.get("/providers")
    assert len(few) == len(many)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_scope_leaves_other_providers_out(database: Database, many: None, provider: Provider) -> None:
    with database.read() as session:
        assert count_providers(session, [provider.id], search="") == 1
        assert count_providers(session, [provider.id], search="Ash") == 0
        assert find_provider(session, [provider.id + 1], provider.id) is None
        assert find_provider(session, [provider.id], provider.id) is not None


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("path", ["/providers", "/providers/new", "/providers/1", "/providers/1/edit"])
def test_others_do_not_manage_providers(
    sign_in: SignIn, provider: Provider, database: Database, path: str, client: FlaskClient
) -> None:
    user_manager = make_staff(database, "ulla@north.example", memberships={provider.id: ALL})
    assert sign_in(user_manager).get(path).status_code == 403
    assert client.get(path).status_code == 302


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("path", ["/providers/99", f"/providers/{2**63}", "/providers/99/edit"])
def test_a_provider_that_is_not_there_is_not_found(admin: FlaskClient, path: str) -> None:
    assert admin.get(path).status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("path", ["/providers/new", "/providers/1/edit"])
def test_without_the_forms_token_nothing_is_saved(
    admin: FlaskClient, provider: Provider, database: Database, path: str
) -> None:
    sent: dict[str, Any] = dict(SENT)
    assert admin.post(path, data=sent).status_code == 400
    assert find(database, "10005678") is None


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_contacts_that_somebody_else_saved_meanwhile_are_not_undone(
    admin: FlaskClient, provider: Provider, database: Database
) -> None:
    path = f"/providers/{provider.id}/edit"
    form = open_form(admin, path)
    with database.write() as session:
        session.add(ProviderContact(provider_id=provider.id, email="new@north.example"))
    answer = admin.post(path, data=form | {"name": "Another name"})
    assert answer.location == path
    assert "Somebody else changed this while you had the page open" in read_words(admin.get(path).text)
    kept = find(database, provider.ukprn)
    assert kept and kept.name == provider.name
    assert read_fields(kept).contacts[-1] == "new@north.example"
    assert admin.post(path, data=open_form(admin, path) | {"name": "Another name"}).status_code == 302
    changed = find(database, provider.ukprn)
    assert changed and (changed.name, read_fields(changed).contacts[-1]) == ("Another name", "new@north.example")


@pytest.mark.parametrize("search", ["école", "ÉCOLE", "École Fran", "école française", "O'Hara"])
def test_a_search_passes_over_accented_capitals_and_kinds_of_apostrophe(
    admin: FlaskClient, provider: Provider, database: Database, search: str
) -> None:
    with database.write() as session:
        session.get_one(Provider, provider.id).name = "École Française O’Hara"
    page = admin.get("/providers", query_string={"search": search}).text
    assert [row[0] for row in read_rows(page)] == ["École Française O’Hara"]
