""" "Forgotten your password?" answers alike whether or not there is anybody, and mails nobody's box full."""

import statistics
import time
from collections.abc import Callable
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from records.database import Database
from records.tables import Account, AuditEvent, Learner, Provider, now
from tests.web_min.conftest import KEY
from tests.web_min.people import make_learner, make_staff, post
from tests.web_min.security.attempts import ADDRESS, attempt
from tests.web_min.security.conftest import Clock, change
from tests.web_min.security.mails import find_path, read_mails
from web_min.signing_in.password_routes import ASKS_AN_ADDRESS, MAILS_A_MAILBOX, MAILS_AN_HOUR

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
NOBODY = "nobody.at.all@example.org"


def ask(app: Flask, name: str, address: str = ADDRESS, client: FlaskClient | None = None) -> TestResponse:
    client = client or app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return cast(TestResponse, post(client, "/forgotten-password", {"username": name}))


def test_the_owner_of_a_username_gets_a_link(
    app: Flask, client: FlaskClient, database: Database, staff: Account
) -> None:
    ask(app, staff.username.upper())
    (mail,) = read_mails(database)
    assert (mail.kind, mail.to_email) == ("reset_password", staff.email)
    assert client.get(find_path(mail)).status_code == 200


@pytest.mark.parametrize(
    "typed", ["Zuzanna@Example.ORG", "zuzanna@example.org", "zuzanna.quillfeather", " zuzanna@example.org "]
)
def test_a_learner_is_found_by_username_or_address_however_written(
    app: Flask, database: Database, learner: Account, typed: str
) -> None:
    with database.write() as session:
        session.scalars(select(Learner).where(Learner.account_id == learner.id)).one().email = "Zuzanna@example.org"
    ask(app, typed)
    assert [mail.to_email for mail in read_mails(database)] == ["Zuzanna@example.org"]


@SQLITE
def test_a_username_that_is_anothers_address_keeps_nobody_from_a_link(
    app: Flask, database: Database, provider: Provider, staff: Account
) -> None:
    """Whoever takes an address of somebody else for a username gets a link for the own account only."""
    change(database, staff, username="smithy", username_key="smithy")
    make_learner(database, provider.id, "jane.smith@example.org", key=KEY, email="prankster@example.org")
    ask(app, "jane.smith@example.org")
    mails = {mail.to_email: mail.body_text for mail in read_mails(database)}
    assert mails.keys() == {"jane.smith@example.org", "prankster@example.org"}
    assert "smithy" in mails["jane.smith@example.org"] and "smithy" not in mails["prankster@example.org"]


@SQLITE
def test_brothers_and_sisters_with_one_address_each_get_a_link(
    app: Flask, database: Database, provider: Provider
) -> None:
    for number in range(3):
        make_learner(database, provider.id, f"child.{number:02}", key=KEY, email="family@example.org")
    ask(app, "family@example.org")
    assert len({find_path(mail) for mail in read_mails(database)}) == 3


@pytest.fixture
def asked_of(database: Database, staff: Account, learner: Account, newcomer: Account) -> dict[str, str]:
    """A name of each kind that can be asked for."""
    change(database, learner, locked_at=now())
    return {
        "somebody": staff.username,
        "nobody": NOBODY,
        "nobody, no address": "nobody.at.all",
        "without an address": newcomer.username,
        "locked learner": learner.username,
        "disabled": make_staff(database, "gone@example.org", is_active=False).username,
    }


@SQLITE
def test_every_answer_is_the_same(app: Flask, asked_of: dict[str, str]) -> None:
    answers = [ask(app, name) for name in asked_of.values()]
    assert len({(one.status_code, one.headers["Location"], one.text) for one in answers}) == 1
    assert answers[0].headers["Location"] == "/forgotten-password/sent"


def test_every_answer_takes_as_many_writes(app: Flask, database: Database, asked_of: dict[str, str]) -> None:
    written: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_: object, __: object, statement: str, *___: object) -> None:
        if statement.split(maxsplit=1)[0] in ("INSERT", "UPDATE", "DELETE"):
            written.append(" ".join(statement.split()[:3]))

    ask(app, NOBODY)  # the first one makes the address's row
    seen = {}
    for what, name in asked_of.items():
        written.clear()
        ask(app, name)
        seen[what] = tuple(written)
    assert len(set(seen.values())) == 1, seen


@SQLITE
def test_answers_take_about_as_long(app: Flask, asked_of: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Medians of many, taken in turn; twice as long is far from what the difference of a missing mail would be."""
    monkeypatch.setattr("web_min.signing_in.password_routes.MAILS_AN_HOUR", 1000)
    monkeypatch.setattr("web_min.signing_in.password_routes.ASKS_AN_ADDRESS", 1000)
    times: dict[str, list[float]] = {"somebody": [], "nobody": []}
    for _ in range(25):
        for what, kept in times.items():
            client = app.test_client()
            client.get("/forgotten-password")
            start = time.perf_counter()
            ask(app, asked_of[what], client=client)
            kept.append(time.perf_counter() - start)
    ratio = statistics.median(times["somebody"]) / statistics.median(times["nobody"])
    assert 0.5 < ratio < 2


@SQLITE
def test_a_mailbox_is_not_filled_through_us(app: Flask, database: Database, staff: Account, clock: Clock) -> None:
    for number in range(MAILS_AN_HOUR + 3):
        ask(app, staff.username, address=f"198.51.100.{number}")
    assert len(read_mails(database)) == MAILS_AN_HOUR
    clock.go_on(hours=1, seconds=1)
    ask(app, staff.username)
    assert len(read_mails(database)) == MAILS_AN_HOUR + 1


@SQLITE
def test_an_address_that_asks_again_and_again_has_to_pause_and_can_still_sign_in(
    app: Flask, database: Database, staff: Account
) -> None:
    statuses = [ask(app, f"{NOBODY}{number}").status_code for number in range(ASKS_AN_ADDRESS + 3)]
    assert statuses[: ASKS_AN_ADDRESS - 1] == [302] * (ASKS_AN_ADDRESS - 1)
    assert statuses[-1] == 429
    assert ask(app, staff.username, address="198.51.100.1").status_code == 302
    assert attempt(app, staff.username, "blue-Kettle7").status_code == 302


@SQLITE
def test_a_locked_learner_is_told_by_mail_to_ask_the_provider(app: Flask, database: Database, learner: Account) -> None:
    change(database, learner, locked_at=now())
    ask(app, learner.username)
    (mail,) = read_mails(database)
    assert "Ask your school or college to unlock it" in " ".join(mail.body_text.split())
    assert "/choose-password/" not in mail.body_text + mail.body_html


@SQLITE
def test_asking_changes_nothing_about_the_account(
    app: Flask, staff: Account, database: Database, read: Callable[[Account], Account]
) -> None:
    before = read(staff)
    ask(app, staff.username)
    after = read(staff)
    assert (before.session_key, before.password_hash) == (after.session_key, after.password_hash)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == 1


@SQLITE
@pytest.mark.parametrize("typed", ["", "   ", "x" * 257])
def test_what_is_no_name_is_refused_beside_the_field(app: Flask, database: Database, typed: str) -> None:
    answer = ask(app, typed)
    assert answer.status_code == 400
    assert "govuk-error-message" in answer.text
    assert read_mails(database) == []


@SQLITE
def test_learners_who_name_anothers_address_do_not_use_up_the_owners_links(
    app: Flask, database: Database, provider: Provider, staff: Account
) -> None:
    assert staff.email
    for number in range(6):
        make_learner(database, provider.id, f"pupil.{number}", key=KEY, email=staff.email)
        for _ in range(MAILS_AN_HOUR):
            ask(app, f"pupil.{number}", address=f"198.51.100.{number}")
    assert len(read_mails(database)) == MAILS_A_MAILBOX
    ask(app, staff.email, address="203.0.113.1")
    assert staff.username in read_mails(database)[-1].body_text


@SQLITE
def test_of_many_with_one_address_staff_are_written_to_first(
    app: Flask, database: Database, provider: Provider
) -> None:
    for number in range(6):
        make_learner(database, provider.id, f"pupil.{number}", key=KEY, email="office@north.example")
    make_staff(database, "secretary", email="office@north.example")
    ask(app, "office@north.example")
    assert any("secretary" in mail.body_text for mail in read_mails(database))


@SQLITE
def test_who_has_an_address_is_found_by_indexes_alone(app: Flask, database: Database, staff: Account) -> None:
    """Anybody may ask, as often as 60 times an hour: a million learners are not gone through for it."""
    asked: list[tuple[str, Any]] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_: object, __: object, statement: str, values: Any, *___: object) -> None:
        if "lower(learner.email)" in statement:
            asked.append((statement, values))

    ask(app, "Somebody@example.org")
    ((statement, values),) = asked
    with database.engine.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert any("ix_learner_email_lower" in step for step in plan)
    assert any("ix_account_email_lower" in step for step in plan)
    assert not [step for step in plan if step in ("SCAN account", "SCAN learner")]
