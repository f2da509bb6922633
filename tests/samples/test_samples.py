"""The committed samples are what their script makes, are the workbooks they claim to be, and say what must come."""

import csv
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlrd
from openpyxl.utils import coordinate_to_tuple
from stdnum.gb import upn

from data.samples.case import NORTHFIELD, RIVERSIDE, ST_ALDHELM
from data.samples.identifiers import NO_ULN
from data.samples.make_samples import FOLDER, make_cases, write_samples
from data.samples.sheets import Row
from schemas.columns import COLUMN_BY_NAME, COLUMNS
from schemas.diagnosing.year_groups import LEARNERS_LEAST
from schemas.rules import CELL_RULES, DAMAGE_RULES, RULES
from schemas.table import CellKind, SheetTable
from schemas.validation import validate

OLE2_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
CASES = make_cases()
NAMES = [case.file_name for case in CASES]
NOT_WORKBOOKS = ["12-not-a-workbook.xls"]
XLS = [name for name in NAMES if name.endswith(".xls") and name not in NOT_WORKBOOKS]
XLSX = [name for name in NAMES if name.endswith(".xlsx")]


@pytest.fixture(scope="module")
def made_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder)
    return folder


def read_outcome(name: str, folder: Path = FOLDER) -> dict[str, Any]:
    outcome = json.loads((folder / name).with_suffix(".expected.json").read_text(encoding="utf-8"))
    assert isinstance(outcome, dict)
    return outcome


def read_cells(path: Path) -> list[Any]:
    if path.name in NOT_WORKBOOKS:
        return [path.read_bytes()]
    if path.suffix == ".xls":
        book = xlrd.open_workbook(path)
        rows = [[(cell.ctype, cell.value) for cell in row] for row in book.sheet_by_index(0).get_rows()]
        return [book.datemode, *rows]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [[(cell.data_type, cell.number_format, cell.value) for cell in row] for row in sheet.iter_rows()]


def test_the_folder_holds_the_samples_and_nothing_else_of_their_kind() -> None:
    kept = {path.name for path in FOLDER.iterdir() if path.suffix in (".xls", ".xlsx", ".json")}
    assert kept == {*NAMES, *(Path(name).with_suffix(".expected.json").name for name in NAMES)}


@pytest.mark.parametrize("name", NAMES)
def test_the_script_makes_the_committed_sample_again(name: str, made_again: Path) -> None:
    assert read_cells(made_again / name) == read_cells(FOLDER / name)
    outcome = Path(name).with_suffix(".expected.json").name
    assert (made_again / outcome).read_bytes() == (FOLDER / outcome).read_bytes()


@pytest.mark.parametrize("name", XLS)
def test_an_xls_is_a_real_biff8_workbook(name: str) -> None:
    content = (FOLDER / name).read_bytes()
    book = xlrd.open_workbook(file_contents=content)
    assert content.startswith(OLE2_MAGIC)
    assert book.biff_version == 80
    assert book.sheet_by_index(0).nrows > 1


@pytest.mark.parametrize("name", XLSX)
def test_an_xlsx_opens(name: str) -> None:
    assert read_headings(FOLDER / name) == [column.heading for column in COLUMNS]


@pytest.mark.parametrize("name", NAMES)
def test_an_expected_outcome_is_well_formed(name: str) -> None:
    outcome = read_outcome(name)
    with (FOLDER / "providers.csv").open(encoding="utf-8", newline="") as file:
        assert outcome["ukprn"] in {row["UKPRN"] for row in csv.DictReader(file)}
    assert set(outcome["after"]) <= set(NAMES[: NAMES.index(name)])
    loaded = outcome["created_count"] + outcome["updated_count"] + outcome["unchanged_count"]
    is_refused = any(finding["severity"] == "error" for finding in outcome["findings"])
    assert outcome["status"] == ("unsuccessful" if is_refused else "successful")
    assert loaded == (0 if is_refused else outcome["row_count"])


@pytest.mark.parametrize("name", NAMES)
def test_expected_findings_name_a_rule_and_a_cell_under_the_heading_they_name(name: str) -> None:
    findings = read_outcome(name)["findings"]
    places = []
    for finding in findings:
        assert finding["rule"] in RULES
        assert finding["severity"] == RULES[finding["rule"]].severity
        assert finding["column"] in {None, *(column.heading for column in COLUMNS)}
        if finding["cell"] is None:
            assert None in (finding["row_number"], finding["column"])  # on the whole file, or on a whole row
            places.append((finding["row_number"] or 0, 0))
            continue
        row_number, column_number = coordinate_to_tuple(finding["cell"])
        assert row_number == finding["row_number"]
        headings = read_headings(FOLDER / name)
        assert headings[column_number - 1] == finding["column"]
        places.append((row_number, column_number))
    assert places == sorted(places)


def read_headings(path: Path) -> list[str]:
    if path.suffix == ".xls":
        return [str(value) for value in xlrd.open_workbook(path).sheet_by_index(0).row_values(0)]
    return [str(cell.value) for cell in next(iter(openpyxl.load_workbook(path).worksheets[0].iter_rows()))]


def test_every_rule_for_cells_and_rows_of_a_file_is_broken_in_some_sample() -> None:
    broken = {finding["rule"] for name in NAMES for finding in read_outcome(name)["findings"]}
    # Whether year groups are last year's depends on the day that the sample is imported.
    assert {*CELL_RULES, *DAMAGE_RULES} - {"year_groups_behind"} <= broken
    assert {"duplicate_row", "instruction_row", "heading_row_again", "identifier_changed"} <= broken


def test_the_sample_of_errors_breaks_every_rule_that_a_cell_can_break_by_itself() -> None:
    broken = {finding["rule"] for finding in read_outcome("03-every-error.xls")["findings"]}
    by_whole_columns = {
        *("dob_month_first", "dob_ambiguous", "dob_swapped", "leading_zeros_lost", "row_shifted"),
        *("ukprn_other_provider", "ukprn_counted_up", "year_groups_behind"),
    }
    assert broken == {*CELL_RULES, *DAMAGE_RULES, "duplicate_row"} - by_whole_columns


def test_the_sample_of_errors_holds_real_error_cells() -> None:
    cells = [
        cell for row in xlrd.open_workbook(FOLDER / "03-every-error.xls").sheet_by_index(0).get_rows() for cell in row
    ]
    assert [cell.value for cell in cells if cell.ctype == xlrd.XL_CELL_ERROR] == [0x17, 0x2A]


def test_the_typed_sample_holds_real_dates_and_numbers() -> None:
    sheet = xlrd.open_workbook(FOLDER / "04-excel-types.xls").sheet_by_index(0)
    types = {heading.value: sheet.cell_type(1, index) for index, heading in enumerate(sheet.row(0))}
    assert types["Dob"] == xlrd.XL_CELL_DATE
    assert {types[heading] for heading in ("UKPRN", "Learner year group", "Telephone", "ULN", "CCIS")} == {
        xlrd.XL_CELL_NUMBER
    }


def test_the_large_sample_has_the_names_that_schools_have() -> None:
    sheet = xlrd.open_workbook(FOLDER / "02-clean-250.xls").sheet_by_index(0)
    assert sheet.nrows == 251
    names = {*sheet.col_values(2), *sheet.col_values(3)}
    assert {"O'Brien", "Zoë", "Siân", "van der Berg", "Nguyễn", "Ó Súilleabháin", "Łukasz", "Smith-Jones"} <= names
    assert {"D'Arcy", "Madonna", "A", "Bo", "Li"} <= names


def test_learners_of_different_samples_never_share_an_identifier_unless_they_are_meant_to() -> None:
    holders: dict[str, set[str]] = {}
    for case in CASES:
        for row in case.rows:
            for name in ("uln", "upn", "ccis"):
                is_heading = row.get(name) == COLUMN_BY_NAME[name].heading
                if row.get(name) and not is_heading and str(row[name]).removesuffix(".0") != NO_ULN:
                    holders.setdefault(f"{name} {str(row[name]).removesuffix('.0').upper()}", set()).add(case.file_name)
    shared = {frozenset(names) for names in holders.values() if len(names) > 1}
    assert shared == {
        frozenset({"01-clean-small.xls", "08-update.xls"}),
        frozenset({"04-excel-types.xls", "15-dates-from-1904.xls"}),
    }


@pytest.mark.parametrize("name", [name for name in NAMES if read_outcome(name)["status"] == "successful"])
def test_identifiers_of_loaded_learners_have_valid_check_characters(name: str) -> None:
    rows = next(case for case in CASES if case.file_name == name).rows
    for row in rows:
        if row.get("upn"):
            assert upn.validate(str(row["upn"])) == row["upn"]
        uln = str(row.get("uln", "")).removesuffix(".0")
        if uln and uln != NO_ULN:
            remainder = sum(int(digit) * weight for digit, weight in zip(uln[:9], range(10, 1, -1), strict=True)) % 11
            assert remainder + int(uln[9]) == 10


def test_the_providers_are_the_three_of_the_demo() -> None:
    with (FOLDER / "providers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["UKPRN"] for row in rows] == [NORTHFIELD, RIVERSIDE, ST_ALDHELM]
    assert list(rows[0]) == ["UKPRN", "EstablishmentName", "Postcode"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("year", range(2026, 2034))
def test_no_sample_ever_looks_like_last_years_list(name: str, year: int) -> None:
    rows = [row for row in next(case for case in CASES if case.file_name == name).rows if row.get("date_of_birth")]
    if len(rows) >= LEARNERS_LEAST:
        table = make_table(rows)
        found = validate(table, ukprn=NORTHFIELD, today=date(year, 9, 1)).findings
        assert "year_groups_behind" not in [finding.rule for finding in found]


def make_table(rows: Sequence[Row]) -> SheetTable:
    names = ("year_group", "date_of_birth")
    texts = [[str(row.get(name, "")) for row in rows] for name in names]
    kinds = [bytes([CellKind.TEXT]) * len(rows)] * len(names)
    headings = [COLUMN_BY_NAME[name].heading for name in names]
    return SheetTable("Learners", headings, 1, list(range(2, len(rows) + 2)), texts, kinds)
