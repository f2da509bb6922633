"""Passwords, tokens and names that go through the website are in no log, no file and no table but where they belong."""

import re
import socket
import time
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import select, text

from flows.upkeep.retention import empty_sqlite_log
from loaders.sealing import load_or_make_key
from records.database import Database
from records.tables import Account, AuditEvent, OutboxMail, Provider
from records.upgrade import upgrade
from tests.canary.browsing import Browser
from tests.canary.evidence import Evidence
from tests.canary.searching import read_tables
from tests.canary.seeds import UKPRN
from tests.web_min.people import make_learner

INITIAL = "qqfirst-7384-wdcn"
WRONG, CHOSEN, CRASHING = "Qqwrong-secret7", "Qqchosen-secret7", "Qqcrash-secret77"
USERNAME, FIRST_NAME, UNKNOWN = "qqlearner.username", "Qqgivenname", "qqnobody-typed-a-passw0rd"
EMAIL = "qqlearner@example.org"
REASON = "Qqreason"


class Visit:
    """What went through the website: everything typed, and every token that it gave."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.typed = {INITIAL, WRONG, CHOSEN, CRASHING, UNKNOWN, REASON}
        self.names = {USERNAME, FIRST_NAME, EMAIL}
        self.tokens: set[str] = set()

    def find_in(self, text: str, wanted: set[str]) -> list[str]:
        """Return which of these are in a text."""
        return sorted(one for one in wanted if one.lower() in text.lower())


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urlopen(f"{address}/health", timeout=5).close()
            return
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.1)


def prepare(evidence: Evidence) -> None:
    """Add a learner with an initial password."""
    upgrade(evidence.database)
    key = load_or_make_key(evidence.home / "key")
    with evidence.database.write() as session:
        provider = Provider(ukprn=UKPRN, name="Northfield Sixth Form")
        session.add(provider)
        session.flush()
        provider_id = provider.id
    make_learner(
        evidence.database, provider_id, USERNAME, key=key, initial_password=INITIAL, first_name=FIRST_NAME, email=EMAIL
    )


def refuse_passwords(database: Database) -> None:
    """Let the database refuse to keep a password, with a reason that names its owner."""
    with database.write() as session:
        session.execute(
            text(
                "CREATE TRIGGER refuse BEFORE UPDATE OF password_hash ON account "
                f"BEGIN SELECT RAISE(ABORT, '{REASON} {USERNAME}'); END"
            )
        )


def read_link(database: Database, folder: Path) -> str:
    """Wait for the mail to leave; return the link that it holds."""
    until = time.monotonic() + 30
    while True:
        for mail in folder.rglob("*.eml"):
            plain = mail.read_text().replace("=\n", "").replace("=3D", "=")
            if found := re.search(r"https?://[^/\s]+(/choose-password/[\w.=-]+)", plain):
                return found.group(1)
        assert time.monotonic() < until, "no mail left"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    """Everything that somebody may type, into the real website with its most talkative logs."""
    evidence = Evidence(tmp_path_factory.mktemp("website canary"))
    prepare(evidence)
    port, visit = find_free_port(), Visit(evidence)
    address = f"http://127.0.0.1:{port}"
    process = evidence.start("-m", "cli", "web", name="website", LEARNER_IMPORTS_WEB_PORT=str(port))
    try:
        wait_for(address)
        stranger, learner, forgetful = (Browser(address) for _ in range(3))
        stranger.post("/sign-in", {"username": USERNAME, "password": WRONG})
        stranger.post("/sign-in", {"username": UNKNOWN, "password": WRONG})
        learner.post("/sign-in", {"username": USERNAME, "password": INITIAL})
        chosen = {"new_password": CHOSEN, "confirm_password": CHOSEN}
        assert "Choose a new password" not in learner.post("/first-password", chosen)
        forgetful.post("/forgotten-password", {"username": EMAIL})
        link = read_link(evidence.database, evidence.home)
        refuse_passwords(evidence.database)
        crashed = forgetful.post(link, {"new_password": CRASHING, "confirm_password": CRASHING})
        assert "Something went wrong on our side" in crashed
        visit.typed |= {link.rpartition("/")[2]}
        for browser in (stranger, learner, forgetful):
            visit.tokens |= browser.tokens | {cookie.value or "" for cookie in browser.cookies}
        assert len(visit.tokens) >= 6
    finally:
        process.terminate()
        process.wait(30)
    return visit


def test_the_website_logged_its_fault_and_nothing_that_was_typed(visit: Visit) -> None:
    logs = (visit.evidence.output / "website").read_text()
    assert "ERROR web_min.app" in logs, "the fault was logged"
    assert visit.find_in(logs, visit.typed | visit.names | visit.tokens) == []


def test_no_file_holds_a_secret_but_the_mail_with_its_link(visit: Visit) -> None:
    home = visit.evidence.home
    empty_sqlite_log(visit.evidence.database)  # as each night: a link that was mailed stands in it until then
    files = [path for path in home.rglob("*") if path.is_file()]
    assert any(path.name.startswith("learners.db") for path in files)
    for path in files:
        content = path.read_bytes().decode("latin-1")
        wanted = visit.typed | visit.tokens if path.suffix != ".eml" else {WRONG, CHOSEN, INITIAL, CRASHING, FIRST_NAME}
        if path.name.startswith("learners.db"):
            wanted -= {REASON}  # the trigger's own text
        assert visit.find_in(content, wanted) == [], path.name


def test_no_table_holds_what_a_thief_could_sign_in_with(visit: Visit) -> None:
    for table, column, value in read_tables(visit.evidence.database.engine):
        assert visit.find_in(value, visit.typed | visit.tokens) == [], (table, column)
    with visit.evidence.database.read() as session:
        account = session.scalars(select(Account)).one()
        links = session.scalars(select(OutboxMail).where(OutboxMail.kind == "reset_password")).all()
    assert account.initial_password_sealed is None
    assert [(mail.status, mail.body_text, mail.body_html) for mail in links] == [("sent", "", "")]


def test_the_audit_trail_tells_what_happened_without_names(visit: Visit) -> None:
    with visit.evidence.database.read() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.action for event in events] == [
        "sign-in failed",
        "sign-in failed",
        "signed in with initial password",
        "password chosen",
        "signed in",
        "password link asked for",
    ]
    told = " ".join(f"{event.actor} {event.action} {event.details}" for event in events)
    assert visit.find_in(told, visit.typed | visit.names) == []
