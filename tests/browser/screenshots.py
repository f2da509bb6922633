"""Pictures of every page as each visitor sees it, to be looked at: `python -m tests.browser.screenshots FOLDER`.

Names of visitors (`tests.browser.school.VISITORS`) after the folder leave the others out.
"""

import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from playwright.sync_api import Page

from records.database import Database
from records.upgrade import upgrade
from tests.browser.chromium import open_context, run_chromium
from tests.browser.hands import Hands
from tests.browser.pages import find_answering, pick_new
from tests.browser.school import VISITORS, open_schools
from tests.browser.website import open_website

WIDTHS = (1280, 390)
HEIGHT = 800
SENT_EMPTY = {  # forms to be seen with their errors, and the button of each
    "/sign-in": "Sign in",
    "/forgotten-password": "Send me a link",
    "/first-password": "Save password",
    "/my-account/password": "Save password",
    "/my-account/two-step/set-up": "Turn on",
    "/staff/new": "Create account and send invitation",
}


def take_screenshots(folder: Path, home: Path, kinds: Collection[str]) -> None:
    """Write the pictures, named by visitor, page and width."""
    database = Database(f"sqlite:///{home / 'learners.db'}")
    upgrade(database)
    paths = open_schools(database, home)
    seen: set[str] = set()
    with run_chromium() as browser, open_website(home, database) as website:
        for kind in kinds:
            page = open_context(browser, website.address).new_page()
            if credentials := VISITORS[kind]:
                Hands(page).open("/sign-in")
                Hands(page).sign_in(*credentials)
            for found in pick_new(find_answering(page.context, paths), seen):
                take_picture(page, found.path, folder, kind)
            page.context.close()
    database.close()


def take_picture(page: Page, path: str, folder: Path, kind: str) -> None:
    """Write the pictures of one page, and of its form's errors."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.goto(path)
        name = f"{kind}{path[:60].replace('/', '-')}".replace(" ", "-")
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        if button := SENT_EMPTY.get(path):
            page.locator("main").get_by_role("button", name=button, exact=True).click()
            page.screenshot(path=folder / f"{name}-sent-empty-{width}.png", full_page=True)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        take_screenshots(target, Path(home), sys.argv[2:] or list(VISITORS))
