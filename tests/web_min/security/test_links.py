"""A mailed link chooses a password once, in time, for the account and the kind that it was made for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from records.database import Database
from records.tables import Account, OutboxMail, now
from tests.web_min.people import make_staff, open_signed_in, post, read_token
from tests.web_min.security.attempts import OTHER_PASSWORD, PASSWORD, attempt, enter, is_signed_in
from tests.web_min.security.conftest import Clock, change
from tests.web_min.security.mails import find_path, read_mails
from web_min.current import get_session
from web_min.signing_in.passwords import LinkKind, mail_invitation, make_link

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
Read = Callable[[Account], Account]
CHOSEN = {"new_password": OTHER_PASSWORD, "confirm_password": OTHER_PASSWORD}


def make_path(app: Flask, account: Account, kind: LinkKind = LinkKind.RESET) -> str:
    with app.test_request_context("/"):
        return make_link(get_session().get_one(Account, account.id), kind).partition("://")[2].partition("/")[2]


def is_over(client: FlaskClient, path: str) -> bool:
    answer = client.get(path)
    assert answer.status_code in (200, 404)
    return bool(answer.status_code == 404 and "This link no longer works" in answer.text)


@pytest.fixture
def invited(database: Database) -> Account:
    """A new member of staff, who has no password."""
    return make_staff(database, "new.person@example.org")


def test_it_works_once(app: Flask, client: FlaskClient, staff: Account) -> None:
    path = "/" + make_path(app, staff)
    assert client.get(path).status_code == 200
    assert client.get(path).status_code == 200, "looking does not use it up, as mail scanners look"
    assert post(client, path, CHOSEN).headers["Location"] == "/sign-in"
    assert is_over(client, path)
    assert attempt(app, staff.username, PASSWORD).status_code == 400
    assert attempt(app, staff.username, OTHER_PASSWORD).status_code == 302


def test_it_signs_nobody_in_and_ends_all_sessions(app: Flask, database: Database, staff: Account) -> None:
    thief, owner = enter(app, staff.username), app.test_client()
    post(owner, "/" + make_path(app, staff), CHOSEN)
    assert not is_signed_in(owner) and not is_signed_in(thief)
    assert [mail.kind for mail in read_mails(database)] == ["password_changed"]


def test_of_two_who_use_it_at_once_one_is_refused(app: Flask, staff: Account) -> None:
    path, passwords = "/" + make_path(app, staff), [f"Teapot.under{number}" for number in range(6)]

    def use(password: str) -> int:
        answer = post(app.test_client(), path, {"new_password": password, "confirm_password": password})
        return int(answer.status_code)

    pages = [app.test_client() for _ in passwords]
    assert all(page.get(path).status_code == 200 for page in pages)
    with ThreadPoolExecutor(len(passwords)) as pool:
        statuses = list(pool.map(use_if_open(use), passwords))
    assert statuses.count(302) == 1
    assert set(statuses) <= {302, 404, 409}
    winner = passwords.pop(statuses.index(302))
    assert attempt(app, staff.username, winner).status_code == 302
    # Fewer than lock the account.
    assert all(attempt(app, staff.username, password).status_code != 302 for password in passwords[:3])


def use_if_open(use: Callable[[str], int]) -> Callable[[str], int]:
    """Count a page that holds no form any more as 404."""

    def act(password: str) -> int:
        try:
            return use(password)
        except AssertionError:
            return 404

    return act


@SQLITE
@pytest.mark.parametrize(("kind", "life"), [(LinkKind.RESET, {"hours": 1}), (LinkKind.INVITATION, {"days": 7})])
def test_it_expires(
    kind: LinkKind, life: dict[str, float], app: Flask, client: FlaskClient, invited: Account, clock: Clock
) -> None:
    path = "/" + make_path(app, invited, kind)
    clock.go_on(**life)
    clock.go_on(seconds=-5)
    assert not is_over(client, path)
    clock.go_on(seconds=7)
    assert is_over(client, path)
    token = read_token(client.get("/sign-in").text)
    assert client.post(path, data=CHOSEN | {"csrf_token": token}).status_code == 404


def disable(database: Database, account: Account) -> None:
    change(database, account, is_active=False)


def change_email(database: Database, account: Account) -> None:
    change(database, account, email="moved@example.org")


def end_sessions(database: Database, account: Account) -> None:
    change(database, account, session_key="another")


@SQLITE
@pytest.mark.parametrize("happens", [disable, change_email, end_sessions])
def test_it_is_over_after(
    happens: Callable[[Database, Account], None], app: Flask, client: FlaskClient, database: Database, staff: Account
) -> None:
    path = "/" + make_path(app, staff)
    assert not is_over(client, path)
    happens(database, staff)
    assert is_over(client, path)


@SQLITE
def test_a_newer_invitation_spoils_the_older_one(
    app: Flask, client: FlaskClient, database: Database, invited: Account
) -> None:
    invite(app, invited)
    with database.write() as session:
        session.execute(update(OutboxMail).values(status="sent"))
    invite(app, invited, is_repeated=True)
    first, second = map(find_path, read_mails(database, "invitation"))
    assert is_over(client, first) and not is_over(client, second)


@SQLITE
def test_an_invitation_that_still_waits_is_withdrawn_when_there_is_a_newer_one(
    app: Flask, client: FlaskClient, database: Database, invited: Account
) -> None:
    """Whatever address either goes to; and nobody else's."""
    other = make_staff(database, "else@example.org")
    invite(app, invited)
    invite(app, other)
    change(database, invited, email="corrected@example.org")
    invite(app, invited, is_repeated=True)
    with database.read() as session:
        waiting = session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
    assert [mail.to_email for mail in waiting] == ["else@example.org", "corrected@example.org"]
    assert not any(is_over(client, find_path(mail)) for mail in read_mails(database, "invitation"))


def invite(app: Flask, account: Account, *, is_repeated: bool = False) -> None:
    with app.test_request_context("/"):
        mail_invitation(get_session().get_one(Account, account.id), is_repeated=is_repeated)
        get_session().commit()


@SQLITE
def test_a_link_of_one_kind_is_none_of_the_other(app: Flask, client: FlaskClient, invited: Account) -> None:
    reset, invitation = (make_path(app, invited, kind).partition("/")[2] for kind in LinkKind)
    assert not is_over(client, f"/choose-password/{reset}") and not is_over(client, f"/invitation/{invitation}")
    assert is_over(client, f"/choose-password/{invitation}") and is_over(client, f"/invitation/{reset}")


@SQLITE
def test_a_tampered_or_made_up_link_is_over(app: Flask, client: FlaskClient, staff: Account, learner: Account) -> None:
    token = make_path(app, staff).partition("/")[2]
    payload, stamp, signature = token.rsplit(".", 2)
    other = make_path(app, learner).partition("/")[2].rsplit(".", 2)
    for forged in (
        f"{payload}.{stamp}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}",  # the last letter's end says nothing
        f"{other[0]}.{stamp}.{signature}",
        f"{payload}.{other[1]}.{other[2]}",
        f"{payload}..{signature}",
        payload,
        "x",
        "é",
        "." * 50,
        "A" * 5000,
    ):
        assert is_over(client, f"/choose-password/{forged}"), forged


@SQLITE
def test_an_invitation_verifies_the_address_and_gives_a_first_password(
    app: Flask, client: FlaskClient, invited: Account, read: Read
) -> None:
    post(client, "/" + make_path(app, invited, LinkKind.INVITATION), CHOSEN)
    assert read(invited).confirmed_at
    assert attempt(app, invited.username, OTHER_PASSWORD).status_code == 302


@SQLITE
def test_locked_staff_unlock_themselves_by_a_link_and_locked_learners_do_not(
    app: Flask, client: FlaskClient, database: Database, staff: Account, learner: Account, read: Read
) -> None:
    for account in (staff, learner):
        change(database, account, locked_at=now(), failed_sign_in_count=5)
    assert is_over(client, "/" + make_path(app, learner))
    post(client, "/" + make_path(app, staff), CHOSEN)
    assert read(staff).locked_at is None and read(learner).locked_at
    assert attempt(app, staff.username, OTHER_PASSWORD).status_code == 302


@SQLITE
def test_a_learner_who_chooses_by_link_has_no_initial_password_any_more(
    app: Flask, client: FlaskClient, newcomer: Account, read: Read
) -> None:
    post(client, "/" + make_path(app, newcomer), CHOSEN)
    assert read(newcomer).initial_password_sealed is None
    assert attempt(app, newcomer.username, OTHER_PASSWORD).status_code == 302


@SQLITE
@pytest.mark.parametrize(
    "host", ["evil.example", "localhost:99@evil.example", "evil.example:80", "[::1", "a..b", "", "é"]
)
def test_a_forged_host_gets_no_say_in_where_links_lead(
    open_app: Callable[..., Flask], database: Database, staff: Account, host: str
) -> None:
    client = open_app(web_url="http://imports.example/").test_client()
    data = {"username": staff.username, "csrf_token": read_token(client.get("/forgotten-password").text)}
    cookie = client.get_cookie("session")
    assert cookie
    forged = {"Host": host, "X-Forwarded-Host": "evil.example", "Cookie": f"session={cookie.value}"}
    client = client.application.test_client(use_cookies=False)
    answer = client.post("/forgotten-password", headers=forged, data=data)
    assert answer.headers["Location"] == "/forgotten-password/sent"
    (mail,) = read_mails(database, "reset_password")
    for body in (mail.body_text, mail.body_html):
        assert "http://imports.example/choose-password/" in body
        assert "evil" not in body
    guarded = client.get("/imports", headers=forged)
    assert guarded.headers["Location"] == "/sign-in?next=/imports"
    assert "evil" not in client.get("/sign-in", headers=forged).text


@SQLITE
def test_a_signed_in_visitor_who_follows_anothers_link_changes_only_that_account(
    app: Flask, database: Database, staff: Account, learner: Account, read: Read
) -> None:
    client = open_signed_in(app, database, staff)
    before = read(staff).password_hash
    post(client, "/" + make_path(app, learner), CHOSEN)
    assert read(staff).password_hash == before
    assert attempt(app, learner.username, OTHER_PASSWORD).status_code == 302
