"""My account in a browser: details, username, password, two-step sign-in."""

import pytest

from records.tables import Provider
from tests.browser.hands import Hands
from tests.browser.website import Website
from tests.web_min.known_password import PASSWORD, PASSWORD_HASH
from tests.web_min.people import ALL_BUT_USERS, make_staff
from tests.web_min.two_step.phone import Phone

EMAIL = "ada.marsh@northfield.example"
NEW_USERNAME = "ada.in.room.12"
NEW_PASSWORD = "loud-heron-77"


@pytest.fixture
def signed_in(hands: Hands, website: Website, provider: Provider) -> Hands:
    """A manager at her first page."""
    make_staff(website.database, EMAIL, memberships={provider.id: ALL_BUT_USERS}, password_hash=PASSWORD_HASH)
    hands.open("/")
    hands.sign_in(EMAIL, PASSWORD)
    hands.sees("Dashboard")
    hands.follow("My account")
    hands.sees("My account")
    return hands


def test_a_changed_username_signs_out_and_signs_in(signed_in: Hands) -> None:
    signed_in.follow("Username")
    signed_in.fill("Username", "ada in room 12")
    signed_in.press("Save")
    signed_in.sees("My account")
    signed_in.reads("There is a problem")
    signed_in.fill("Username", NEW_USERNAME)
    signed_in.press("Save")
    signed_in.sees("Sign in")
    signed_in.reads("Your username is changed. Sign in with the new one.")
    signed_in.sign_in(EMAIL, PASSWORD)
    signed_in.reads("The username or password is wrong")
    signed_in.sign_in(NEW_USERNAME, PASSWORD)
    signed_in.sees("Dashboard")
    signed_in.reads(NEW_USERNAME)


def test_details_and_password_are_changed_each_on_its_tab(signed_in: Hands) -> None:
    signed_in.fill("First name (optional)", "Augusta")
    signed_in.press("Save")
    signed_in.reads("Your personal details are saved.")
    signed_in.follow("Password")
    signed_in.fill("Current password", PASSWORD)
    signed_in.fill("New password", NEW_PASSWORD)
    signed_in.fill("Confirm new password", NEW_PASSWORD)
    signed_in.press("Save password")
    signed_in.sees("My account")
    signed_in.reads("Your new password is saved.")
    signed_in.press("Log off")
    signed_in.reads("You have logged off.")
    signed_in.sign_in(EMAIL, NEW_PASSWORD)
    signed_in.sees("Dashboard")


def test_two_step_sign_in_is_set_up_with_a_phone_and_asks_for_its_code(signed_in: Hands) -> None:
    signed_in.follow("Two-step sign-in")
    signed_in.press("Set up two-step sign-in")
    signed_in.sees("Set up two-step sign-in")
    phone = scan(signed_in)
    signed_in.fill("Current password", PASSWORD)
    signed_in.fill("Code from your app", phone.show_wrong_code())
    signed_in.press("Turn on")
    signed_in.sees("Set up two-step sign-in")
    signed_in.reads("There is a problem")
    signed_in.fill("Current password", PASSWORD)
    signed_in.fill("Code from your app", phone.show_code())
    signed_in.press("Turn on")
    signed_in.sees("My account")
    signed_in.reads("Two-step sign-in is on.")
    signed_in.press("Log off")
    signed_in.reads("You have logged off.")
    signed_in.sign_in(EMAIL, PASSWORD)
    signed_in.sees("Enter your code")
    signed_in.fill("Code from your app", phone.show_code(steps_later=1))  # each is good once
    signed_in.press("Sign in")
    signed_in.sees("Dashboard")


def scan(hands: Hands) -> Phone:
    """Give a phone into which the key on the page was typed."""
    return Phone(hands.page.locator("code.key").inner_text())
