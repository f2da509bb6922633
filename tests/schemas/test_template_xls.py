"""The .xls made beforehand: how it opens, what it refuses, where the UKPRN is put in, and that it names nobody."""

import struct
from pathlib import Path

import pytest
import xlrd

from schemas.template import make_template
from schemas.template.xls import BLANK, PLACEHOLDER, WITH_PLACEHOLDER
from tests.schemas.template_records import Record, read_drop_downs, read_properties, read_records

SHARED_TEXTS, TEXT_CELL, WRITE_ACCESS = 0x00FC, 0x00FD, 0x005C
WINDOW, SHEET_WINDOW, PANE = 0x003D, 0x023E, 0x0041
IS_FROZEN, IS_SELECTED = 0x0008, 0x0200
AUTHOR, LAST_AUTHOR, MANAGER, COMPANY = 4, 8, 14, 15
ASSETS = [BLANK, WITH_PLACEHOLDER]


def find_record(records: list[Record], place: int) -> Record:
    return next(record for record in records if record.start <= place < record.start + len(record.body))


def test_the_placeholder_stands_once_and_whole_among_the_shared_texts() -> None:
    xls, placeholder = WITH_PLACEHOLDER.read_bytes(), PLACEHOLDER.encode("ascii")
    assert len(placeholder) == 8
    assert xls.count(placeholder) == 1
    assert PLACEHOLDER.encode("utf-16-le") not in xls
    record = find_record(read_records(xls), xls.index(placeholder))
    assert record.code == SHARED_TEXTS
    place = record.body.index(placeholder)
    assert record.body[place - 3 : place] == b"\x08\x00\x00"  # 8 characters, a byte each, no formatting, nothing after


def test_putting_a_ukprn_in_changes_eight_bytes_and_every_cell_that_shows_it() -> None:
    before, after = WITH_PLACEHOLDER.read_bytes(), make_template("xls", "98765432")
    place = before.index(PLACEHOLDER.encode("ascii"))
    assert after == before[:place] + b"98765432" + before[place + 8 :]
    cells = xlrd.open_workbook(file_contents=after).sheet_by_name("Learners").col(0, 1)
    assert [(cell.ctype, cell.value) for cell in cells] == [(xlrd.XL_CELL_TEXT, "98765432")] * 1000


def test_the_blank_one_has_no_ukprn_and_no_placeholder() -> None:
    xls = make_template("xls")
    assert PLACEHOLDER.encode("ascii") not in xls and PLACEHOLDER.encode("utf-16-le") not in xls
    assert xlrd.open_workbook(file_contents=xls).sheet_by_name("Learners").nrows == 1


@pytest.mark.parametrize("asset", ASSETS, ids=lambda path: str(path.stem))
def test_its_lists_refuse_other_values_and_say_what_to_do(asset: Path) -> None:
    drops = list(read_drop_downs(asset.read_bytes()))
    assert len(drops) == 3
    for drop in drops:
        assert drop.refuses_others
        assert drop.error_message.startswith("Choose the ") and "Values allowed" in drop.error_message


@pytest.mark.parametrize("asset", ASSETS, ids=lambda path: str(path.stem))
def test_it_opens_on_the_learners_with_the_headings_frozen(asset: Path) -> None:
    records = read_records(asset.read_bytes())
    (window,) = (record.body for record in records if record.code == WINDOW)
    assert struct.unpack_from("<H", window, 10) == (0,)  # the sheet shown
    flags = [struct.unpack_from("<H", record.body)[0] for record in records if record.code == SHEET_WINDOW]
    assert [bool(flag & IS_SELECTED) for flag in flags] == [True, False, False]
    assert [bool(flag & IS_FROZEN) for flag in flags] == [True, False, True]
    panes = [struct.unpack_from("<4H", record.body) for record in records if record.code == PANE]
    assert panes == [(0, 1, 1, 0)] * 2  # one row, and below it from row 2 on


@pytest.mark.parametrize("asset", ASSETS, ids=lambda path: str(path.stem))
def test_it_names_no_person_machine_or_folder(asset: Path) -> None:
    xls = asset.read_bytes()
    summary = read_properties(xls, "\x05SummaryInformation")
    assert not summary.keys() & {AUTHOR, LAST_AUTHOR}
    assert not read_properties(xls, "\x05DocumentSummaryInformation").keys() & {MANAGER, COMPANY}
    (writer,) = (record.body for record in read_records(xls) if record.code == WRITE_ACCESS)
    assert writer[3:].decode("ascii").strip() == "Calc"  # a program's name
    notes = xlrd.open_workbook(file_contents=xls, formatting_info=True).sheet_by_name("Learners").cell_note_map
    assert {note.author.strip() for note in notes.values()} == {""}
    for sign in ("/home", "/root", "/tmp", "/usr", "file:", "C:\\", "\\Users"):
        assert sign.encode("ascii") not in xls and sign.encode("utf-16-le") not in xls


def test_both_files_are_small() -> None:
    assert BLANK.stat().st_size < 40_000 and WITH_PLACEHOLDER.stat().st_size < 80_000
