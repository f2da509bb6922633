"""A form as a browser fills it in from the page: every box with what stands in it."""

import html
import re
from typing import Any

from flask.testing import FlaskClient

INPUT = re.compile(r"<input\b([^>]*)>")
SELECT = re.compile(r'<select\b[^>]*name="(\w+)".*?</select>', re.DOTALL)
AREA = re.compile(r'<textarea\b[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected')
ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


def read_form(page: str) -> dict[str, Any]:
    """Return what a browser would send of the page's last form: boxes of one name as a list."""
    form = page.rpartition("<form")[2]
    boxes: dict[str, Any] = {}
    for given in INPUT.findall(form):
        box = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(given)}
        if box.get("type") in ("radio", "checkbox") and "checked" not in box:
            continue
        name, value = box.get("name", ""), box.get("value", "")
        boxes[name] = [*boxes[name], value] if isinstance(boxes.get(name), list) else value
        if name == "date_of_birth" and not isinstance(boxes[name], list):
            boxes[name] = [value]
    for whole in SELECT.finditer(form):
        found = CHOSEN.search(whole[0])
        boxes[whole[1]] = html.unescape(found[1]) if found else ""
    for name, text in AREA.findall(form):
        boxes[name] = html.unescape(text).removeprefix("\r\n").strip("\n")
    boxes.pop("", None)
    return boxes


def open_form(browser: FlaskClient, path: str) -> dict[str, Any]:
    """Open a page with a form and return what stands in it."""
    answer = browser.get(path)
    assert answer.status_code == 200
    return read_form(answer.text)
