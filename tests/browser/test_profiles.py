"""A profile goes from a learner to a manager and back; new passwords and progress by hand: each asks before it does."""

from datetime import date, timedelta

import pytest

from records.tables import Account, Provider, now
from tests.browser.conftest import Meet
from tests.browser.hands import Hands
from tests.browser.website import KEY, Website
from tests.web_min.known_password import PASSWORD, PASSWORD_HASH
from tests.web_min.people import ALL_BUT_USERS, make_learner, make_staff

MANAGER = "ada.marsh@northfield.example"
LEARNER = "zuzanna.q1"


@pytest.fixture
def manager(meet: Meet, website: Website, provider: Provider) -> Hands:
    """A manager at the list of learners."""
    memberships = {provider.id: ALL_BUT_USERS}
    make_staff(website.database, MANAGER, memberships=memberships, password_hash=PASSWORD_HASH, confirmed_at=now())
    hands = meet()
    hands.open("/learners")
    hands.sign_in(MANAGER, PASSWORD)
    hands.sees("Learners")
    return hands


def test_a_learner_submits_the_profile_and_a_manager_returns_it_and_then_approves_it(
    meet: Meet, manager: Hands, website: Website, provider: Provider
) -> None:
    make_learner_with_profile(website, provider)
    learner = meet()
    learner.open("/")
    learner.sign_in(LEARNER, PASSWORD)
    learner.sees("My page")
    learner.reads("7 of 8 parts are filled in")
    learner.follow("Write my personal statement")
    write_statement(learner, "I build radios.")
    learner.press("Submit for approval")
    learner.reads("Your profile is submitted.")
    look_at_submitted(manager)
    manager.press("Return to the learner")
    manager.reads("There is a problem")
    manager.fill("Comment to the learner", "Say which “radios” & why.")
    manager.press("Return to the learner")
    manager.reads("The profile is returned to the learner.")
    learner.open("/my-page")
    learner.reads("Say which “radios” & why.")
    learner.check_page()
    learner.follow("Change my personal statement")
    write_statement(learner, "I build short-wave radios, to hear the world.")
    learner.press("Submit for approval")
    learner.reads("Your profile is submitted.")
    look_at_submitted(manager)
    manager.press("Approve profile")
    manager.reads("The profile is approved.")


def make_learner_with_profile(website: Website, provider: Provider) -> None:
    """Make a learner who has all but the statement, and whose profile needs approval."""
    account, _ = make_learner(
        website.database,
        provider.id,
        LEARNER,
        key=KEY,
        date_of_birth=date(2009, 3, 31),
        email="zuzanna@students.example",
        gender="Female",
        ethnicity="Irish",
        is_profile_approval_required=True,
    )
    with website.database.write() as session:
        session.get_one(Account, account.id).password_hash = PASSWORD_HASH


def write_statement(learner: Hands, words: str) -> None:
    learner.sees("My personal statement")
    learner.fill("Personal statement", words)
    learner.press("Save")
    learner.sees("My page")


def look_at_submitted(manager: Hands) -> None:
    """Go from the dashboard's count to the one learner."""
    manager.follow("Dashboard")
    manager.sees("Dashboard")
    manager.follow("approve it or send it back")
    manager.follow("Quillfeather")
    manager.sees("Zuzanna Quillfeather")
    manager.reads("approve it?")


def test_a_slip_that_expired_is_replaced_and_progress_is_changed_by_hand(
    manager: Hands, website: Website, provider: Provider
) -> None:
    account, _ = make_learner(website.database, provider.id, LEARNER, key=KEY, initial_password="hG7rTp3k")
    with website.database.write() as session:
        session.get_one(Account, account.id).initial_password_expires_at = now() - timedelta(days=1)
    manager.press("Learners who have not logged in")
    manager.sees("Learners who have not logged in")
    manager.tick("New password for Quillfeather, Zuzanna")
    manager.press("Make new passwords for those ticked")
    manager.sees("Make a new password for 1 learner?")
    manager.press("Make a new password")
    manager.reads("Give out new slips")
    manager.press("Show passwords on this page")
    manager.lacks("Show password of Quillfeather, Zuzanna")
    manager.follow("Quillfeather, Zuzanna")
    manager.sees("Zuzanna Quillfeather")
    manager.follow("Change the progress")
    manager.sees("Application progress of Zuzanna Quillfeather")
    manager.fill("Applications", "two")
    manager.press("Save")
    manager.reads("There is a problem")
    manager.fill("Applications", "2")
    manager.press("Save")
    manager.sees("Zuzanna Quillfeather")
    manager.reads("The progress is saved.")
