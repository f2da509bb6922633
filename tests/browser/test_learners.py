"""Managers with their learners in a browser: a first morning, edits one by one, locks, and what viewers do without."""

import pytest

from data.samples.make_samples import FOLDER as SAMPLES
from flows.workplace import open_workplace
from records.tables import Provider
from settings import Settings
from tests.browser.conftest import Meet
from tests.browser.hands import Hands
from tests.browser.test_imports import choose
from tests.browser.test_signing_in import choose_password
from tests.browser.website import KEY, Website
from tests.flows.processed import process_next
from tests.web_min.known_password import PASSWORD, PASSWORD_HASH
from tests.web_min.people import ALL_BUT_USERS, make_learner, make_staff
from web_min.permissions import Permission

MANAGER = "ada.marsh@northfield.example"
NEW_PASSWORD = "loud-heron-77"
NOT_LOGGED_IN = "Learners who have not logged in"


@pytest.fixture
def other_provider(website: Website) -> Provider:
    """A second provider, UKPRN 10005678."""
    with website.database.write() as session:
        other = Provider(ukprn="10005678", name="Riverside College")
        session.add(other)
        session.flush()
    return other


@pytest.fixture
def manager(meet: Meet, website: Website, provider: Provider, other_provider: Provider) -> Hands:
    """A manager of two providers at her dashboard."""
    memberships = {provider.id: ALL_BUT_USERS, other_provider.id: ALL_BUT_USERS}
    make_staff(website.database, MANAGER, memberships=memberships, password_hash=PASSWORD_HASH)
    return sign_in(meet())


def sign_in(hands: Hands) -> Hands:
    hands.open("/")
    hands.sign_in(MANAGER, PASSWORD)
    hands.sees("Dashboard")
    return hands


def test_a_first_morning_from_the_template_to_a_learner_who_is_in(
    meet: Meet, manager: Hands, website: Website, provider: Provider
) -> None:
    manager.follow("Imports")
    manager.sees("Import learners")
    assert manager.save_file("Download learner import template")[:4] == b"\xd0\xcf\x11\xe0"  # an .xls
    manager.choose("Provider", provider.name)
    send(manager, website, "03-every-error.xls")
    manager.reads("Nothing loaded: 40 errors")
    assert manager.save_file("Download the marked-up workbook")[:2] == b"PK"
    send(manager, website, "01-clean-small.xls")
    manager.reads("12 rows: 12 created")
    manager.follow("Learners")
    manager.press(NOT_LOGGED_IN)
    manager.sees(NOT_LOGGED_IN)
    manager.reads("12 learners.")
    assert manager.save_file("Make slips to print (PDF)").startswith(b"%PDF")
    manager.press("Show passwords on this page")
    manager.sees(NOT_LOGGED_IN)
    first = manager.page.get_by_role("row").nth(1)
    username, initial = (first.locator(f"td.{name} code").inner_text() for name in ("username", "password"))
    learner = meet()
    learner.open("/")
    learner.sign_in(username, initial)
    learner.sees("Choose a new password")
    choose_password(learner, NEW_PASSWORD)
    learner.sees("My page")
    manager.follow("Learners")
    manager.press(NOT_LOGGED_IN)
    manager.reads("11 learners.")


def send(hands: Hands, website: Website, name: str) -> None:
    """Send a sample from the page that the hands are on, and have it processed."""
    choose(hands, SAMPLES / name)
    hands.press("Import")
    hands.reads("Waiting for its turn")
    workplace = open_workplace(website.settings)
    process_next(workplace)
    workplace.close()
    hands.page.reload()


def test_a_learner_is_created_edited_deleted_and_restored_at_the_second_of_two_providers(
    manager: Hands, other_provider: Provider
) -> None:
    manager.follow("Learners")
    manager.press("Create learner")
    manager.sees("Create learner")
    manager.press("Save")
    manager.sees("Create learner")
    manager.reads("There is a problem")
    manager.fill("First name", "Róisín")
    manager.fill("Last name", "Ó Rahman")
    manager.choose("Provider", other_provider.name)
    manager.fill("Postcode", "ZZ99 3WZ")
    manager.press("Save")
    manager.sees("Róisín Ó Rahman")
    manager.press("Edit")
    manager.fill("Last name", "Rahman")
    manager.press("Save")
    manager.sees("Róisín Rahman")
    manager.press("Reset password")
    manager.sees("Reset this learner’s password?")
    manager.press("Reset password")
    manager.reads("1 learner has a new initial password.")
    manager.press("Delete")
    manager.sees("Delete this learner?")
    manager.press("Delete")
    manager.sees("Learners")
    manager.reads("1 learner is deleted.")
    manager.follow("Recently deleted")
    manager.sees("Recently deleted learners")
    manager.press("Restore Róisín Rahman")
    manager.follow("Learners")
    manager.reads("Rahman")


def test_a_learner_who_is_locked_out_is_unlocked_by_a_manager(
    meet: Meet, manager: Hands, website: Website, provider: Provider
) -> None:
    account, _ = make_learner(website.database, provider.id, "zuzanna.q1", key=KEY)
    with website.database.write() as session:
        session.merge(account).password_hash = PASSWORD_HASH
    learner = meet()
    learner.open("/")
    for _ in range(Settings().sign_in_failure_limit):
        learner.sign_in("zuzanna.q1", "wrong-password-1")
    learner.sign_in("zuzanna.q1", PASSWORD)
    learner.reads("ask their school or college to unlock it")
    manager.follow("Learners")
    manager.follow("Quillfeather")
    manager.reads("Locked out")
    manager.press("Unlock")
    manager.reads("1 learner is unlocked.")
    learner.sign_in("zuzanna.q1", PASSWORD)
    learner.sees("My page")


def test_who_may_only_view_is_shown_nothing_else_and_refused_what_they_type(
    meet: Meet, website: Website, provider: Provider
) -> None:
    make_staff(website.database, MANAGER, memberships={provider.id: [Permission.VIEW]}, password_hash=PASSWORD_HASH)
    make_learner(website.database, provider.id, "zuzanna.q1", key=KEY)
    viewer = sign_in(meet())
    viewer.follow("Learners")
    viewer.follow("Quillfeather")
    viewer.sees("Zuzanna Quillfeather")
    for name in ("Edit", "Reset password", "Unlock", "Delete", "Create learner", "Import learners"):
        viewer.lacks(name)
    viewer.follow("Learners")
    viewer.sees("Learners")
    for name in ("Edit", "Reset passwords", "Unlock", "Delete", "Create learner", "Import learners"):
        viewer.lacks(name)
    viewer.open("/learners/create")
    viewer.sees("You may not do this")
