"""docs/security.md names tests that there are, and requirements once each."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+[^|]*) \| ([^|]+) \| ([^|]+) \| ([^|]*) \|$", re.MULTILINE)


def find_tests() -> set[str]:
    """The names of all test functions."""
    names = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return names


def test_each_test_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 50
    assert named - find_tests() == set()


def test_each_requirement_has_one_row_and_says_what_holds_it_or_that_it_is_open() -> None:
    rows = ROW.findall(PAGE)
    numbers = [number for cell, *_ in rows for number in re.findall(r"\d+\.\d+\.\d+", cell)]
    assert len(rows) > 50
    assert len(numbers) == len(set(numbers))
    unheld = [cell for cell, _, how, held in rows if not held.strip() and "**Open" not in how]
    assert unheld == []


def test_the_settings_that_the_page_speaks_of_have_those_defaults() -> None:
    from settings import Settings

    fields = Settings.model_fields
    assert f"`SIGN_IN_FAILURE_LIMIT` ({fields['sign_in_failure_limit'].default})" in PAGE
    assert f"`ADDRESS_FAILURE_LIMIT` ({fields['address_failure_limit'].default})" in PAGE
    assert fields["session_idle_seconds"].default == 30 * 60 and "30 minutes without use" in PAGE
    assert fields["session_limit_seconds"].default == 12 * 3600 and "12 hours in all" in PAGE
    assert fields["initial_password_days"].default == 90 and "90 days" in PAGE
