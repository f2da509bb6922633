"""What watches over every test in a browser does see what it is there for."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Page, Route

from tests.browser.accessibility import check_accessibility
from tests.browser.chromium import open_context
from tests.browser.tabbing import check_keyboard
from tests.browser.watching import Watch
from web_min.response_headers import HEADERS

START = '<!doctype html><html lang="en"><title>Spoiled</title><main><h1>Spoiled</h1>'
ADDRESS = "http://127.0.0.1:9"  # where nobody listens
TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css"}
Spoil = Callable[..., tuple[Page, Watch]]


@pytest.fixture
def spoil(chromium: Browser) -> Iterator[Spoil]:
    """Show a page that is not ours, and its `files`, with our headers and as if at our address."""
    context = open_context(chromium, ADDRESS)
    watch = Watch(context, ADDRESS)

    def spoil(body: str, **files: str) -> tuple[Page, Watch]:
        page = context.new_page()
        page.route(f"{ADDRESS}/**", lambda route: route.fulfill(status=404, body="Nothing"))
        for ending, content in (files | {"html": START + body}).items():
            page.route(f"**/spoiled.{ending}", make_answer(content, TYPES[ending]))
        page.goto("/spoiled.html")
        return page, watch

    yield spoil
    context.close()


def make_answer(content: str, content_type: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=content, headers=HEADERS | {"Content-Type": content_type})


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<script>document.title = 'Run'</script>", "Content Security Policy"),
        ('<p style="color: red">Red</p>', "Content Security Policy"),
        ('<img alt="" src="https://elsewhere.example/pixel.png">', "Content Security Policy"),
        ('<script src="/static/nothing.js"></script>', "/static/nothing.js answered 404"),
        ('<script src="/spoiled.js"></script>', "error of a script: broken"),
    ],
)
def test_what_no_page_may_do_is_noted(spoil: Spoil, body: str, told: str) -> None:
    _, watch = spoil(body, js="throw new Error('broken')")
    assert any(told in fault for fault in watch.faults), watch.faults


def test_a_way_to_another_host_is_noted(spoil: Spoil) -> None:
    page, watch = spoil('<a href="http://elsewhere.example/">Away</a>')
    with suppress(Error):
        page.click("a")
    page.wait_for_timeout(100)
    assert watch.faults == ["request to elsewhere.example"]


def test_a_page_as_it_should_be_has_no_fault(spoil: Spoil) -> None:
    page, watch = spoil('<p>Well.</p><script src="/spoiled.js"></script>', js="document.title = 'Run'")
    assert (page.title(), watch.faults) == ("Run", [])
    check_accessibility(page)


def test_what_keeps_people_out_is_told(spoil: Spoil) -> None:
    page, _ = spoil('<img src="data:,"><input id="nameless">')
    with pytest.raises(AssertionError, match=r"image-alt(.|\n)*label"):
        check_accessibility(page)


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("", None),
        ("a:focus { outline: none }", "the focus is not seen"),
        ("a:focus { outline: none; background: yellow }", None),
        ("input:focus { outline: none }", "the focus is not seen"),
        ("input:focus { outline: none } input:focus + label::before { outline: 3px solid }", None),
    ],
)
def test_a_focus_that_is_not_seen_is_told(spoil: Spoil, style: str, told: str | None) -> None:
    body = '<link rel="stylesheet" href="/spoiled.css"><a href="/">Link</a><input id="i"><label for="i">Field</label>'
    page, _ = spoil(body, css=style)
    if told is None:
        check_keyboard(page)
        return
    with pytest.raises(AssertionError, match=told):
        check_keyboard(page)


def test_a_control_that_tab_does_not_get_to_is_told(spoil: Spoil) -> None:
    """A script that takes the focus away when it comes is one way to keep the keyboard out."""
    script = "document.querySelector('#shy').onfocus = event => document.querySelector('#last').focus()"
    links = '<a href="/">First</a><a href="/" id="shy">Shy</a><a href="/" id="last">Last</a>'
    page, _ = spoil(f'{links}<script src="/spoiled.js"></script>', js=script)
    with pytest.raises(AssertionError, match="the keyboard does not get to"):
        check_keyboard(page)
