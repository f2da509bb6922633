"""The template as people use it: filled in, saved by other programs, and read back; or sent blank."""

import shutil
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from schemas.columns import COLUMNS, NAMES
from schemas.findings import FileError
from schemas.reading import read_workbook
from schemas.template import Format, make_template
from schemas.template.notes import NOTES
from schemas.validation import Validated, validate

UKPRN = "10005678"
TODAY = date(2026, 11, 23)
Learner = Mapping[str, str | date]
EXAMPLES: Learner = {name: note.example for name, note in NOTES.items()} | {"ukprn": UKPRN}
FORMATS: tuple[Format, ...] = ("xls", "xlsx")
BARE = {"ukprn": UKPRN, "first_name": "Bo", "last_name": "Nwosu", "postcode": "ZZ99 3WZ"}
OFFICE = shutil.which("soffice")


def write_template(folder: Path, format: Format, ukprn: str | None = None) -> Path:
    path = folder / f"template.{format}"
    path.write_bytes(make_template(format, ukprn))
    return path


def fill(path: Path, *learners: Learner) -> Path:
    """Write learners below the headings of an .xlsx, as a person does: the cells' formats stay."""
    book = load_workbook(path)
    for row, learner in enumerate(learners, start=2):
        for index, column in enumerate(COLUMNS, start=1):
            if column.name in learner:
                book["Learners"].cell(row, index, learner[column.name])
    book.save(path)
    return path


def read(path: Path) -> Validated:
    return validate(read_workbook(path), ukprn=UKPRN, today=TODAY)


def save_as(path: Path, ending: str, folder: Path) -> Path:
    """Open a workbook in LibreOffice and save it in another format."""
    assert OFFICE
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    words = [OFFICE, "--headless", profile, "--convert-to", ending, "--outdir", str(folder / ending), str(path)]
    subprocess.run(words, check=True, capture_output=True, timeout=120)
    return folder / ending / f"{path.stem}.{ending}"


def test_the_examples_of_the_notes_are_a_learner_without_a_fault(tmp_path: Path) -> None:
    validated = read(fill(write_template(tmp_path, "xlsx"), EXAMPLES))
    assert (validated.row_count, validated.findings) == (1, [])
    stored = validated.learners.loc[2].to_dict()
    assert stored == {name: EXAMPLES[name] for name in NAMES[1:]}


def test_dates_typed_into_the_date_column_and_blanks_are_read_as_meant(tmp_path: Path) -> None:
    learners: list[Learner] = [
        BARE | {"date_of_birth": date(2009, 3, 31)},
        BARE | {"first_name": "Cy", "uln": "1000000019"},
    ]
    validated = read(fill(write_template(tmp_path, "xlsx"), *learners))
    assert validated.findings == []
    assert validated.learners["date_of_birth"].tolist() == ["2009-03-31", None]
    assert validated.learners["uln"].tolist() == [None, "1000000019"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_template_sent_blank_has_no_learners(tmp_path: Path, format: Format) -> None:
    with pytest.raises(FileError) as refused:
        read_workbook(write_template(tmp_path, format))
    assert [finding.rule for finding in refused.value.findings] == ["file_no_rows"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_providers_template_sent_blank_has_no_learners_either(tmp_path: Path, format: Format) -> None:
    validated = read(write_template(tmp_path, format, UKPRN))
    assert (validated.row_count, [finding.rule for finding in validated.findings]) == (0, ["file_no_rows"])


def test_in_a_providers_template_the_rows_left_over_are_no_learners(tmp_path: Path) -> None:
    validated = read(fill(write_template(tmp_path, "xlsx", UKPRN), BARE, BARE | {"first_name": "Cy"}))
    assert (validated.row_count, validated.findings) == (2, [])


@pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed")
def test_the_xls_filled_in_and_saved_by_another_program_is_read_as_meant(tmp_path: Path) -> None:
    """openpyxl writes no .xls, so LibreOffice opens the template, and saves it again when it is filled in."""
    filled = fill(save_as(write_template(tmp_path, "xls"), "xlsx", tmp_path), EXAMPLES, BARE)
    validated = read(save_as(filled, "xls", tmp_path))
    assert (validated.row_count, validated.findings) == (2, [])
    assert validated.learners.loc[2].to_dict() == {name: EXAMPLES[name] for name in NAMES[1:]}
