"""Thousands of spoiled files: each is read or refused, none hangs, none ends in half a result or a fault of ours."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from tests.schemas.reading.forking import READ, Forker
from tests.schemas.reading.making import (
    GOOD,
    HEADINGS,
    LEARNER,
    Fault,
    Sheet,
    make_csv,
    make_ods,
    make_xls,
    make_xlsx,
)
from tests.schemas.reading.spoiling import spoil, spoil_inside

CELLS = [*LEARNER, 7700900123.0, date(2008, 9, 1), True, Fault("#REF!")]
ROWS: list[list[Any]] = [HEADINGS, *[[*CELLS, f'only in "row" {row}'] for row in range(30)]]
SHEET = Sheet(ROWS)
FUZZED: dict[str, tuple[bytes, Callable[[bytes, int], bytes]]] = {
    "xls": (make_xls(SHEET, Sheet(ROWS, name="Other", is_hidden=True)), spoil),
    "xlsx": (make_xlsx(SHEET), spoil),
    "xlsx inside": (make_xlsx(SHEET), spoil_inside),
    "ods": (make_ods(SHEET), spoil),
    "ods inside": (make_ods(SHEET), spoil_inside),
    "csv": (make_csv(SHEET), spoil),
    "csv in utf-16": (make_csv(SHEET, "utf-16", delimiter="\t"), spoil),
}
FEW, MANY = 48, 1500
ENDINGS = {"file_damaged", "file_other_format", "file_not_spreadsheet", "file_no_headings", "file_no_rows", "file_html"}
ENDINGS |= {"file_too_large", "file_too_wide", "file_too_spread", "file_too_heavy", "file_password_protected", READ}


@pytest.fixture(scope="module")
def forker() -> Iterator[Forker]:
    forker = Forker()
    yield forker
    forker.close()


def fuzz(forker: Forker, name: str, seeds: range) -> Counter[str]:
    """Read as many spoiled files as there are seeds, and count what became of them."""
    content, spoil_content = FUZZED[name]
    counts: Counter[str] = Counter()
    for seed in seeds:
        try:
            counts[forker.read(spoil_content(content, seed))] += 1
        except AssertionError as error:
            raise AssertionError(f"{name}, seed {seed}: {error}") from error
    assert forker.read(content) == READ
    assert forker.read(make_xls(GOOD)) == READ
    assert {ending.partition(",")[0] for ending in counts} <= ENDINGS
    return counts


@pytest.mark.parametrize("name", FUZZED)
def test_a_few_hundred_spoiled_files_are_read_or_refused(name: str, forker: Forker) -> None:
    counts = fuzz(forker, name, range(FEW))
    assert counts["file_damaged"]


@pytest.mark.slow
@pytest.mark.parametrize("name", FUZZED)
def test_thousands_of_spoiled_files_are_read_or_refused(
    name: str, forker: Forker, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = fuzz(forker, name, range(FEW, FEW + MANY))
    with capsys.disabled():
        sys.stdout.write(f"\n{name}: {dict(counts.most_common())}\n")
    assert sum(counts.values()) == MANY
    assert counts["file_damaged"] > MANY // 20
