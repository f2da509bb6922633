"""Signing in, first and forgotten passwords, locks: as people go through them, in every way of using the website."""

from records.tables import Provider
from settings import Settings
from tests.browser.hands import Hands
from tests.browser.mail import find_link, wait_for_mail
from tests.browser.school import INITIAL_PASSWORD
from tests.browser.website import KEY, Website
from tests.web_min.known_password import PASSWORD, PASSWORD_HASH
from tests.web_min.people import ALL_BUT_USERS, make_learner, make_staff

EMAIL = "ada.marsh@northfield.example"
NEW_PASSWORD = "loud-heron-77"
REFUSED = "The username or password is wrong, or the account is locked."
LIMIT = Settings().sign_in_failure_limit


def make_manager(website: Website, provider: Provider) -> None:
    make_staff(website.database, EMAIL, memberships={provider.id: ALL_BUT_USERS}, password_hash=PASSWORD_HASH)


def choose_password(hands: Hands, password: str) -> None:
    hands.fill("New password", password)
    hands.fill("Confirm new password", password)
    hands.press("Save password")


def ask_for_link(hands: Hands, website: Website) -> str:
    """Go from the home page through "Forgotten your password?"; return the link that the mail brings."""
    hands.open("/")
    hands.follow("Forgotten your password?")
    hands.sees("Forgotten your password?")
    hands.fill("Username or email address", EMAIL)
    hands.press("Send me a link")
    hands.sees("Check your email")
    return find_link(wait_for_mail(website.mailbox, EMAIL, "Choose a new password for Learner imports"))


def test_a_learners_first_password_is_good_for_choosing_another_one(
    hands: Hands, website: Website, provider: Provider
) -> None:
    make_learner(website.database, provider.id, "zuzanna.q1", key=KEY, initial_password=INITIAL_PASSWORD)
    hands.open("/")
    hands.sign_in("zuzanna.q1", INITIAL_PASSWORD)
    hands.sees("Choose a new password")
    choose_password(hands, "password1")
    hands.sees("Choose a new password")
    hands.reads("That password is too easy to guess.")
    choose_password(hands, NEW_PASSWORD)
    hands.sees("My page")
    hands.reads("Your new password is saved.")
    hands.press("Log off")
    hands.reads("You have logged off.")
    hands.sign_in("zuzanna.q1", INITIAL_PASSWORD)
    hands.sees("Sign in")
    hands.reads(REFUSED)
    hands.sign_in("zuzanna.q1", NEW_PASSWORD)
    hands.sees("My page")


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(
    hands: Hands, website: Website, provider: Provider
) -> None:
    make_manager(website, provider)
    link = ask_for_link(hands, website)
    hands.open(link)
    hands.sees("Choose a password")
    choose_password(hands, "short")
    hands.sees("Choose a password")
    hands.reads("Password must be 6 characters or more")
    choose_password(hands, NEW_PASSWORD)
    hands.sees("Sign in")
    hands.reads("Your password is saved. Sign in with it.")
    hands.sign_in(EMAIL, PASSWORD)
    hands.reads(REFUSED)
    hands.sign_in(EMAIL, NEW_PASSWORD)
    hands.sees("Dashboard")
    hands.open(link)
    hands.sees("This link no longer works")
    wait_for_mail(website.mailbox, EMAIL, "Your Learner imports password was changed")


def test_wrong_passwords_lock_a_manager_out_and_a_new_one_lets_in_again(
    hands: Hands, website: Website, provider: Provider
) -> None:
    make_manager(website, provider)
    hands.open("/")
    for _ in range(LIMIT):
        hands.sign_in(EMAIL, "wrong-password-1")
        hands.sees("Sign in")
        hands.reads(REFUSED)
    hands.sign_in(EMAIL, PASSWORD)
    hands.reads(REFUSED)
    hands.open(ask_for_link(hands, website))
    choose_password(hands, NEW_PASSWORD)
    hands.sees("Sign in")
    hands.sign_in(EMAIL, NEW_PASSWORD)
    hands.sees("Dashboard")
