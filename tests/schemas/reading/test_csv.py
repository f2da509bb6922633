"""Texts as table: encodings, separators, quotes and line ends as programs and people really write them."""

import time
from typing import Any

import pytest

from schemas.reading.limits import DEFAULT_LIMITS, ReadingLimits
from schemas.reading.refusals import RefusedError
from schemas.table import CellKind, SheetTable
from tests.schemas.reading.making import GOOD, HEADINGS, LEARNER, Sheet, make_csv, make_xlsx, read, row_of

TEXT = "UKPRN,First name,Last name\r\n10001234,Zoë,Nguyen\r\n10001234,Siân,O'Brien\r\n"
TABLE = [["10001234", "10001234"], ["Zoë", "Siân"], ["Nguyen", "O'Brien"]]


def read_text(text: str, encoding: str = "utf-8", limits: ReadingLimits = DEFAULT_LIMITS) -> SheetTable:
    return read(text.encode(encoding), limits)


def refusal_of(content: bytes, limits: ReadingLimits = DEFAULT_LIMITS) -> str:
    with pytest.raises(RefusedError) as refused:
        read(content, limits)
    return refused.value.rule


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_encodings_separators_and_line_ends_are_told_apart(encoding: str, separator: str, line_end: str) -> None:
    table = read_text(TEXT.replace(",", separator).replace("\r\n", line_end), encoding)
    assert table.headings == ["UKPRN", "First name", "Last name"]
    assert table.texts == TABLE
    assert table.row_numbers == [2, 3]


def test_the_same_sheet_as_text_and_as_workbook_is_the_same_table() -> None:
    assert read(make_csv(GOOD)) == read(make_xlsx(GOOD))


def test_utf_16_with_the_mark_of_either_order_is_read() -> None:
    assert read(b"\xfe\xff" + TEXT.encode("utf-16-be")).texts == TABLE
    assert read(b"\xff\xfe" + TEXT.encode("utf-16-le")).texts == TABLE


def test_bytes_that_windows_text_has_not_become_visible_damage() -> None:
    table = read(TEXT.encode("cp1252").replace(b"Nguyen", b"Ng\x81uyen"))
    assert table.texts[2] == ["Ng\ufffduyen", "O'Brien"]


def test_one_bad_byte_in_utf_8_spoils_one_cell_and_no_accent() -> None:
    table = read(TEXT.encode().replace(b"Nguyen", b"Ng\xffuyen"))
    assert table.texts == [TABLE[0], TABLE[1], ["Ng\ufffduyen", "O'Brien"]]


def test_a_windows_text_that_ends_in_an_accent_is_no_broken_utf_8() -> None:
    assert read("UKPRN,First name,Last name\n10001234,Ann,André".encode("cp1252")).texts[2] == ["André"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_cut_off_within_a_character_is_damaged(encoding: str) -> None:
    assert refusal_of((TEXT + "10001234,Siân,Zoë").encode(encoding)[:-1]) == "file_damaged"


def test_nul_stays_visible() -> None:
    assert read_text(TEXT.replace("Nguyen", "Ng\0uyen")).texts[2][0] == "Ng\ufffduyen"


@pytest.mark.parametrize("separator", [";", ",", "\t", "^"])
def test_the_line_that_tells_excel_the_separator_is_obeyed_and_no_row(separator: str) -> None:
    table = read_text(f"sep={separator}\r\n" + TEXT.replace(",", separator))
    assert (table.heading_row_number, table.row_numbers, table.texts) == (1, [2, 3], TABLE)


def test_headings_decide_the_separator_when_cells_are_full_of_another() -> None:
    rows = [["UKPRN", "First name", "Last name", "Street"], *[["10001234", "A,B", "C,D", "1, 2, Mill Lane, X"]] * 9]
    assert read(make_csv(Sheet(rows), delimiter=";", quotechar="'")).texts[3][0] == "1, 2, Mill Lane, X"


def test_headings_may_stand_below_a_title() -> None:
    table = read_text("Learners of 2026\n\nAs of Monday; first list\n\n" + TEXT)
    assert (table.heading_row_number, table.row_numbers) == (5, [6, 7])


def test_quotes_hold_separators_line_ends_and_quotes() -> None:
    odd = ['12 "The Elms"', "Mill Lane,\nLeeds", "a;b,c\td|e", '"', ""]
    assert row_of(read(make_csv(Sheet([HEADINGS, LEARNER[:5] + odd]))), 0)[5:10] == odd


def test_line_ends_within_a_cell_are_made_plain() -> None:
    content = 'UKPRN,First name,Last name\r\n1,"a\r\nb","c\rd"\r\n2,e,f\r\n'
    table = read(content.encode())
    assert table.texts == [["1", "2"], ["a\nb", "e"], ["c\nd", "f"]]
    assert table.row_numbers == [2, 3]


def test_blank_lines_count_as_rows() -> None:
    table = read_text("\n" + TEXT.replace("\r\n", "\n\n") + "\n,,,\n \n")
    assert (table.heading_row_number, table.row_numbers) == (2, [4, 6])


def test_rows_may_be_ragged_and_end_in_separators() -> None:
    table = read_text("UKPRN,First name,Last name,,,\n1,Ann\n2,Bob,Jones,,,,,,,\n3\n,,,\n4,Eve,Fox,,\n")
    assert table.headings == ["UKPRN", "First name", "Last name"]
    assert table.texts == [["1", "2", "3", "4"], ["Ann", "Bob", "", "Eve"], ["", "Jones", "", "Fox"]]
    assert table.row_numbers == [2, 3, 4, 6]


def test_every_cell_is_text_or_blank() -> None:
    table = read_text("UKPRN,First name,Last name\n007,2008-09-01,\n1E5,TRUE,#REF!\n")
    assert table.texts == [["007", "1E5"], ["2008-09-01", "TRUE"], ["", "#REF!"]]
    assert set(b"".join(table.kinds)) == {CellKind.TEXT, CellKind.BLANK}


def test_stray_quotes_within_a_line_are_forgiven() -> None:
    table = read_text('UKPRN,First name,Last name\n1,6" tall,Fox\n2,"Bob" junior,Jones\n3,Eve,"Fox"\n')
    assert table.texts == [["1", "2", "3"], ['6" tall', "Bob junior", "Eve"], ["Fox", "Jones", "Fox"]]


@pytest.mark.parametrize("headings", ['"UKPRN", "First name", "Last name"', "UKPRN, First name, Last name"])
def test_a_space_behind_each_separator_hides_no_quotes(headings: str) -> None:
    table = read_text(f'{headings}\n"1", "Ann, B", "Fox"\n')
    assert table.headings == ["UKPRN", "First name", "Last name"]
    assert row_of(table, 0) == ["1", "Ann, B", "Fox"]


LINES = [",".join(HEADINGS), *[f"{','.join(LEARNER)},,,,,,{row}" for row in range(40)]]


@pytest.mark.parametrize(
    ("row", "old", "new"),
    [
        (3, "Mill", '"Mill'),
        (40, "Mill", '"Mill'),
        (40, ",40", ',"40'),
        (0, "UPN", '"UPN'),
        (3, "Leeds", '"Leeds'),
    ],
)
def test_a_quote_that_is_never_closed_swallows_no_row_in_silence(row: int, old: str, new: str) -> None:
    lines = [*LINES]
    lines[row] = lines[row].replace(old, new).replace(",39", ',"40') if old == ",40" else lines[row].replace(old, new)
    assert lines[row] != LINES[row]
    assert refusal_of("\n".join(lines).encode()) == "file_damaged"


@pytest.mark.parametrize("apart", [1, 2, 20])
def test_two_stray_quotes_swallow_no_row_in_silence(apart: int) -> None:
    lines = [*LINES]
    lines[5] = lines[5].replace("Mill Lane", '"Mill Lane')
    lines[5 + apart] = lines[5 + apart].replace("Leeds", 'Leeds"')
    assert refusal_of("\n".join(lines).encode()) == "file_damaged"


def test_quoted_cells_behind_an_open_quote_do_not_hide_it() -> None:
    lines = [line.replace("Mill Lane", '"Mill Lane"') for line in LINES]
    lines[5] = lines[5].replace('"Mill Lane"', '"Mill Lane')
    assert refusal_of("\n".join(lines).encode()) == "file_damaged"


def test_a_cell_larger_than_any_is_damaged() -> None:
    assert refusal_of((TEXT + "1,Ann," + "x" * 200_000).encode()) == "file_damaged"


def test_a_line_of_too_many_cells_is_too_wide() -> None:
    assert refusal_of((TEXT + "1," * 20_000).encode()) == "file_too_wide"
    assert refusal_of((TEXT + "1," * 300).encode()) == "file_too_wide"


def test_more_rows_than_a_sheet_has_are_too_many() -> None:
    assert refusal_of((TEXT + "1,a,b\n" * 100).encode(), ReadingLimits(row_count=100)) == "file_too_spread"


def test_too_many_rows_are_told_with_how_far_they_reach() -> None:
    with pytest.raises(RefusedError) as refused:
        read_text(TEXT + "1,a,b,c\n" * 100, limits=ReadingLimits(row_count=100))
    assert refused.value.words == {"row_count": 101, "column_count": 4}


def test_a_wide_row_over_many_does_not_fill_the_memory() -> None:
    assert refusal_of((TEXT + "1\n" * 10_000 + "x," * 16_000 + "x\n").encode()) == "file_too_spread"


def test_a_long_text_takes_no_long_time() -> None:
    rows: list[list[Any]] = [HEADINGS, *[[*LEARNER, "0123456789", "", "", "", "", "x", "y"]] * 65_535]
    content = make_csv(Sheet(rows))
    started = time.monotonic()
    assert read(content).row_count == 65_535
    assert time.monotonic() - started < 15  # 1 s on an idle machine


@pytest.mark.parametrize("cut", [6, 12, 30])
def test_a_text_cut_off_within_its_last_row_is_damaged(cut: int) -> None:
    content = make_csv(Sheet([HEADINGS, *[[*LEARNER, "", "", "", "", "", "", "Irish"]] * 4])).rstrip()
    assert read(content).row_count == 4
    assert refusal_of(content[:-cut]) == "file_damaged"


def test_a_short_last_row_with_a_line_end_or_among_other_short_rows_is_no_cut() -> None:
    rows = [[*LEARNER, "", "", "", "", "", "", "Irish"]] * 3
    assert read(make_csv(Sheet([HEADINGS, *rows, LEARNER]))).row_count == 4
    assert read(make_csv(Sheet([HEADINGS, *rows, LEARNER, LEARNER])).rstrip()).row_count == 5


def test_a_text_written_as_a_formula_to_keep_its_zeros_is_that_text() -> None:
    table = read_text('UKPRN,First name,Last name,CCIS\n10001234,Ann,Lee,="000417"\n10001234,Bo,"=""x""",1\n')
    assert table.texts[2:] == [["Lee", "x"], ["000417", "1"]]
