"""docs/performance.md keeps what was not measured again."""

from pathlib import Path

import pytest

from benchmarks.__main__ import PAGE, SECTIONS
from benchmarks.report import TITLE, write_section

ORDER = ["Imports", "Answers", "Drains"]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "performance.md"
    write_section(page, "Drains", "13 files a second\n", order=ORDER)
    write_section(page, "Imports", "12 seconds\n\n| a | b |\n", order=ORDER)
    return page


def test_a_page_is_begun_with_its_first_section_and_kept_in_order(page: Path) -> None:
    expected = f"{TITLE}\n## Imports\n\n12 seconds\n\n| a | b |\n\n## Drains\n\n13 files a second\n"
    assert page.read_text(encoding="utf-8") == expected


def test_a_section_that_is_measured_again_takes_the_old_ones_place_and_the_others_stay(page: Path) -> None:
    before = page.read_text(encoding="utf-8")
    write_section(page, "Drains", "14 files a second", order=ORDER)
    assert page.read_text(encoding="utf-8") == before.replace("13", "14")


def test_the_page_has_the_sections_that_make_bench_writes() -> None:
    headings = [line[3:] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert headings == [heading for heading, _, _ in SECTIONS.values()]
