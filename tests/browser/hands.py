"""Somebody who uses the website: with the keyboard alone, or with a mouse and without JavaScript.

What they look for is named as people see and hear it: labels, buttons, links, headings. (With mouse and JavaScript
every form of every page is sent in test_all_pages.)
"""

from typing import Any, ClassVar

from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import check_accessibility
from tests.browser.pages import list_elements

MOST_TABS = 80
JUDGED: set[frozenset[str]] = set()


class Hands:
    """Somebody with a mouse.

    Args:
        page: where they look.
    """

    options: ClassVar[dict[str, Any]] = {}  # of the browser

    def __init__(self, page: Page) -> None:
        self.page = page

    def fill(self, label: str, text: str) -> None:
        """Type into the field of this label, in place of what is there."""
        self._get_field(label).fill(text)

    def tick(self, label: str) -> None:
        """Tick a box, or choose one of several."""
        self._get_field(label).check()

    def press(self, name: str) -> None:
        """Press a button, which sends its form."""
        self._activate(self.page.get_by_role("button", name=name, exact=True))

    def follow(self, name: str) -> None:
        """Follow a link; the first where several are called the same."""
        self._activate(self.page.get_by_role("link", name=name, exact=True).first)

    def save_file(self, name: str) -> bytes:
        """Follow a link or press a button that brings a file; return what is in it."""
        link = self.page.get_by_role("link", name=name, exact=True)
        with self.page.expect_download() as download:
            self._use(link.or_(self.page.get_by_role("button", name=name, exact=True)))
        return download.value.path().read_bytes()

    def choose(self, label: str, option: str) -> None:
        """Choose one of a list that opens, by what it begins with."""
        field = self._get_field(label)
        field.select_option(label=field.locator("option").filter(has_text=option).inner_text())

    def open(self, address: str) -> None:
        """Type an address, or follow a link in a mail."""
        self.page.goto(address)

    def sees(self, heading: str) -> None:
        """Fail unless the page that they are led to has this heading, and everyone can use it."""
        expect(self.page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()
        self.check_page()

    def reads(self, words: str) -> None:
        """Fail unless these words are on the page."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    def lacks(self, name: str) -> None:
        """Fail when there is a button or a link of this name."""
        for role in ("button", "link"):
            expect(self.page.get_by_role(role, name=name, exact=True)).to_have_count(0)

    def check_page(self) -> None:
        """Fail when the page keeps anyone out. One that looks like another is not judged again."""
        elements = list_elements(self.page.content())
        if elements not in JUDGED:
            check_accessibility(self.page)
            JUDGED.add(elements)

    def sign_in(self, username: str, password: str) -> None:
        """Fill in and send the form that stands on the page, whichever of the two it is."""
        self.fill("Username", username)
        self.fill("Password", password)
        self.press("Sign in")

    def _get_field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True).first

    def _activate(self, control: Locator) -> None:
        self._use(control)

    def _use(self, control: Locator) -> None:
        control.click()


class KeyboardOnly(Hands):
    """Somebody who can't use a mouse: Tab leads to everything, and Enter does it."""

    def fill(self, label: str, text: str) -> None:
        """Go to the field and type."""
        self._go_to(self._get_field(label))
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def tick(self, label: str) -> None:
        """Go to the box and tick it."""
        self._go_to(self._get_field(label))
        self.page.keyboard.press("Space")
        expect(self._get_field(label)).to_be_checked()

    def choose(self, label: str, option: str) -> None:
        """Go to the list and type what the option begins with."""
        self._go_to(self._get_field(label))
        self.page.keyboard.type(option)
        expect(self._get_field(label).locator("option:checked")).to_contain_text(option)

    def _activate(self, control: Locator) -> None:
        with self.page.expect_navigation():
            self._use(control)

    def _use(self, control: Locator) -> None:
        self._go_to(control)
        self.page.keyboard.press("Enter")

    def _go_to(self, control: Locator) -> None:
        control.wait_for()
        for _ in range(MOST_TABS):
            if control.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{MOST_TABS} times Tab do not lead to {control}")


class WithoutJavaScript(Hands):
    """Somebody whose browser runs no scripts."""

    options: ClassVar[dict[str, Any]] = {"java_script_enabled": False}

    def check_page(self) -> None:
        """Pass: what judges a page is a script itself, and the keyboard alone leads to the same pages."""


WAYS = (KeyboardOnly, WithoutJavaScript)
