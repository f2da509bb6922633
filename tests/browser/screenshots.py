"""Pictures of every page, as each visitor sees it, for people to look at: `python -m tests.browser.screenshots FOLDER`."""

import sys
import tempfile
from pathlib import Path

from records.database import Database
from records.upgrade import upgrade
from tests.browser.chromium import run_chromium
from tests.browser.hands import Hands
from tests.browser.pages import find_pages, list_paths
from tests.browser.school import open_schools
from tests.browser.website import KEY, open_website
from web_min.app import create_app

WIDTHS = (1280, 375)
HEIGHT = 800


def take_screenshots(folder: Path, home: Path) -> None:
    """Write the pictures, named by visitor, page and width."""
    database = Database(f"sqlite:///{home / 'learners.db'}")
    upgrade(database)
    school = open_schools(database, home)
    with run_chromium() as browser, open_website(home, database) as website:
        paths = list(list_paths(create_app(website.settings, database, KEY), school.values))
        for visitor, name_and_password in school.visitors.items():
            page = browser.new_context(base_url=website.address).new_page()
            hands = Hands(page)
            if name_and_password:
                hands.open("/sign-in")
                hands.sign_in(*name_and_password)
            for _, path, _ in find_pages(page.context, paths):
                for width in WIDTHS:
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
