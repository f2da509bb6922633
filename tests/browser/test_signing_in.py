"""Signing in and out, first and forgotten passwords, locks: as people go through them, in every way of using a page."""

import re

import pytest
from flask_security.utils import hash_password  # noqa: F401

from records.tables import Provider
from tests.browser.hands import Hands
from tests.browser.website import KEY, Website
from tests.browser.mail import find_link, wait_for_mail
from tests.web_min.people import ALL_BUT_USERS, make_learner, make_staff

EMAIL = "ada.manager@example.org"
INITIAL, OWN, OTHER = "hG7rTp3k", "quiet-otter-12", "loud-heron-77"


@pytest.fixture
def provider(provider: Provider) -> Provider:
    return provider


def test_a_learner_chooses_a_password_at_the_first_sign_in_and_uses_it_from_then_on(
    hands: Hands, website: Website, provider: Provider
) -> None:
    make_learner(website.database, provider.id, "zuzanna.q1", key=KEY, initial_password=INITIAL)
    hands.open("/")
    hands.sign_in("zuzanna.q1", INITIAL)
    hands.sees("Choose a new password")
    hands.fill("New password", OWN)
    hands.fill("Confirm new password", OWN)
    hands.press("Save password")
    hands.reads("Your new password is saved.")
    hands.press("Log off")
    hands.reads("You have logged off.")
    hands.sign_in("zuzanna.q1", INITIAL)
    hands.sees("Sign in")
    hands.reads("The username or password is wrong")
    hands.sign_in("zuzanna.q1", OWN)
    hands.reads("My account")
