"""What goes back to a provider's folder: a receipt that tells what to do, and a spreadsheet another program opens."""

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from intake.outcomes import find_unreturned, return_outcome
from records.database import Database
from records.tables import ImportFinding, ImportSource, ImportStatus, LearnerImport, Provider

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MESSAGE = "Write Female, Male, Not known or Not specified, or leave the cell blank."


def add_import(database: Database, provider: Provider, status: ImportStatus, **values: object) -> int:
    with database.write() as session:
        learner_import = LearnerImport(
            provider_id=provider.id,
            source=ImportSource.FOLDER,
            requested_at=NOON,
            processed_at=NOON,
            file_name="our learners.xls",
            file_bytes=12345,
            sha256="ab" * 32,
            storage_name=f"storage-{status}",
            status=status,
            **values,
        )
        session.add(learner_import)
        session.flush()
        return learner_import.id


def add_findings(database: Database, import_id: int, count: int, *, value: str = "Femal") -> None:
    with database.write() as session:
        session.add_all(
            ImportFinding(
                import_id=import_id,
                rule="gender_unknown",
                severity="error",
                row_number=number,
                column="Gender",
                cell=f"P{number}",
                message=MESSAGE,
                suggestion="Female",
                value=value,
            )
            for number in range(2, 2 + count)
        )


@pytest.fixture
def drop_folder(tmp_path: Path) -> Path:
    return tmp_path / "drop"


def give_back(database: Database, import_id: int, drop_folder: Path) -> list[Path]:
    return return_outcome(database, import_id, drop_folder=drop_folder, now=lambda: NOON)


def test_a_refused_file_comes_back_as_receipt_and_spreadsheet(
    database: Database, provider: Provider, drop_folder: Path
) -> None:
    import_id = add_import(database, provider, ImportStatus.UNSUCCESSFUL, row_count=3, error_count=3)
    add_findings(database, import_id, 3)
    workbook, receipt = give_back(database, import_id, drop_folder)
    assert workbook.parent == receipt.parent == drop_folder / provider.ukprn / "outcomes"
    text = receipt.read_text(encoding="utf-8")
    assert f"Import {import_id} for Northfield Sixth Form (UKPRN 10001234): unsuccessful" in text
    assert "Nothing was loaded" in text and workbook.name in text
    assert "our learners.xls" in text and "12,345 bytes" in text and "ab" * 32 in text
    assert "Error. Gender, rows 2 to 4: Write Female, Male, Not known" in text
    assert "Femal\n" not in text
    book = openpyxl.load_workbook(workbook)
    assert [cell.value for cell in book["Causes"][2]] == ["Error", 3, "Gender, rows 2 to 4", MESSAGE]
    assert [cell.value for cell in book["Findings"][3]] == ["Error", 3, "P3", "Gender", MESSAGE, "Female", "Femal"]
    assert book["Findings"].max_row == 4


@pytest.mark.parametrize("value", ["=1+1", "=cmd|' /C calc'!A0", "+44", "@SUM(1)", "http://example.org"])
def test_no_cell_of_the_spreadsheet_can_run(
    database: Database, provider: Provider, drop_folder: Path, value: str
) -> None:
    import_id = add_import(database, provider, ImportStatus.UNSUCCESSFUL, error_count=1)
    add_findings(database, import_id, 1, value=value)
    workbook, _ = give_back(database, import_id, drop_folder)
    cell = openpyxl.load_workbook(workbook)["Findings"]["G2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (value, "s", None)


@pytest.mark.parametrize(
    ("status", "values", "sentence"),
    [
        (ImportStatus.SUCCESSFUL, {"row_count": 2, "created_count": 2}, "Nothing more to do."),
        (ImportStatus.FAILED, {}, "The fault is ours and nothing was loaded."),
    ],
)
def test_without_findings_only_a_receipt_comes_back(
    database: Database,
    provider: Provider,
    drop_folder: Path,
    status: ImportStatus,
    values: dict[str, int],
    sentence: str,
) -> None:
    import_id = add_import(database, provider, status, **values)
    (receipt,) = give_back(database, import_id, drop_folder)
    assert sentence in receipt.read_text(encoding="utf-8")


def test_a_repeated_file_is_told_as_already_imported(database: Database, provider: Provider, drop_folder: Path) -> None:
    first = add_import(database, provider, ImportStatus.UNSUCCESSFUL)
    again = add_import(database, provider, ImportStatus.SUCCESSFUL, repeats_import_id=first)
    (receipt,) = give_back(database, again, drop_folder)
    assert receipt.name == f"import-{again}-already-imported.txt"
    assert f"the same bytes as import {first}" in receipt.read_text(encoding="utf-8")


def test_an_outcome_is_unreturned_until_it_is_returned_and_twice_makes_no_second_copy(
    database: Database, provider: Provider, drop_folder: Path
) -> None:
    import_id = add_import(database, provider, ImportStatus.SUCCESSFUL)
    add_import(database, provider, ImportStatus.PROCESSING)
    assert find_unreturned(database) == [import_id]
    for _ in range(2):
        (receipt,) = give_back(database, import_id, drop_folder)
    assert [path.name for path in receipt.parent.iterdir()] == [receipt.name]
    assert find_unreturned(database) == []
    with database.read() as session:
        assert session.scalars(select(LearnerImport.outcome_returned_at).order_by(LearnerImport.id)).all() == [
            NOON,
            None,
        ]
