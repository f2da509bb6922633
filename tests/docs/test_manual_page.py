"""docs/manual.md names tests that there are, and leaves out no section of the manual."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "manual.md").read_text(encoding="utf-8")
SECTIONS = (
    *("1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "3.4", "4.0", "5.1", "5.2"),
    *("6.1", "6.2", "6.3", "6.4", "7.1", "7.2", "7.3", "7.4", "8.0"),
)
LETTERS = {
    "5.1": "abcdefg",
    "5.2": "abc",
    "6.1": "abcdefg",
    "6.3": "abcdef",
    "7.1": "abcd",
    "7.2": "abcdefgh",
    "7.3": "abcd",
}
ROW = re.compile(r"^\| (\d\.\d)([^|]*) \| [^|]+ \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def test_every_test_that_the_page_names_exists() -> None:
    named = re.findall(r"`([\w/]*test_\w+\.py)`", PAGE)
    assert len(named) > 80
    folders = (ROOT, ROOT / "tests" / "web_min")
    assert [name for name in named if not any((folder / name).is_file() for folder in folders)] == []


def test_every_row_names_a_test() -> None:
    rows = ROW.findall(PAGE)
    assert len(rows) == PAGE.count("\n| ") - 1, "a row is of another form"
    assert [section for section, _, tests in rows if "test_" not in tests] == []


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_and_step_of_the_manual_has_its_row(section: str) -> None:
    told = [steps for number, steps, _ in ROW.findall(PAGE) if number == section]
    assert told
    letters = {letter for steps in told for letter in expand(steps)}
    assert letters == set(LETTERS.get(section, ""))


def expand(steps: str) -> str:
    """Give the letters of "a, b" or "b to g"."""
    if "to" in steps:
        first, last = steps.split("to")
        return "".join(map(chr, range(ord(first.strip()), ord(last.strip()) + 1)))
    return "".join(re.findall("[a-h]", steps))
