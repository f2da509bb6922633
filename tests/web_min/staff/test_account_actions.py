"""What is done to accounts: by whom, with what effect on sessions and links, and on the trail."""

import re
from collections.abc import Callable
from itertools import product
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from loaders.administrators import disable
from loaders.recording import record_from_command_line
from records.database import Database
from records.tables import Account, OutboxMail, now
from tests.web_min.people import make_staff, open_signed_in, post
from tests.web_min.reading import read_words
from tests.web_min.staff.conftest import People, SignIn, read_actions, reload
from web_min.permissions import Permission
from web_min.staff.reach import Action

PASSWORD = "blue-heron 7"


def do(client: FlaskClient, account: Account, action: str, *, form_at: str = "/staff/new") -> object:
    """Press the button, or send what it sends where there is none."""
    return post(client, f"/staff/{account.id}/{action}", form_at=form_at)


def read_status(client: FlaskClient, account: Account, action: str) -> int:
    return int(do(client, account, action).status_code)  # type: ignore[attr-defined]


ALLOWED_TO_USER_MANAGERS = {
    ("colleague", Action.RESEND),
    ("colleague", Action.DISABLE),
    ("colleague", Action.ENABLE),
    ("both", Action.RESEND),
}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_user_manager_does_what_may_be_done_and_nothing_else(
    user_manager: FlaskClient, people: People, database: Database
) -> None:
    """Every action, on a colleague, one who works elsewhere too, an administrator, oneself, and one of others."""
    columns = ("session_key", "is_active", "is_administrator", "locked_at", "has_to_use_two_step", "two_step_secret")
    whom = ("colleague", "both", "boss", "user_manager", "other")
    before = {name: [getattr(getattr(people, name), column) for column in columns] for name in whom}
    statuses = {pair: read_status(user_manager, getattr(people, pair[0]), pair[1]) for pair in product(whom, Action)}
    for (name, action), status in statuses.items():
        is_for_administrators = action not in (Action.RESEND, Action.DISABLE, Action.ENABLE)
        if (name, action) in ALLOWED_TO_USER_MANAGERS:
            expected = 302
        elif name == "other" and not is_for_administrators:
            expected = 404
        else:
            expected = 403
        assert status == expected, (name, action)
    for name in ("both", "boss", "user_manager", "other"):
        account = reload(database, getattr(people, name))
        assert [getattr(account, column) for column in columns] == before[name], name


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_administrator_does_everything_but_to_oneself(
    admin: FlaskClient, people: People, administrator: Account, database: Database
) -> None:
    for action in Action:
        assert read_status(admin, people.both, action) == 302, action
        assert read_status(admin, administrator, action) == 403, action
    assert reload(database, administrator).session_key == administrator.session_key


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("action", list(Action))
def test_a_manager_who_manages_no_users_does_nothing_to_anybody(
    sign_in: SignIn, manager: Account, people: People, action: Action
) -> None:
    assert sign_in(manager).get("/staff").status_code == 403
    client = sign_in(manager)
    assert post(client, f"/staff/{people.colleague.id}/{action}", form_at="/imports").status_code == 403


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("action", list(Action))
def test_without_the_forms_token_nothing_is_done(admin: FlaskClient, people: People, action: Action) -> None:
    assert admin.post(f"/staff/{people.colleague.id}/{action}").status_code == 400
    assert admin.get(f"/staff/{people.colleague.id}/{action}").status_code == 405


def test_disabling_ends_all_sessions_and_enabling_lets_one_in_again(
    app: Flask, user_manager: FlaskClient, people: People, database: Database
) -> None:
    victim = open_signed_in(app, database, people.colleague)
    assert victim.get("/imports").status_code == 200
    do(user_manager, people.colleague, "disable", form_at=f"/staff/{people.colleague.id}")
    assert victim.get("/imports").status_code == 302
    account = reload(database, people.colleague)
    assert not account.is_active
    do(user_manager, people.colleague, "enable", form_at=f"/staff/{people.colleague.id}")
    assert reload(database, people.colleague).is_active
    assert victim.get("/imports").status_code == 302, "the old session stays over"
    assert read_actions(database) == [
        ("account disabled", "ulla@north.example", people.colleague.id),
        ("account enabled", "ulla@north.example", people.colleague.id),
    ]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_is_done_already_is_not_done_twice(admin: FlaskClient, people: People, database: Database) -> None:
    do(admin, people.colleague, "disable")
    do(admin, people.colleague, "disable")
    page = admin.get(f"/staff/{people.colleague.id}").text
    assert "Nothing was changed" in read_words(page)
    assert [action for action, *_ in read_actions(database)] == ["account disabled"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_resending_brings_a_new_link_and_spoils_the_old(
    app: Flask, user_manager: FlaskClient, people: People, database: Database
) -> None:
    sent = {"email": "nora@north.example", "grants-0-provider": people.north.ukprn, "grants-0-permissions": "can_view"}
    page = post(user_manager, "/staff/new", sent).location
    first_mail = read_waiting_mail(database)
    post(user_manager, f"{page}/resend-invitation", form_at=page)
    second_mail = read_waiting_mail(database)  # one: the first had not left yet, and is withdrawn
    first, second = (
        re.findall(r"https?://\S+(/invitation/\S+)", mail.body_text)[0] for mail in (first_mail, second_mail)
    )
    assert "Links in earlier mails no longer work" in second_mail.body_text.replace("\n", " ")
    stranger = app.test_client()
    assert stranger.get(first).status_code == 404
    chosen = {"new_password": PASSWORD, "confirm_password": PASSWORD}
    assert post(stranger, second, chosen).status_code == 302
    assert "Send the invitation again" not in user_manager.get(page).text, "it is confirmed now"


def read_waiting_mail(database: Database) -> OutboxMail:
    """Return the one mail that waits."""
    with database.read() as session:
        return session.scalars(select(OutboxMail)).one()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_disabled_account_is_sent_no_invitation(
    user_manager: FlaskClient, people: People, database: Database
) -> None:
    gone = make_staff(
        database, "gone@north.example", memberships={people.north.id: (Permission.VIEW,)}, is_active=False
    )
    do(user_manager, gone, "resend-invitation")
    with database.read() as session:
        assert session.scalars(select(OutboxMail)).all() == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_unlocking_forgets_the_failures(admin: FlaskClient, people: People, database: Database) -> None:
    with database.write() as session:
        account = session.get_one(Account, people.colleague.id)
        account.locked_at, account.failed_sign_in_count = now(), 5
    assert "Locked" in read_words(admin.get(f"/staff/{people.colleague.id}").text)
    do(admin, people.colleague, "unlock")
    account = reload(database, people.colleague)
    assert (account.locked_at, account.failed_sign_in_count) == (None, 0)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_requiring_two_step_signs_out_who_has_not_set_it_up(
    app: Flask, admin: FlaskClient, people: People, database: Database
) -> None:
    with database.write() as session:
        session.get_one(Account, people.both.id).two_step_secret = "sealed"
    with_app, without_app = (open_signed_in(app, database, one) for one in (people.both, people.colleague))
    for account in (people.both, people.colleague):
        do(admin, account, "require-two-step")
        assert reload(database, account).has_to_use_two_step
    assert with_app.get("/imports").status_code == 200
    assert without_app.get("/imports").status_code == 302
    do(admin, people.colleague, "stop-requiring-two-step")
    assert not reload(database, people.colleague).has_to_use_two_step


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_requiring_two_step_leaves_the_link_of_an_invitation_good(
    app: Flask, admin: FlaskClient, database: Database, people: People
) -> None:
    sent = {"email": "nora@north.example", "grants-0-provider": people.north.ukprn, "grants-0-permissions": "can_view"}
    page = post(admin, "/staff/new", sent | {"role": "manager"}).location
    post(admin, f"{page}/require-two-step", form_at=page)
    with database.read() as session:
        text = session.scalars(select(OutboxMail.body_text)).one()
    assert app.test_client().get(re.findall(r"https?://\S+(/invitation/\S+)", text)[0]).status_code == 200


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_resetting_two_step_forgets_the_app_and_ends_all_sessions(
    app: Flask, admin: FlaskClient, people: People, database: Database
) -> None:
    with database.write() as session:
        account = session.get_one(Account, people.colleague.id)
        account.two_step_secret, account.two_step_counter, account.has_to_use_two_step = "sealed", 7, True
    victim = open_signed_in(app, database, people.colleague)
    do(admin, people.colleague, "reset-two-step")
    account = reload(database, people.colleague)
    assert (account.two_step_secret, account.two_step_counter, account.has_to_use_two_step) == (None, None, True)
    assert victim.get("/imports").status_code == 302


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_administrators_are_made_and_unmade(
    admin: FlaskClient, sign_in: Callable[[Account], FlaskClient], people: People, database: Database
) -> None:
    do(admin, people.colleague, "make-administrator")
    made = sign_in(reload(database, people.colleague))
    assert made.get("/audit-trail").status_code == 200
    do(admin, people.colleague, "unmake-administrator")
    assert made.get("/audit-trail").status_code == 403
    assert [action for action, *_ in read_actions(database)] == ["administrator made", "administrator no more"]


def test_of_two_administrators_who_disable_each_other_at_once_one_stays_and_is_told(
    admin: FlaskClient, people: People, administrator: Account, database: Database
) -> None:
    page = f"/staff/{people.boss.id}"
    request = Thread(target=lambda: post(admin, f"{page}/disable", form_at=page))
    with database.write() as session:
        own = session.get_one(Account, administrator.id)
        disable(session, own, record=record_from_command_line(session))
        session.flush()
        request.start()
        request.join(1)
        assert request.is_alive(), "it waits for what is being done to its sender"
    request.join()
    assert not reload(database, administrator).is_active
    assert reload(database, people.boss).is_active
    with admin.session_transaction() as cookie:
        assert "last active administrator" in str(cookie["_flashes"])
