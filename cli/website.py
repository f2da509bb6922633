"""The website's links from a terminal, without serving it. Import late: the website takes a second to import."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy.orm import Session

from records.database import Database
from records.tables import Account
from settings import Settings
from web_min.app import create_app
from web_min.current import get_session, get_settings
from web_min.signing_in.passwords import LinkKind, make_link
from web_min.signing_in.sessions import end_all_sessions


class PasswordLink(NamedTuple):
    """The address of a page on which a password is chosen, and how long it works, in words."""

    address: str
    life: str


@contextmanager
def open_website(settings: Settings, database: Database, key: bytes) -> Iterator[Session]:
    """Act within the website, as a request of nobody's does; give its session. What is not committed is gone after."""
    app = create_app(settings, database, key)
    with app.test_request_context():  # without one, addresses can't be made
        yield get_session()


def make_password_link(account: Account) -> PasswordLink:
    """Make a link for the account, and spoil those there are. The caller commits."""
    end_all_sessions(account)
    settings = get_settings()
    if account.confirmed_at is None:
        days = settings.invitation_days
        return PasswordLink(make_link(account, LinkKind.INVITATION), "1 day" if days == 1 else f"{days} days")
    minutes = round(settings.reset_link_seconds / 60)
    return PasswordLink(make_link(account, LinkKind.RESET), f"{minutes} minutes")
