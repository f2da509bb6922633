"""The pages that are measured, and the managers, each signed in, who ask for them. Measures nothing."""

import secrets
import statistics
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from benchmarks.website.nation import KEY
from records.database import Database
from records.tables import Account, Learner, LearnerImport, Membership, Purpose, SignInSession
from settings import Settings
from web_min.app import create_app
from web_min.learners.list_routes import LEARNERS_A_PAGE
from web_min.learners.queries import LIST_LIMIT
from web_min.sealed_words import seal_words
from web_min.signing_in.sessions import TOKEN, hash_token


class Reach(NamedTuple):
    """Managers of so many providers, and how many requests of each page are made as them in turn."""

    words: str
    usernames: str  # a pattern of SQL
    request_count: int


TYPICAL = Reach("one provider, 2,500 learners", "manager%", 60)
REACHES = (
    TYPICAL,
    Reach("20 providers, 50,000 learners", "trust%", 40),
    Reach("all 400 providers, 1,000,000 learners", "nation%", 12),
)


class Manager(NamedTuple):
    """A manager, signed in, and what is theirs."""

    client: FlaskClient
    learner_count: int
    learner_id: int
    refused_import_id: int

    def seal(self, words: str) -> str:
        """Return words as they stand in an address, where nothing that is searched for is to be read."""
        with self.client.application.app_context():
            return quote(seal_words(words))


def find_last_page(manager: Manager) -> str:
    """Return the address of the last page of learners that the list leads to."""
    return f"/learners?page={-(-min(manager.learner_count, LIST_LIMIT) // LEARNERS_A_PAGE)}"


PAGES: dict[str, Callable[[Manager], str]] = {
    "Dashboard, as it opens": lambda _: "/dashboard",
    "Dashboard, all providers": lambda _: "/dashboard?provider=all",
    "Learners": lambda _: "/learners",
    "Learners, last page": find_last_page,
    "Learners by first name": lambda _: "/learners?sort=first_name",
    "Learners by email address": lambda _: "/learners?sort=email",
    "Learners called Smith": lambda manager: f"/learners?search={manager.seal('smith')}",
    "Learners, by part of a ULN": lambda manager: f"/learners?search={manager.seal('10000')}",
    "Learners locked out": lambda _: "/learners?state=locked_out",
    "Learners with no offers": lambda _: "/learners?state=without_offers",
    "A learner": lambda manager: f"/learners/{manager.learner_id}",
    "Not logged in": lambda _: "/learners/not-logged-in",
    "Imports": lambda _: "/imports",
    "An unsuccessful import": lambda manager: f"/imports/{manager.refused_import_id}",
}


def ask(client: FlaskClient, path: str) -> None:
    """Ask for a page.

    Raises:
        RuntimeError: it was not answered as it should.
    """
    response = client.get(path)
    response.get_data()
    if response.status_code != 200:
        raise RuntimeError(f"{path}: {response.status_code} {response.headers.get('Location', '')}")


def find_95th(values: Sequence[float]) -> float:
    """Return the 95th percentile of what is all there is, and no sample."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def make_app(database: Database) -> Flask:
    """Make the website over the database."""
    return create_app(Settings(home=Path(tempfile.gettempdir())), database, KEY)


def sign_managers_in(app: Flask, database: Database, reach: Reach) -> list[Manager]:
    """Return the managers of this reach, as many as requests are to be made, each in a browser of their own."""
    with database.read() as session:
        are_of_reach = Account.kind == "staff", Account.username.like(reach.usernames)
        found = session.scalars(select(Account).where(*are_of_reach).order_by(Account.id).limit(reach.request_count))
        accounts = found.all()
    return [_sign_in(app, database, account) for account in accounts]


def _sign_in(app: Flask, database: Database, account: Account) -> Manager:
    token = secrets.token_urlsafe(32)
    own = select(Membership.provider_id).where(Membership.account_id == account.id).scalar_subquery()
    refused = LearnerImport.provider_id.in_(own), LearnerImport.status == "unsuccessful"
    with database.write() as session:
        session.add(
            SignInSession(
                token_hash=hash_token(token),
                account_id=account.id,
                session_key=account.session_key,
                purpose=Purpose.FULL,
            )
        )
        learners = session.execute(
            select(func.count(), func.min(Learner.id)).where(Learner.provider_id.in_(own), Learner.deleted_at.is_(None))
        )
        count, first_id = learners.one()
        import_id: Any = session.scalar(select(func.max(LearnerImport.id)).where(*refused))
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update({TOKEN: token, "_user_id": account.session_key, "_fresh": True})
    return Manager(client, count, first_id, import_id)
