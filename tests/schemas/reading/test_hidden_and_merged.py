"""Rows out of sight are read and counted; a cell merged over several rows counts for each of them."""

import re
import struct
import time
from typing import Any

import pytest

from schemas.reading.merged import spread_merged
from schemas.reading.sheet_cells import Merge
from schemas.table import CellKind, Remark
from tests.schemas.reading.making import (
    HEADINGS,
    LEARNER,
    MAIN,
    MAKERS,
    SHEET,
    TEMPLATE_ROWS,
    XML,
    Sheet,
    make_parts,
    read,
    row_of,
    text_row,
)

ROWS = [HEADINGS, *[["10001234", "Year 12", f"Learner {number}", "Jones"] for number in range(4)]]


@pytest.fixture(params=sorted(MAKERS))
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_hidden_rows_are_read_and_counted(form: str) -> None:
    """Row 6 holds nothing, and the title is no learner."""
    table = read(MAKERS[form](Sheet([["Title"], *ROWS], hidden_rows=[0, 2, 4, 6])))
    assert table.row_numbers == [3, 4, 5, 6]
    assert table.remarks == (Remark("rows_hidden", None, {"row_count": 2}),)


def test_a_hidden_row_of_headings_is_still_the_headings(form: str) -> None:
    table = read(MAKERS[form](Sheet(ROWS, hidden_rows=[0])))
    assert (table.headings, table.row_count, table.remarks) == (HEADINGS, 4, ())


@pytest.mark.parametrize(
    ("row", "is_hidden"),
    [
        ('<row r="2" hidden="1">', True),
        ("<row r='2' hidden='true'>", True),
        ('<row r = "2" hidden = "1">', True),
        ("<row\nr\t=\n'2'\nhidden\t=\n'true'>", True),
        ('<row r="2" spans="1:17" ht="hidden" collapsed="1">', False),
        ('<row hidden="1" spans="1:17" ht="0">', True),
        ('<row r="2" customFormat="false" hidden="false" collapsed="false">', False),
        ('<row r="2" hidden="0">', False),
    ],
)
def test_every_way_of_writing_a_hidden_row_is_understood(row: str, is_hidden: bool) -> None:
    rows = text_row(1, HEADINGS) + text_row(2, LEARNER).replace('<row r="2">', row)
    prefixed = f'{XML}<x:worksheet xmlns:x="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    prefixed = re.sub("<(/?)(?!x:|[?])", r"<\1x:", prefixed)
    for content in (make_parts(rows), make_parts(parts={SHEET: prefixed})):
        table = read(content)
        assert table.row_numbers == [2]
        assert [remark.rule for remark in table.remarks] == ["rows_hidden"] * is_hidden


def test_a_hidden_column_hides_no_row() -> None:
    columns = '<cols><col min="3" max="3" hidden="1"/></cols>'
    assert read(make_parts(TEMPLATE_ROWS, after=columns)).remarks == ()


def test_a_merged_cell_counts_for_every_learner_row_it_covers(form: str) -> None:
    rows: list[list[Any]] = [
        HEADINGS,
        *[["10001234" if number == 0 else None, 12.0, f"Learner {number}"] for number in range(4)],
    ]
    rows[2][1] = rows[3][1] = None
    table = read(MAKERS[form](Sheet(rows, merges=[(1, 6, 0, 0), (1, 2, 1, 1)])))
    assert table.texts[0] == ["10001234"] * 4
    assert table.kinds[0] == bytes([CellKind.TEXT] * 4)
    assert table.texts[1] == ["12", "12", "", "12"]
    assert table.kinds[1] == bytes([CellKind.NUMBER, CellKind.NUMBER, CellKind.BLANK, CellKind.NUMBER])
    assert table.remarks == (Remark("cells_merged", 0, {}), Remark("cells_merged", 1, {}))


def test_a_merge_makes_no_learner_of_a_blank_row(form: str) -> None:
    table = read(MAKERS[form](Sheet([HEADINGS, LEARNER], merges=[(1, 9, 0, 0)])))
    assert (table.row_numbers, table.remarks) == ([2], ())


@pytest.mark.parametrize(
    "merge",
    [(0, 1, 4, 4), (1, 2, 4, 4), (2, 2, 3, 5), (2, 3, 4, 4)],
    ids=["above the headings", "from the headings on", "in one row", "of nothing"],
)
def test_other_merges_change_nothing(form: str, merge: tuple[int, int, int, int]) -> None:
    rows = [["Title"], *[row[:4] for row in ROWS]]
    plain, merged = read(MAKERS[form](Sheet(rows))), read(MAKERS[form](Sheet(rows, merges=[merge])))
    assert (merged.texts, merged.kinds, merged.remarks) == (plain.texts, plain.kinds, ())


def test_of_a_merge_over_several_columns_the_first_counts(form: str) -> None:
    rows: list[list[Any]] = [HEADINGS, *[["10001234", None, f"Learner {number}", "Jones", None] for number in range(3)]]
    rows[1][4] = "office@school.example"
    table = read(MAKERS[form](Sheet(rows, merges=[(1, 3, 4, 6)])))
    assert table.texts[4] == ["office@school.example"] * 3
    assert not any(table.texts[5] + table.texts[6])
    assert table.remarks == (Remark("cells_merged", 4, {}),)


def test_a_merge_over_the_whole_sheet_costs_nothing() -> None:
    merges = '<mergeCell ref="A1:XFD1048576"/><mergeCell ref="A2:XFD1048576"/>'
    merged = f'<mergeCells count="4294967295">{merges}</mergeCells>'
    table = read(make_parts(TEMPLATE_ROWS + text_row(900, ["", "Year 12"]), after=merged))
    assert table.texts[0] == ["10001234", "10001234"]
    assert table.remarks == (Remark("cells_merged", 0, {}),)


def test_merges_over_each_other_cost_no_more_than_the_rows_there_are() -> None:
    texts, kinds = [["x", *[""] * 49_999]], [bytes([CellKind.TEXT, *[0] * 49_999])]
    merges = [Merge(2, 50_001 + number, 0, 0) for number in range(20_000)]
    started = time.process_time()
    assert spread_merged(texts, kinds, range(2, 50_002), merges) == [0]
    assert time.process_time() - started < 2
    assert set(texts[0]) == {"x"}


def test_merged_areas_that_are_cut_off_are_left_out() -> None:
    """Their count is not believed; only whole areas are taken."""
    content = MAKERS["xls"](Sheet(ROWS, merges=[(1, 2, 5, 5)]))
    record = struct.pack("<HHH", 0x00E5, 10, 1)
    assert content.count(record) == 1
    assert read(content.replace(record, struct.pack("<HHH", 0x00E5, 10, 65_535))).row_count == 4


def test_hidden_rows_of_a_merged_list_are_given_its_text(form: str) -> None:
    rows: list[list[Any]] = [HEADINGS, ["10001234", "Year 12", "Zoë"], [None, "Year 12", "Ann"]]
    table = read(MAKERS[form](Sheet(rows, merges=[(1, 2, 0, 0)], hidden_rows=[2])))
    assert row_of(table, 1)[0] == "10001234"
    assert [remark.rule for remark in table.remarks] == ["rows_hidden", "cells_merged"]
