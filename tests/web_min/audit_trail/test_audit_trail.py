"""The audit trail: newest first, a page at a time, by filters; nothing of a learner but numbers."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, AuditEvent, Provider
from tests.web_min.conftest import CANARY, KEY
from tests.web_min.counting import count_queries
from tests.web_min.people import make_learner, make_staff
from tests.web_min.plans import note_plans
from tests.web_min.reading import read_rows, read_words
from tests.web_min.staff.conftest import SignIn

AT = datetime(2026, 11, 23, 18, 55, 12, tzinfo=UTC)
TRAIL = "/audit-trail"


@pytest.fixture
def admin(sign_in: SignIn, administrator: Account) -> FlaskClient:
    """The browser of an administrator."""
    return sign_in(administrator)


def note(database: Database, *events: dict[str, Any]) -> list[int]:
    """Add events; return their ids."""
    with database.write() as session:
        rows = [
            AuditEvent(**{"at": AT, "action": "signed in", "actor": "somebody", "details": {}} | one) for one in events
        ]
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]


def read_whats(page: str) -> list[str]:
    return [row[1] for row in read_rows(page)] if "<tbody" in page else []


def test_an_event_is_shown_with_when_what_who_on_whom_and_from_where(
    admin: FlaskClient, database: Database, provider: Provider, administrator: Account
) -> None:
    pat = make_staff(database, "pat@example.org")
    note(
        database,
        {
            "action": "membership added",
            "actor": "admin@example.org",
            "actor_account_id": administrator.id,
            "account_id": pat.id,
            "provider_id": provider.id,
            "details": {"address": "192.0.2.7", "permissions": ["can_view", "is_user_manager"]},
        },
        {
            "at": AT + timedelta(minutes=1),
            "action": "learners created",
            "actor": "import 57",
            "provider_id": provider.id,
            "import_id": 57,
            "details": {"count": 1240},
        },
    )
    page = admin.get(TRAIL).text
    assert read_rows(page) == [
        [
            "23 November 2026 at 18:56",
            "Learners created Count: 1,240",
            "import 57",
            "Northfield Sixth Form Import 57",
            "–",
        ],
        [
            "23 November 2026 at 18:55",
            "Membership added Permissions: View, User manager",
            "admin@example.org",
            "pat@example.org Northfield Sixth Form",
            "192.0.2.7",
        ],
    ]
    for link in (f"/staff/{pat.id}", f"/providers/{provider.id}", "/imports/57"):
        assert f'href="{link}"' in page
    assert '<time datetime="2026-11-23T18:55:12+00:00">' in page


def test_of_a_learner_nothing_is_shown_but_numbers_and_the_names_of_columns(
    admin: FlaskClient, database: Database, provider: Provider
) -> None:
    account, learner = make_learner(database, provider.id, f"{CANARY}.q".lower(), key=KEY, first_name=CANARY)
    note(
        database,
        {
            "action": "learner updated",
            "actor": account.username,
            "actor_account_id": account.id,
            "account_id": account.id,
            "learner_id": learner.id,
            "details": {
                "changes": {"first_name": [CANARY, CANARY], "date_of_birth": [CANARY, None]},
                "reason": CANARY,
                "values": [CANARY],
                "more": {"name": CANARY},
                "password": CANARY,
                "is_forced": True,
            },
        },
    )
    page = admin.get(TRAIL).text
    (row,) = read_rows(page)
    assert row[1] in (
        "Learner updated Changed: first name, date of birth Is forced: yes",
        "Learner updated Is forced: yes Changed: first name, date of birth",  # PostgreSQL keeps no order of keys
    )
    assert row[2:4] == [f"Learner account {account.id}", f"Learner account {account.id} Learner {learner.id}"]
    assert CANARY.lower() not in page.lower()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_accounts_and_providers_that_are_gone_go_by_number_without_a_link(
    admin: FlaskClient, database: Database
) -> None:
    note(database, {"account_id": 4711, "provider_id": 99})
    page = admin.get(TRAIL).text
    assert read_rows(page)[0][3] == "Account 4711 Provider 99"
    assert "/staff/4711" not in page and "/providers/99" not in page


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("details", "words"),
    [
        (
            {"addresses": {"192.0.2.1": 3, "192.0.2.2": 1}, "refused_count": 4},
            "From 192.0.2.1 (3), 192.0.2.2 (1) Refused count: 4",
        ),
        ({"addresses": {f"192.0.2.{n}": 1 for n in range(9)}}, "192.0.2.4 (1), others"),
        ({"fingerprint": "SHA256:abc", "signed_in_with": "key"}, "Key: SHA256:abc Signed in with: key"),
        ({"fingerprint": None, "duration_seconds": 12.5}, "Duration seconds: 12.5"),
        ({"permissions": ["can_view"], "permissions_before": []}, "Permissions: View Permissions before:"),
    ],
)
def test_details_are_put_into_words(
    admin: FlaskClient, database: Database, details: dict[str, object], words: str
) -> None:
    note(database, {"details": details})
    assert words in read_rows(admin.get(TRAIL).text)[0][1]


@pytest.fixture
def some(database: Database, provider: Provider, administrator: Account) -> None:
    """Events that differ in what they are filtered by. In June the UK is an hour ahead of UTC, in November not."""
    june = datetime(2026, 6, 10, 22, 59, 59, tzinfo=UTC)
    note(
        database,
        {"action": "a1", "at": june, "actor": "old.name@example.org", "actor_account_id": administrator.id},
        {"action": "a2", "at": june + timedelta(seconds=1), "actor": "command line"},
        {
            "action": "a3",
            "at": AT,
            "provider_id": provider.id,
            "actor": "admin@example.org",
            "actor_account_id": administrator.id,
        },
        {"action": "a3", "at": AT + timedelta(days=1)},
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["A3", "A3", "A2", "A1"]),
        ("action=a3", ["A3", "A3"]),
        ("action=a3&provider=10001234", ["A3"]),
        ("provider=1000+1234", ["A3"]),
        ("actor=command+line", ["A2"]),
        ("actor=ADMIN@example.org", ["A3", "A1"]),  # whoever has the username now, whatever it was then
        ("actor=nobody", []),
        ("from_day=2026-11-24", ["A3"]),
        ("from_day=2026-06-11&until_day=2026-11-23", ["A3", "A2"]),  # the UK's day, an hour ahead of UTC in June
        ("until_day=10/06/2026", ["A1"]),
        ("from_day=2026-11-23&until_day=2026-11-23", ["A3"]),
    ],
)
def test_filters_agree_with_all_that_is_chosen(admin: FlaskClient, some: None, query: str, found: list[str]) -> None:
    page = admin.get(f"{TRAIL}?{query}")
    assert page.status_code == 200
    assert read_whats(page.text) == found
    assert found or "Nothing found" in page.text


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("provider=10009999", "No provider has this UKPRN"),
        ("provider=x", "No provider has this UKPRN"),
        ("from_day=2026-02-30", "Enter a real date"),
        ("until_day=9999-12-31", "Enter a real date"),
        ("from_day=0001-01-01", "Enter a real date"),
        ("from_day=2026-11-24&until_day=2026-11-23", "must be the same as “From” or later"),
        (f"actor={'x' * 257}", "Who did it must be 256 characters or fewer"),
        ("action=evil", "Not a valid choice"),
    ],
)
def test_a_wrong_filter_is_said_and_shows_no_events(admin: FlaskClient, some: None, query: str, message: str) -> None:
    response = admin.get(f"{TRAIL}?{query}")
    assert response.status_code == 400
    assert message in read_words(response.text)
    assert read_whats(response.text) == []


def find_link(page: str, words: str) -> str | None:
    link = BeautifulSoup(page, "html.parser").find("a", string=words)
    return str(link["href"]) if link else None


def test_pages_lead_to_older_and_newer_events_and_keep_the_filters(admin: FlaskClient, database: Database) -> None:
    """Many events of one moment, as an import writes them, are neither left out nor shown twice."""
    ids = note(
        database, *({"action": f"n{n:03d}", "actor": "me", "at": AT + timedelta(hours=n // 60)} for n in range(120))
    )
    note(database, {"action": "other"})
    expected = [f"N{n:03d}" for n in reversed(range(120))]
    first = admin.get(f"{TRAIL}?actor=me").text
    assert read_whats(first) == expected[:50]
    assert find_link(first, "Newer") is None
    older = find_link(first, "Older")
    assert older == f"/audit-trail?before={ids[70]}&actor=me"
    second = admin.get(older).text
    assert read_whats(second) == expected[50:100]
    third = admin.get(find_link(second, "Older") or "").text
    assert read_whats(third) == expected[100:]
    assert find_link(third, "Older") is None
    assert read_whats(admin.get(find_link(third, "Newer") or "").text) == expected[50:100]
    back = admin.get(find_link(second, "Newer") or "").text
    assert read_whats(back) == expected[:50]
    assert find_link(back, "Newer") is None and find_link(back, "Older") == older
    assert find_link(third, "Newest") == "/audit-trail?actor=me"


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    "query", ["before=9999", "after=9999", "before=x", "before=-1", f"after={'9' * 30}", "before=٢"]
)
def test_a_place_that_is_not_there_is_not_found(admin: FlaskClient, some: None, query: str) -> None:
    assert admin.get(f"{TRAIL}?{query}").status_code == 404


def test_every_action_on_the_trail_can_be_chosen(admin: FlaskClient, database: Database) -> None:
    choices = re.compile(r'<option value="([^"]*)"')
    assert choices.findall(admin.get(TRAIL).text) == [""]
    note(database, *({"action": action} for action in ("signed in", "locked", "signed in", "zapped")))
    assert choices.findall(admin.get(TRAIL).text) == ["", "locked", "signed in", "zapped"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_more_events_need_no_more_queries_and_nothing_counts_them(
    admin: FlaskClient, database: Database, provider: Provider, administrator: Account
) -> None:
    one = {"account_id": administrator.id, "provider_id": provider.id}
    note(database, one)
    admin.get(TRAIL)
    with count_queries(database) as few:
        admin.get(TRAIL)
    note(database, *[one] * 40)
    with count_queries(database) as many:
        admin.get(TRAIL)
    assert len(few) == len(many)
    assert not any("count(" in statement.lower() for statement in many)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("", "ix_audit_event_at"),
        ("before={}", "ix_audit_event_at"),
        ("after={}", "ix_audit_event_at"),
        ("from_day=2026-11-01&until_day=2026-11-30", "ix_audit_event_at"),
        ("action=signed+in&before={}", "ix_audit_event_action_at"),
        ("actor=nobody", "ix_audit_event_actor_at"),
        ("actor=admin@example.org", "ix_audit_event_actor_account_id_at"),
        ("provider=10001234&from_day=2026-11-01", "ix_audit_event_provider_id_at"),
    ],
)
def test_a_page_is_found_by_an_index_and_nothing_is_sorted(
    admin: FlaskClient, database: Database, provider: Provider, query: str, index: str
) -> None:
    """With a million events that is the difference between a millisecond and a second."""
    (event_id, *_) = note(database, *[{}] * 60)
    with note_plans(database, "audit_event") as plans:
        admin.get(f"{TRAIL}?{query.format(event_id + 30)}")
    assert plans
    for plan in plans:
        assert index in plan and "TEMP B-TREE" not in plan, plan


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_others_do_not_read_the_trail(sign_in: SignIn, manager: Account, client: FlaskClient) -> None:
    assert sign_in(manager).get(TRAIL).status_code == 403
    assert client.get(TRAIL).status_code == 302
