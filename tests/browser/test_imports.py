"""A manager imports learners in a browser: by Browse or by dropping the file, corrects what is wrong, checks first."""

from base64 import b64encode
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data.samples.make_samples import FOLDER as SAMPLES
from flows.workplace import Workplace
from records.tables import Provider, now
from tests.browser.conftest import Meet, OpenPage
from tests.browser.hands import Hands, KeyboardOnly, WithoutJavaScript
from tests.browser.website import Website
from tests.flows.processed import process_next
from tests.web_min.known_password import PASSWORD, PASSWORD_HASH
from tests.web_min.people import ALL_BUT_USERS, make_staff

MANAGER = "ada.marsh@northfield.example"
RIGHT, WRONG, CHANGED = (SAMPLES / f"{name}.xls" for name in ("01-clean-small", "03-every-error", "08-update"))
DROP = """async ([content, name]) => {
  const files = new DataTransfer();
  files.items.add(new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], name));
  const box = document.querySelector(".govuk-file-upload-button");
  for (const type of ["dragenter", "dragover", "drop"])
    box.dispatchEvent(new DragEvent(type, { dataTransfer: files, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def manager(website: Website, provider: Provider) -> None:
    """Somebody who may import."""
    memberships = {provider.id: ALL_BUT_USERS}
    make_staff(website.database, MANAGER, memberships=memberships, password_hash=PASSWORD_HASH, confirmed_at=now())


@pytest.fixture
def hands(meet: Meet, manager: None) -> Hands:
    """The manager, in front of the list of imports."""
    hands = meet()
    hands.open("/imports")
    hands.sign_in(MANAGER, PASSWORD)
    hands.sees("Import learners")
    return hands


def choose(hands: Hands, file: Path) -> None:
    """Choose a file, as the hands do it."""
    if isinstance(hands, KeyboardOnly):
        with hands.page.expect_file_chooser() as chooser:
            hands._go_to(hands.page.locator(".govuk-file-upload-button"))
            hands.page.keyboard.press("Enter")
        chooser.value.set_files(file)
    else:
        hands.page.locator("input[type=file]").set_input_files(file)


def wait_for_outcome(hands: Hands, workplace: Workplace) -> None:
    """Let the worker process the file; the page shows what came of it, by itself where scripts run."""
    hands.reads("Waiting for its turn")
    process_next(workplace)
    if isinstance(hands, WithoutJavaScript):
        hands.page.reload()


def test_a_file_is_sent_its_errors_looked_at_and_the_corrected_one_sent_on_the_same_page(
    hands: Hands, workplace: Workplace
) -> None:
    hands.press("Import")
    hands.reads("There is a problem")
    choose(hands, WRONG)
    hands.press("Import")
    hands.sees("Import 1")
    wait_for_outcome(hands, workplace)
    hands.reads("Nothing loaded: 40 errors, 6 warnings in 49 rows")
    hands.reads("Your sheet, row by row")
    hands.check_page()
    choose(hands, RIGHT)
    hands.press("Import")
    hands.sees("Import 2")
    wait_for_outcome(hands, workplace)
    hands.reads("12 rows: 12 created, 0 updated, 0 unchanged")
    hands.reads("All 40 errors are fixed.")
    hands.follow("Dashboard")
    hands.sees("Dashboard")
    hands.follow("Print slips for 12 learners who have not logged in")
    hands.sees("Learners who have not logged in")


def test_a_file_is_checked_first_and_then_imported(hands: Hands, workplace: Workplace) -> None:
    choose(hands, RIGHT)
    hands.press("Import")
    process_next(workplace)
    hands.open("/imports")
    choose(hands, CHANGED)
    hands.press("Check only")
    hands.sees("Import 2: check only")
    wait_for_outcome(hands, workplace)
    hands.reads("12 rows: 1 would be created, 6 updated, 5 left as they are; 1 warning")
    hands.follow("Would be updated 6")
    hands.reads("07700900999")
    hands.check_page()
    hands.press("Import")
    hands.sees("Import 3")
    wait_for_outcome(hands, workplace)
    hands.reads("12 rows: 1 created, 6 updated, 5 unchanged; 1 warning")


@pytest.fixture
def page(open_page: OpenPage, manager: None) -> Page:
    """The manager's browser, with scripts, on the list of imports."""
    page = open_page()
    hands = Hands(page)
    hands.open("/imports")
    hands.sign_in(MANAGER, PASSWORD)
    hands.sees("Import learners")
    return page


def drop(page: Page, file: Path) -> None:
    page.evaluate(DROP, [b64encode(file.read_bytes()).decode(), file.name])


def test_a_file_can_be_dropped_on_the_box_also_on_one_that_came_with_the_outcome(
    page: Page, workplace: Workplace
) -> None:
    drop(page, WRONG)
    expect(page.get_by_text(WRONG.name)).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Waiting for its turn")).to_be_visible()
    process_next(workplace)
    expect(page.get_by_text("Nothing loaded: 40 errors")).to_be_visible()
    drop(page, RIGHT)
    page.get_by_role("button", name="Check only", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Import 2: check only")).to_be_visible()
    expect(page.get_by_text(RIGHT.name)).to_be_visible()


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(page: Page, website: Website, tmp_path: Path) -> None:
    large, right = tmp_path / "large.xls", RIGHT
    with large.open("wb") as file:
        file.truncate(website.settings.file_limit_bytes + 1)
    words = page.get_by_role("alert").get_by_text("The file is larger than 50 MB")
    expect(words).to_be_hidden()
    page.locator("input[type=file]").set_input_files(large)
    expect(words).to_be_visible()
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="Import", exact=True).click()
    page.locator("input[type=file]").set_input_files(right)
    expect(words).to_be_hidden()
    assert "POST" not in sent
