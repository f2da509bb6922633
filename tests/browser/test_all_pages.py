"""Every page that somebody can look at, found from the routes: for everyone to use, by keyboard, at any width."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from records.database import Database
from settings import Settings
from tests.browser.accessibility import check_accessibility
from tests.browser.chromium import open_context
from tests.browser.hands import Hands
from tests.browser.pages import Found, find_answering, pick_new
from tests.browser.school import VISITORS, open_schools
from tests.browser.tabbing import check_keyboard
from tests.browser.watching import Watch
from tests.browser.website import KEY, open_website
from web_min.app import create_app

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
NARROWEST: ViewportSize = {"width": 320, "height": 640}  # WCAG 1.4.10: nothing may need scrolling sideways

FILLED_IN = "input:not([type=hidden]):visible, select, textarea"


class Visitor(NamedTuple):
    """Somebody's browser.

    Args:
        page: of theirs.
        watch: over it.
        found: all that answers to them.
        pages: of these, those that nobody before them sees alike, one at the least.
    """

    page: Page
    watch: Watch
    found: list[Found]
    pages: list[Found]


@pytest.fixture(scope="module")
def visitors(
    chromium: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Visitor]]:
    """Everybody of two schools, signed in."""
    home = tmp_path_factory.mktemp("schools")
    (home / "learners.db").write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{home / 'learners.db'}")
    paths = open_schools(database, home)
    visitors: dict[str, Visitor] = {}
    seen: set[str] = set()
    with open_website(home, database) as website:
        for kind, credentials in VISITORS.items():
            context = open_context(chromium, website.address, viewport=DESKTOP)
            watch = Watch(context, website.address)
            hands = Hands(context.new_page())
            if credentials:
                hands.open("/sign-in")
                hands.sign_in(*credentials)
            found = find_answering(context, paths)
            visitors[kind] = Visitor(hands.page, watch, found, pick_new(found, seen) or found[:1])
        yield visitors
        for visitor in visitors.values():
            visitor.page.context.close()
    database.close()


@pytest.mark.parametrize("kind", VISITORS)
def test_every_page_is_for_everyone(visitors: Mapping[str, Visitor], kind: str) -> None:
    def look_at(page: Page, found: Found) -> Iterator[str]:
        page.set_viewport_size(DESKTOP)
        page.goto(found.path)
        for check in (check_accessibility, check_keyboard, check_narrow, check_accessibility):
            yield from collect_fault(check, page)

    check_all(visitors[kind], visitors[kind].pages, look_at)


@pytest.mark.parametrize("kind", VISITORS)
def test_every_form_answers_when_it_is_sent_as_it_stands(visitors: Mapping[str, Visitor], kind: str) -> None:
    def send_forms_of(page: Page, found: Found) -> Iterator[str]:
        page.goto(found.path)
        forms = page.locator("main form").filter(has=page.locator(FILLED_IN))
        for number in range(forms.count()):
            page.goto(found.path)
            forms.nth(number).locator("[type=submit]").first.click()
            yield from collect_fault(check_accessibility, page)

    check_all(visitors[kind], [page for page in visitors[kind].pages if page.has_form], send_forms_of)


def test_no_page_is_left_out(visitors: Mapping[str, Visitor], database: Database, tmp_path: Path) -> None:
    """A route whose page nobody of the two schools can see is one that no test above has looked at."""
    app = create_app(Settings(home=tmp_path), database, KEY)
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    answering = {found.endpoint for visitor in visitors.values() for found in visitor.found}
    assert routes - answering == {"static"}


def check_all(visitor: Visitor, pages: Iterable[Found], look: Callable[[Page, Found], Iterable[str]]) -> None:
    """Fail with every fault of every page at once."""
    faults = [fault for found in pages for fault in look(visitor.page, found)] + visitor.watch.faults
    assert not faults, "\n".join(faults)


def check_narrow(page: Page) -> None:
    page.set_viewport_size(NARROWEST)
    width = page.evaluate("document.scrollingElement.scrollWidth")
    assert width <= NARROWEST["width"], f"{page.url} is {width} pixels wide"


def collect_fault(check: Callable[[Page], None], page: Page) -> list[str]:
    try:
        check(page)
    except AssertionError as fault:
        return [str(fault)]
    return []
