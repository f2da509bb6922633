"""A browser, and a website to look at with it: served by its own process, with a real mail server behind it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from flows.workplace import Workplace, open_workplace
from records.database import Database
from tests.browser.chromium import need_chromium, open_context, run_chromium
from tests.browser.hands import WAYS, Hands
from tests.browser.watching import Watch
from tests.browser.website import Website, open_website

OpenPage = Callable[..., Page]
Meet = Callable[[], Hands]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of this package. It goes with the last: Playwright keeps an event loop going."""
    need_chromium()
    with run_chromium() as browser:
        yield browser


@pytest.fixture
def database_kind() -> str:
    """What a browser sees does not depend on it."""
    return "sqlite"


@pytest.fixture
def website(tmp_path: Path, database: Database) -> Iterator[Website]:
    """A website of nobody's yet."""
    with open_website(tmp_path, database) as website:
        yield website


@pytest.fixture
def workplace(website: Website) -> Iterator[Workplace]:
    """A worker's, in the website's home."""
    workplace = open_workplace(website.settings)
    yield workplace
    workplace.close()


@pytest.fixture
def open_page(chromium: Browser, website: Website) -> Iterator[OpenPage]:
    """Open a page in a browser of its own, which has no cookies. What no page may do fails the test."""
    contexts, watches = [], []

    def open_page(**options: Any) -> Page:
        context = open_context(chromium, website.address, **options)
        contexts.append(context)
        watches.append(Watch(context, website.address))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert [fault for watch in watches for fault in watch.faults] == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A stranger's browser."""
    return open_page()


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__)
def meet(request: pytest.FixtureRequest, open_page: OpenPage) -> Meet:
    """Meet one more person, each with a browser of their own, in each of the ways that the website has to work for."""
    way: type[Hands] = request.param
    return lambda: way(open_page(**way.options))


@pytest.fixture
def hands(meet: Meet) -> Hands:
    """Somebody at the website."""
    return meet()
