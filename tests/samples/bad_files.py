"""Files that no learner can be loaded from, each made anew in a given folder, with the rules it may be refused by."""

import io
import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msoffcrypto

from data.samples.case import NORTHFIELD, RIVERSIDE, TEMPLATE
from data.samples.people import make_learners
from data.samples.sheets import Row, write_workbook
from tests.samples.encrypted_xls import encrypt_xls

PASSWORD = "open sesame"
FIRST_SERIAL = 5000  # beyond the samples' learners
PNG = bytes.fromhex(  # one black point
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63600000000200"
    "0148afa4710000000049454e44ae426082"
)
LIST_OF_LEARNERS = (
    "UKPRN,First name,Last name,Postcode\r\n10001234,Keira,Clarke,NN1 5QZ\r\n10001234,Emre,Cox,NN1 5QZ\r\n"
)
LETTER = "Dear colleague,\n\nplease find our learners, as promised, in the other file.\n"
WEB_PAGE = f"<html><body><table><tr><td>{'</td><td>'.join(LIST_OF_LEARNERS.split(','))}</td></tr></table></body></html>"


class BadFile(NamedTuple):
    """A bad file: its name, what writes it, and the rules of which its findings must name one, and none beside it."""

    name: str
    write: Callable[[Path], object]
    rules: frozenset[str]


def _bad(name: str, write: Callable[[Path], object], *rules: str) -> BadFile:
    return BadFile(name, write, frozenset(rules))


def write_learners(path: Path, *, ukprn: str = NORTHFIELD, count: int = 200) -> None:
    """Write a good workbook of so many learners."""
    write_workbook(path, TEMPLATE, make_learners(ukprn, FIRST_SERIAL, count), from_1904=False)


def write_random_bytes(path: Path) -> None:
    """Write noise."""
    path.write_bytes(random.Random(7).randbytes(20_000))


def write_protected_xlsx(path: Path) -> None:
    """Write an .xlsx that opens with `PASSWORD` only."""
    write_learners(path, count=5)
    plain = io.BytesIO(path.read_bytes())
    with path.open("wb") as file:
        msoffcrypto.OfficeFile(plain).encrypt(PASSWORD, file)


def write_protected_xls(path: Path) -> None:
    """Write an .xls that opens with `PASSWORD` only."""
    write_learners(path, count=5)
    path.write_bytes(encrypt_xls(path.read_bytes(), PASSWORD))


def write_protected_ods(path: Path) -> None:
    """Write what of an .ods with a password can be seen from outside: its manifest."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", random.Random(7).randbytes(5000))
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest><file-entry full-path="/" media-type="{kind}"/><file-entry full-path="content.xml">'
            "<encryption-data/></file-entry></manifest>",
        )


def write_cut_off(path: Path) -> None:
    """Write the first half of a good workbook, as a broken transfer leaves it."""
    write_learners(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def write_tail_of_zeros(path: Path) -> None:
    """Write a good workbook whose second half is zeros, as a share that lost its connection leaves it."""
    write_learners(path)
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes(content[:half] + bytes(len(content) - half))


def write_no_rows(path: Path) -> None:
    """Write a workbook with headings only."""
    write_learners(path, count=0)


def write_no_headings(path: Path) -> None:
    """Write a workbook whose learners begin in the first row."""
    first, *others = make_learners(NORTHFIELD, FIRST_SERIAL, 6)
    write_workbook(path, [(str(cell), name) for name, cell in first.items()], others, from_1904=False)


def write_blank_sheet(path: Path) -> None:
    """Write a workbook with nothing on its sheet."""
    rows: list[Row] = []
    write_workbook(path, [], rows, from_1904=False)


def write_other_zip(path: Path) -> None:
    """Write a zip archive that is no workbook."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("learners.csv", LIST_OF_LEARNERS)


BAD_FILES = (
    _bad("random-bytes.xls", write_random_bytes, "file_not_spreadsheet"),
    _bad("picture.xls", lambda path: path.write_bytes(PNG), "file_not_spreadsheet", "file_other_format"),
    _bad("picture.xlsx", lambda path: path.write_bytes(PNG), "file_not_spreadsheet", "file_other_format"),
    _bad("zip.xlsx", write_other_zip, "file_not_spreadsheet", "file_other_format"),
    _bad("empty.xls", lambda path: path.touch(), "file_empty"),
    _bad("empty.xlsx", lambda path: path.touch(), "file_empty"),
    _bad("web-page.xls", lambda path: path.write_text(WEB_PAGE), "file_html"),
    _bad("letter.csv", lambda path: path.write_text(LETTER), "file_not_spreadsheet"),
    _bad("list.json", lambda path: path.write_text(json.dumps(LIST_OF_LEARNERS.splitlines())), "file_not_spreadsheet"),
    _bad("open-quote.csv", lambda path: path.write_text(LIST_OF_LEARNERS.replace("Emre", '"Emre')), "file_damaged"),
    _bad("no-headings.csv", lambda path: path.write_text(LIST_OF_LEARNERS.partition("\n")[2]), "file_no_headings"),
    _bad("no-rows.csv", lambda path: path.write_text(LIST_OF_LEARNERS.partition("\n")[0]), "file_no_rows"),
    _bad("protected.ods", write_protected_ods, "file_password_protected"),
    _bad("protected.xls", write_protected_xls, "file_password_protected"),
    _bad("protected.xlsx", write_protected_xlsx, "file_password_protected"),
    _bad("cut-off.xls", write_cut_off, "file_damaged"),
    _bad("cut-off.xlsx", write_cut_off, "file_damaged"),
    _bad("tail-of-zeros.xls", write_tail_of_zeros, "file_damaged"),
    _bad("tail-of-zeros.xlsx", write_tail_of_zeros, "file_damaged"),
    _bad("no-rows.xls", write_no_rows, "file_no_rows"),
    _bad("no-rows.xlsx", write_no_rows, "file_no_rows"),
    _bad("no-headings.xls", write_no_headings, "file_no_headings"),
    _bad("blank-sheet.xls", write_blank_sheet, "file_no_headings", "file_no_rows"),
    _bad("other-provider.xls", lambda path: write_learners(path, ukprn=RIVERSIDE, count=5), "ukprn_other_provider"),
)
