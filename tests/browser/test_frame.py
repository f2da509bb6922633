"""What stands around every page, and the pages that say why there is none."""

import pytest
from playwright.sync_api import Page, expect

from records.tables import Provider
from tests.browser.accessibility import check_accessibility
from tests.browser.hands import Hands
from tests.browser.tabbing import check_keyboard
from tests.browser.website import Website
from tests.web_min.known_password import PASSWORD, PASSWORD_HASH
from tests.web_min.people import make_staff
from web_min.permissions import Permission

EMAIL = "ada.marsh@northfield.example"


def test_the_first_tab_offers_to_skip_to_the_main_part(page: Page) -> None:
    page.goto("/sign-in")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Username", exact=True)).to_be_focused()


def test_an_error_summary_has_the_focus_and_leads_to_the_field(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(page).to_have_title("Error: Sign in · Learner imports")
    page.get_by_role("link", name="Enter your password").click()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    check_accessibility(page)


def test_a_password_can_be_looked_at_while_it_is_typed(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Show password").click()
    expect(page.get_by_label("Password", exact=True)).to_have_attribute("type", "text")


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/staff", "You may not do this"),
        ("/imports/999", "Page not found"),
        ("/log-off", "This can’t be done here"),
    ],
)
def test_a_page_that_there_is_not_says_what_to_do(
    page: Page, website: Website, provider: Provider, path: str, heading: str
) -> None:
    make_staff(website.database, EMAIL, memberships={provider.id: [Permission.VIEW]}, password_hash=PASSWORD_HASH)
    hands = Hands(page)
    hands.open("/sign-in")
    hands.sign_in(EMAIL, PASSWORD)
    hands.sees("Dashboard")
    hands.open(path)
    hands.sees(heading)
    check_keyboard(page)
    hands.follow("First page")
    hands.sees("Dashboard")
