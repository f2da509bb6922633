"""Debian's Chromium, driven by Playwright. Owns how it starts, and what becomes of the tests where there is none."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

PROGRAM = shutil.which("chromium")
MISSING = "There is no chromium, so nothing was tried in a real browser: apt-get install chromium"
PAGE_SECONDS = 15.0  # for what is expected of a page to come about
ARGUMENTS = (
    "--no-sandbox",  # which root may not have
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing but the website is reached
)


@contextmanager
def run_chromium() -> Iterator[Browser]:
    """Run Chromium, without a window, while the block runs."""
    expect.set_options(timeout=PAGE_SECONDS * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=list(ARGUMENTS))
        yield browser
        browser.close()


def open_context(browser: Browser, address: str, **options: Any) -> BrowserContext:
    """Open a browser of somebody's own in the United Kingdom, which knows nothing of any other."""
    context = browser.new_context(base_url=address, locale="en-GB", timezone_id="Europe/London", **options)
    context.set_default_timeout(PAGE_SECONDS * 1000)
    return context


def need_chromium() -> None:
    """Skip the test where there is no Chromium; under CI, where nobody reads what was skipped, fail it."""
    if PROGRAM is None:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop(MISSING)
