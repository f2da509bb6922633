"""axe-core on a page: the rules of WCAG 2.2 A and AA, and what axe calls best practice."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SCRIPT = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@cache
def read_script() -> str:
    return SCRIPT.read_text(encoding="utf-8")


def check_accessibility(page: Page) -> None:
    """Fail with what axe finds wrong with the page as it stands.

    The script comes in by the browser's debugging protocol, which the content security policy does not bind, so the
    policy stays as strict as it is for people.
    """
    violations = find_violations(page)
    assert not violations, "\n".join([f"{page.url} is not accessible:", *map(describe, violations)])


def find_violations(page: Page) -> list[dict[str, Any]]:
    """Return axe's violations."""
    page.wait_for_load_state()  # with its style sheets: sizes and colours are judged
    if not page.evaluate("'axe' in window"):
        page.evaluate(read_script())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", list(RULES))
    return list(found["violations"])


def describe(violation: dict[str, Any]) -> str:
    places = "; ".join(f"{' '.join(map(str, node['target']))} ({node['html'][:120]})" for node in violation["nodes"])
    return f"- {violation['id']}: {violation['help']}: {places}"
