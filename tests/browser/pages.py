"""Every page of the website that somebody can look at, found from its routes: for the tests of all pages and pictures."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from flask import Flask
from playwright.sync_api import BrowserContext

OWN_TO_VISITOR = re.compile(r'name="csrf_token"[^>]*>|<bdi>[^<]*</bdi>')


class FoundPage(NamedTuple):
    """A page that a visitor can look at."""

    endpoint: str
    path: str
    content: str  # without what every visitor has another of


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


def find_pages(context: BrowserContext, paths: Sequence[tuple[str, str]]) -> list[FoundPage]:
    """Return the paths that answer with a page to whoever is signed in in a browser."""
    found = []
    for endpoint, path in paths:
        answer = context.request.get(path, max_redirects=0)
        if answer.status == 200 and answer.headers["content-type"].startswith("text/html"):
            found.append(FoundPage(endpoint, path, OWN_TO_VISITOR.sub("", answer.text())))
    return found
