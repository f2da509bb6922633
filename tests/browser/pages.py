"""Finds every page that somebody can look at from the website's routes, for tests and pictures of all of them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from flask import Flask
from playwright.sync_api import BrowserContext

TAG = re.compile(r"<(\w+)((?:\s+[^<>\s=]+(?:=\"[^\"]*\")?)*)\s*/?>")
ATTRIBUTE = re.compile(r"([^\s=\"]+)(?:=\"([^\"]*)\")?")
TELLING = ("class", "role", "type")  # attributes whose values make an element another kind of thing


class Found(NamedTuple):
    """A path that answers.

    Args:
        endpoint: whose path it is.
        path: without the host.
        elements: the kinds of elements on the page; none of a file.
    """

    endpoint: str
    path: str
    elements: frozenset[str]

    @property
    def has_form(self) -> bool:
        """Whether there is one to fill in."""
        return any(element.startswith(("input", "select", "textarea")) for element in self.elements)


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
    found, refused = [], set()
    for endpoint, path in paths:
        if endpoint in refused:
            continue
        answer = context.request.get(path, max_redirects=0)
        if answer.status == 302:  # sign in first, or something else: whatever record it is about
            refused.add(endpoint)
        elif answer.status == 200:
            is_page = answer.headers["content-type"].startswith("text/html")
            found.append(Found(endpoint, path, list_elements(answer.text()) if is_page else frozenset()))
    return found


def list_elements(page: str) -> frozenset[str]:
    """Return the kinds of elements on a page, whatever they say and lead to: the same for records that look alike."""
    return frozenset(" ".join((tag, *describe_attributes(attributes))) for tag, attributes in TAG.findall(page))


def describe_attributes(attributes: str) -> Iterator[str]:
    for name, value in sorted(ATTRIBUTE.findall(attributes)):
        yield f"{name}={value}" if name in TELLING else name


def pick_new(found: Iterable[Found], seen: set[str]) -> list[Found]:
    """Return the pages of routes not yet among those seen, or with a kind of element that is not; they are then."""
    new = []
    for one in found:
        if one.elements and not one.elements | {one.endpoint} <= seen:
            new.append(one)
            seen |= one.elements | {one.endpoint}
    return new
