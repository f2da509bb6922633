"""Debian's Chromium, driven by Playwright. Owns how it starts, and what becomes of the tests where there is none."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

PROGRAM = shutil.which("chromium")
MISSING = "There is no chromium, so nothing was tried in a real browser: apt-get install chromium"
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
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=list(ARGUMENTS))
        yield browser
        browser.close()


def need_chromium() -> None:
    """Skip the test where there is no Chromium; under CI, where nobody reads what was skipped, fail it."""
    if PROGRAM is None:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop(MISSING)
