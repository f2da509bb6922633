"""Finds every page that somebody can look at from the website's routes, for tests and pictures of all of them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from flask import Flask
from playwright.sync_api import BrowserContext

# What differs from visitor to visitor, record to record and time to time, while the page is the same one.
OWN = re.compile(
    r"<(bdi|time|code)\b.*?</\1>"
    r'| (?:value|src|aria-current)="[^"]*"'
    r"|/[0-9]+",
    re.DOTALL,
)
MAIN = re.compile('<nav class="way-back"|<main ')


class Found(NamedTuple):
    """A path that answers.

    Args:
        endpoint: whose path it is.
        path: without the host.
        halves: of a page, around and in the main part, without what is `OWN`; empty for a file.
    """

    endpoint: str
    path: str
    halves: frozenset[str]

    @property
    def has_form(self) -> bool:
        """Whether there is one in the main part."""
        return any("<main" in half and "<form" in half for half in self.halves)


def list_paths(app: Flask, values: Mapping[str, Sequence[object]]) -> Iterator[tuple[str, str]]:
    """Give every route that answers GET, as its endpoint and a path for every combination of its arguments' values.

    Args:
        app: the website.
        values: for each name of an argument, what it may be.
    """
    adapter = app.url_map.bind("127.0.0.1")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        names = sorted(rule.arguments)
        for combination in product(*(values[name] for name in names)):
            yield rule.endpoint, adapter.build(rule.endpoint, dict(zip(names, combination, strict=True)))


def find_answering(context: BrowserContext, paths: Sequence[tuple[str, str]]) -> list[Found]:
    """Return the paths that answer to whoever is signed in in a browser, and do not lead elsewhere."""
    found = []
    for endpoint, path in paths:
        answer = context.request.get(path, max_redirects=0)
        if answer.status == 200:
            is_page = answer.headers["content-type"].startswith("text/html")
            found.append(Found(endpoint, path, split_page(answer.text()) if is_page else frozenset()))
    return found


def split_page(page: str) -> frozenset[str]:
    """Return what stands around the main part, which most pages of a visitor share, and the main part."""
    body = OWN.sub("", page).partition("<body")[2]
    start, end = MAIN.search(body), body.find("</main>")
    assert start and end > 0, "a page has no main part"
    return frozenset((body[: start.start()] + body[end:], body[start.start() : end]))


def pick_new(found: Iterable[Found], seen: set[str]) -> list[Found]:
    """Return the pages of which a half at the least is not among those seen; it is then."""
    new = []
    for one in found:
        if not one.halves <= seen:
            new.append(one)
            seen |= one.halves
    return new
