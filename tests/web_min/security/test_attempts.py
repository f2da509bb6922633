"""Passwords: what is right, what counts as a failure, when an account is locked, and that refusals look alike."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from records.database import Database
from records.tables import Account, AuditEvent, now
from tests.web_min.people import make_staff
from tests.web_min.security.attempts import INITIAL, PASSWORD, QUICK_HASH, attempt, enter, fail, is_signed_in
from tests.web_min.security.conftest import change

Read = Callable[[Account], Account]
LIMIT = 5
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


def plain(page: str) -> str:
    """A page without what differs each time: its token, and the name that was typed."""
    return re.sub(r'value="[^"]*"', "", page)


def list_actions(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_the_right_password_signs_in_and_is_written_down(
    app: Flask, database: Database, staff: Account, read: Read
) -> None:
    assert is_signed_in(enter(app, staff.username))
    kept = read(staff)
    assert kept.last_signed_in_at and kept.first_signed_in_at
    assert list_actions(database) == ["signed in"]


@SQLITE
@pytest.mark.parametrize("username", ["JANE.SMITH@EXAMPLE.ORG", " jane.smith@example.org ", "Jane.Smith@Example.org"])
def test_capitals_and_spaces_around_a_username_make_no_difference(app: Flask, staff: Account, username: str) -> None:
    assert is_signed_in(enter(app, username))


@SQLITE
@pytest.mark.parametrize("password", [PASSWORD.upper(), f" {PASSWORD}", f"{PASSWORD} ", PASSWORD[:-1], "x" * 300, "\t"])
def test_anything_but_the_very_password_is_wrong(app: Flask, staff: Account, password: str) -> None:
    assert attempt(app, staff.username, password).status_code == 400


def test_an_account_is_locked_after_so_many_failures_in_a_row_and_not_before(
    app: Flask, database: Database, staff: Account, read: Read
) -> None:
    fail(app, staff.username, LIMIT - 1)
    assert read(staff).locked_at is None
    assert is_signed_in(enter(app, staff.username))
    fail(app, staff.username, LIMIT - 1)
    assert read(staff).locked_at is None, "a success begins the count anew"
    fail(app, staff.username, 1)
    assert read(staff).locked_at
    assert list_actions(database)[-2:] == ["sign-in failed", "account locked"]


def test_a_success_leaves_no_try_counted(app: Flask, staff: Account, read: Read) -> None:
    """The count that a try adds is taken back, also by an account that had none before."""
    for _ in range(LIMIT + 2):
        enter(app, staff.username)
        assert read(staff).failed_sign_in_count == 0


@SQLITE
def test_locked_disabled_wrong_and_unknown_are_refused_with_the_very_same_page(
    app: Flask, database: Database, staff: Account, learner: Account
) -> None:
    disabled = make_staff(database, "gone@example.org", password_hash=QUICK_HASH, is_active=False)
    change(database, learner, locked_at=now())
    answers = [
        attempt(app, staff.username, "wrong-password1"),
        attempt(app, "nobody.at.all", PASSWORD),
        attempt(app, learner.username, PASSWORD),
        attempt(app, learner.username, "wrong-password1"),
        attempt(app, disabled.username, PASSWORD),
        attempt(app, make_staff(database, "invited@example.org").username, PASSWORD),
    ]
    assert {answer.status_code for answer in answers} == {400}
    assert len({plain(answer.text) for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.keys())) for answer in answers}) == 1


@SQLITE
def test_a_locked_account_stays_locked_for_the_right_password_however_often(
    app: Flask, staff: Account, read: Read
) -> None:
    fail(app, staff.username, LIMIT)
    locked_at = read(staff).locked_at
    for _ in range(3):
        assert attempt(app, staff.username, PASSWORD).status_code == 400
    assert read(staff).locked_at == locked_at


@SQLITE
@pytest.mark.parametrize("typed", [INITIAL, f"  {INITIAL} ", INITIAL.upper(), INITIAL.title()])
def test_an_initial_password_is_taken_as_it_comes_from_a_slip(app: Flask, newcomer: Account, typed: str) -> None:
    answer = attempt(app, newcomer.username, typed)
    assert answer.status_code == 302


@SQLITE
@pytest.mark.parametrize("typed", ["mkrt-7384-wdc", "mkrt7384wdcn", "mkrt-7384-wdcnn", "", "-"])
def test_anything_else_is_no_initial_password(app: Flask, newcomer: Account, typed: str) -> None:
    assert attempt(app, newcomer.username, typed).status_code == 400


@SQLITE
def test_an_initial_password_with_capitals_is_taken_only_as_it_is(
    app: Flask, database: Database, newcomer: Account
) -> None:
    sealed = app.extensions["sealer"].seal([newcomer.id], ["Kettle-Blue7"])[0]
    change(database, newcomer, initial_password_sealed=sealed)
    assert attempt(app, newcomer.username, "kettle-blue7").status_code == 400
    assert attempt(app, newcomer.username, "Kettle-Blue7").status_code == 302


@SQLITE
def test_an_expired_initial_password_says_so_to_whoever_has_it_and_to_nobody_else(
    app: Flask, database: Database, newcomer: Account
) -> None:
    change(database, newcomer, initial_password_expires_at=now() - timedelta(seconds=1))
    client = app.test_client()
    right = attempt(app, newcomer.username, INITIAL, client=client)
    assert right.status_code == 400 and "not used in time" in right.text
    assert client.get("/first-password").status_code == 302
    wrong = attempt(app, newcomer.username, "wrong-7384-wdcn")
    assert "not used in time" not in wrong.text
    assert plain(wrong.text) == plain(attempt(app, "nobody.at.all", INITIAL).text)


@SQLITE
def test_a_sealed_password_of_another_account_opens_nothing(app: Flask, database: Database, newcomer: Account) -> None:
    sealed = app.extensions["sealer"].seal([newcomer.id + 1], [INITIAL])[0]
    change(database, newcomer, initial_password_sealed=sealed)
    assert attempt(app, newcomer.username, INITIAL).status_code == 400


@SQLITE
def test_a_password_changed_while_the_old_one_was_looked_at_lets_nobody_in(
    app: Flask, database: Database, staff: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    import web_min.signing_in.attempts as attempts

    def look_slowly(account: Account | None, password: str) -> bool:
        found = check(account, password)
        change(database, staff, session_key="another")
        return found

    check = attempts.check_password
    monkeypatch.setattr(attempts, "check_password", look_slowly)
    client = app.test_client()
    assert attempt(app, staff.username, PASSWORD, client=client).status_code == 400
    assert not is_signed_in(client)


@SQLITE
def test_a_right_password_is_no_failure_before_its_code_and_wipes_out_none(
    app: Flask, database: Database, staff: Account, read: Read
) -> None:
    change(database, staff, two_step_secret="sealed", failed_sign_in_count=LIMIT - 1)
    for _ in range(3):
        assert attempt(app, staff.username, PASSWORD).status_code == 302
        assert read(staff).failed_sign_in_count == LIMIT - 1
    assert read(staff).last_signed_in_at is None
    fail(app, staff.username, 1)
    assert read(staff).locked_at


@SQLITE
def test_the_audit_trail_keeps_no_name_that_was_typed_and_no_learners_username(
    app: Flask, database: Database, learner: Account
) -> None:
    attempt(app, "my-secret-passw0rd", "x")
    attempt(app, learner.username, "wrong-password1")
    enter(app, learner.username)
    with database.read() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    text = " ".join(f"{event.actor} {event.action} {event.details}" for event in events)
    assert "my-secret" not in text and "quillfeather" not in text and "wrong-" not in text
    assert [event.account_id for event in events] == [None, learner.id, learner.id]
    assert events[0].details["address"] == "192.0.2.1"
    assert events[2].actor == f"learner account {learner.id}"


@SQLITE
def test_what_is_typed_beside_the_fields_changes_no_account(app: Flask, staff: Account, read: Read) -> None:
    before = vars(read(staff))
    enter(app, staff.username, is_administrator="1", kind="learner", id="1", failed_sign_in_count="-99")
    after = vars(read(staff))
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"_sa_instance_state", "last_signed_in_at", "first_signed_in_at"}
