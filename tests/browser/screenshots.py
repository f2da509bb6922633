"""Pictures of every page as each visitor sees it, to be looked at: `python -m tests.browser.screenshots FOLDER`."""

import sys
import tempfile
from pathlib import Path

from records.database import Database
from records.upgrade import upgrade
from tests.browser.chromium import run_chromium
from tests.browser.hands import Hands
from tests.browser.pages import find_answering
from tests.browser.school import VISITORS, open_schools
from tests.browser.website import open_website

WIDTHS = (1280, 375)
HEIGHT = 800


def take_screenshots(folder: Path, home: Path) -> None:
    """Write the pictures, named by visitor, page and width."""
    database = Database(f"sqlite:///{home / 'learners.db'}")
    upgrade(database)
    paths = open_schools(database, home)
    with run_chromium() as browser, open_website(home, database) as website:
        for visitor, credentials in VISITORS.items():
            page = browser.new_context(base_url=website.address).new_page()
            hands = Hands(page)
            if credentials:
                hands.open("/sign-in")
                hands.sign_in(*credentials)
            for _, path, halves in find_answering(page.context, paths):
                for width in WIDTHS if halves else ():
                    page.set_viewport_size({"width": width, "height": HEIGHT})
                    page.goto(path)
                    name = f"{visitor}{path.replace('/', '-')}-{width}.png".replace(" ", "-")
                    page.screenshot(path=folder / name, full_page=True)
            page.context.close()
    database.close()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        take_screenshots(target, Path(home))
