"""`users add` and `users link`: an account, its invitation sent at once or later, a link where mail does not work."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from flows.workplace import load_key
from records.database import Database
from records.tables import Account, AuditEvent, OutboxMail, Provider, now
from settings import Settings
from tests.cli.test_commands import ROOT, read_all, run
from tests.notifications.mail_server import Mailbox, find_free_port, run_server
from tests.web_min.people import make_learner, make_staff, open_signed_in, post
from web_min.app import create_app
from web_min.mailing import MailSending

PASSWORD = "blue-heron 7"
EMAIL = "pat@example.org"
LINK = re.compile(r"(https?://[^/\s]+)(/(?:invitation|choose-password)/\S+)")
ADD = ("users", "add", "pat.manager", "--email", EMAIL, "--role", "manager")


@contextmanager
def open_home() -> Iterator[tuple[Database, FlaskClient]]:
    """The database in the home folder, and a stranger's browser on the website over it."""
    settings = Settings()
    database = Database(settings.effective_database_url)
    yield database, create_app(settings, database, load_key(settings)).test_client()
    database.close()


def choose_password(link: str) -> bool:
    """Choose a password by a link and sign in with it; tell whether that works."""
    chosen = {"new_password": PASSWORD, "confirm_password": PASSWORD}
    with open_home() as (_, browser):
        if browser.get(link).status_code != 200:
            return False
        post(browser, link, chosen)
        return bool(post(browser, "/sign-in", {"username": "pat.manager", "password": PASSWORD}).location == "/")


def read_mail(path: Path) -> str:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())


def read_outbox(home: Path) -> list[OutboxMail]:
    return [mail for mail in read_all(home, OutboxMail) if isinstance(mail, OutboxMail)]


def test_without_a_mail_server_the_invitation_is_a_file_whose_link_works_and_is_not_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_WEB_URL", "https://imports.example/")
    result = run(*ADD)
    assert result.exit_code == 0
    assert "pat.manager is now a learner manager." in result.stdout
    (path,) = (home / "outbox").iterdir()
    assert str(path) in result.stdout
    assert "/invitation/" not in result.output
    assert path.stat().st_mode & 0o777 == 0o600
    found = LINK.search(read_mail(path))
    assert found and found[1] == "https://imports.example"
    monkeypatch.delenv("LEARNER_IMPORTS_WEB_URL")
    assert choose_password(found[2])
    events = [event for event in read_all(home, AuditEvent) if isinstance(event, AuditEvent)]
    assert (events[0].action, events[0].actor) == ("staff account added", "command line")


def set_mail_server(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("LEARNER_IMPORTS_SMTP_PORT", str(port))


def test_with_a_mail_server_the_invitation_is_sent_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox = Mailbox()
    with run_server(mailbox) as port:
        set_mail_server(monkeypatch, port)
        result = run(*ADD)
    assert f"has been sent to {EMAIL}." in result.stdout
    assert [envelope.rcpt_tos for envelope in mailbox.envelopes] == [[EMAIL]]
    (mail,) = read_outbox(home)
    assert (mail.status, mail.body_text) == ("sent", ""), "the link does not stay in the database"


def test_while_the_mail_server_is_away_the_account_is_made_and_the_invitation_sent_later(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = find_free_port()
    set_mail_server(monkeypatch, port)
    result = run(*ADD)
    assert result.exit_code == 0
    assert "will be sent later by itself" in result.stdout
    assert "learner-imports users link pat.manager" in result.stdout
    (mail,) = read_outbox(home)
    assert (mail.status, mail.attempt_count) == ("waiting", 1)
    mailbox = Mailbox()
    with run_server(mailbox) as port, open_home() as (database, _):
        set_mail_server(monkeypatch, port)
        with database.write() as session:
            session.execute(update(OutboxMail).values(next_attempt_at=now()))
        MailSending(Settings(), database).send_due()
    assert len(mailbox.envelopes) == 1


def test_a_mail_server_that_refuses_the_address_for_good_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with run_server(Mailbox(rcpt="550 no such user")) as port:
        set_mail_server(monkeypatch, port)
        result = run(*ADD)
    assert result.exit_code == 0
    assert "can't be sent to this address" in result.stdout and "users link pat.manager" in result.stdout


def test_what_is_refused_leaves_neither_account_nor_mail(home: Path) -> None:
    result = run(*ADD, "--ukprn", "10009999")
    assert result.exit_code == 2
    assert "learner-imports providers add 10009999 NAME" in result.stderr
    assert read_all(home, Account) == read_all(home, OutboxMail) == read_all(home, AuditEvent) == []


def test_a_provider_that_is_named_twice_is_given_once(home: Path) -> None:
    run("providers", "add", "10001234", "Northfield")
    assert run(*ADD, "--ukprn", "10001234", "--ukprn", "10001234").exit_code == 0


def test_a_link_on_the_terminal_works_once_and_spoils_the_mailed_one(home: Path) -> None:
    run(*ADD)
    (path,) = (home / "outbox").iterdir()
    mailed = LINK.search(read_mail(path))
    result = run("users", "link", "PAT.Manager")
    assert result.exit_code == 0
    printed = LINK.fullmatch(result.stdout.strip())
    assert printed and mailed, "the link stands alone on standard output"
    assert "works once, for 7 days" in result.stderr
    assert not choose_password(mailed[2])
    assert choose_password(printed[2])
    assert not choose_password(printed[2])
    actions = [(event.action, event.actor) for event in read_all(home, AuditEvent) if isinstance(event, AuditEvent)]
    assert ("password link shown", "command line") in actions
    assert all("/invitation/" not in str(event.details) for event in read_all(home, AuditEvent))  # type: ignore[attr-defined]


def test_a_link_for_one_who_has_a_password_ends_all_sessions_and_lives_short(home: Path) -> None:
    run("db", "upgrade")
    with open_home() as (database, stranger):
        pat = make_staff(database, "pat.manager", is_administrator=True, confirmed_at=now(), locked_at=None)
        browser = open_signed_in(stranger.application, database, pat)
        assert browser.get("/staff").status_code == 200
        result = run("users", "link", "pat.manager")
        assert browser.get("/staff").status_code == 302
    assert "/choose-password/" in result.stdout and "for 60 minutes" in result.stderr
    found = LINK.search(result.stdout)
    assert found and choose_password(found[2])


def test_a_link_is_for_staff_who_may_sign_in(home: Path) -> None:
    run("db", "upgrade")
    with open_home() as (database, _):
        with database.write() as session:
            provider = Provider(ukprn="10001234", name="Northfield")
            session.add(provider)
            session.flush()
        make_learner(database, provider.id, "zuzanna.q", key=bytes(32))
        make_staff(database, "left.us", is_active=False)
    for username, advice in (
        ("zuzanna.q", "No member of staff"),
        ("nobody", "No member of staff"),
        ("left.us", "disabled"),
    ):
        result = run("users", "link", username)
        assert (result.exit_code, result.stdout) == (2, "")
        assert advice in result.stderr
    with open_home() as (database, _), database.read() as session:
        assert session.scalars(select(AuditEvent)).all() == []


def test_the_website_is_imported_by_the_commands_that_need_it_only() -> None:
    code = "import sys, cli.users, cli.registers; print(sorted({'flask', 'web_min', 'pandas'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
