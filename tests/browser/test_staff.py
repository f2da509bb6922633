"""Staff in a browser: from an invitation to the first sign-in, locked out and let in again, two steps required."""

import pytest

from records.tables import Provider, now
from settings import Settings
from tests.browser.conftest import Meet
from tests.browser.hands import Hands
from tests.browser.mail import find_link, wait_for_mail
from tests.browser.test_my_account import scan
from tests.browser.test_signing_in import choose_password
from tests.browser.website import Website
from tests.conftest import UKPRN
from tests.web_min.known_password import PASSWORD, PASSWORD_HASH
from tests.web_min.people import ALL_BUT_USERS, make_staff

EMAIL, NAME = "ada.marsh@northfield.example", "Ada Marsh"
ADMINISTRATOR = "grace.head@council.example"
NEW_PASSWORD = "loud-heron-77"


@pytest.fixture
def administrator(meet: Meet, website: Website) -> Hands:
    """An administrator, signed in."""
    make_staff(website.database, ADMINISTRATOR, is_administrator=True, password_hash=PASSWORD_HASH, confirmed_at=now())
    hands = meet()
    hands.open("/")
    hands.sign_in(ADMINISTRATOR, PASSWORD)
    return hands


@pytest.fixture
def manager(meet: Meet, website: Website, provider: Provider) -> Hands:
    """A manager, not signed in."""
    make_staff(
        website.database,
        EMAIL,
        memberships={provider.id: ALL_BUT_USERS},
        password_hash=PASSWORD_HASH,
        first_name="Ada",
        last_name="Marsh",
        confirmed_at=now(),
    )
    return meet()


def test_whoever_is_invited_chooses_a_password_by_the_mails_link_and_signs_in(
    meet: Meet, administrator: Hands, website: Website, provider: Provider
) -> None:
    administrator.follow("Staff")
    administrator.sees("Staff")
    administrator.press("Add a person")
    administrator.sees("Add a person")
    administrator.press("Create account and send invitation")
    administrator.sees("Add a person")
    administrator.reads("There is a problem")
    administrator.fill("Email address", EMAIL)
    administrator.fill("First name (optional)", "Ada")
    administrator.fill("Last name (optional)", "Marsh")
    administrator.fill("Provider’s UKPRN", UKPRN)
    administrator.tick("Import")
    administrator.press("Create account and send invitation")
    administrator.sees(NAME)
    mail = wait_for_mail(website.mailbox, EMAIL, "Choose a password for your Learner imports account")
    invited = meet()
    invited.open(find_link(mail))
    invited.sees("Choose a password")
    choose_password(invited, NEW_PASSWORD)
    invited.sees("Sign in")
    invited.sign_in(EMAIL, NEW_PASSWORD)
    invited.sees("Dashboard")
    invited.open(find_link(mail))
    invited.sees("This link no longer works")


def test_whoever_is_locked_out_is_unlocked_by_an_administrator(administrator: Hands, manager: Hands) -> None:
    manager.open("/")
    for _ in range(Settings().sign_in_failure_limit):
        manager.sign_in(EMAIL, "wrong-password-1")
        manager.sees("Sign in")
    manager.sign_in(EMAIL, PASSWORD)
    manager.reads("The username or password is wrong, or the account is locked.")
    administrator.follow("Staff")
    administrator.follow(NAME)
    administrator.sees(NAME)
    administrator.reads("Locked")
    administrator.press("Unlock")
    administrator.reads("The account is unlocked.")
    manager.sign_in(EMAIL, PASSWORD)
    manager.sees("Dashboard")


def test_two_steps_that_an_administrator_requires_are_set_up_at_the_next_sign_in(
    administrator: Hands, manager: Hands
) -> None:
    administrator.follow("Staff")
    administrator.follow(NAME)
    administrator.press("Require two-step sign-in")
    administrator.reads("Two-step sign-in is required from now on.")
    manager.open("/")
    manager.sign_in(EMAIL, PASSWORD)
    manager.sees("Set up two-step sign-in")
    manager.fill("Code from your app", scan(manager).show_code())
    manager.press("Turn on")
    manager.sees("Dashboard")
