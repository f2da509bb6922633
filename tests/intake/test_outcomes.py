"""What goes back to a provider's folder: a receipt that tells what to do, and the workbook marked up."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

import schemas.marked_up
from intake.locations.places import DropPlaces
from intake.outcomes import GRACE, FindTable, find_unreturned, return_outcome
from records.database import Database
from records.tables import ImportFinding, ImportSource, ImportStatus, LearnerImport, Provider
from schemas.table import SheetTable
from tests.conftest import UKPRN
from tests.schemas.sheets import make_sheet

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MESSAGE = "Write Female, Male, Not known or Not specified, or leave the cell blank."


def add_import(database: Database, provider: Provider, status: ImportStatus, **values: object) -> int:
    with database.write() as session:
        learner_import = LearnerImport(
            provider_id=provider.id,
            source=ImportSource.FOLDER,
            requested_at=NOON,
            processed_at=NOON,
            file_bytes=12345,
            storage_name=f"storage-{status}",
            status=status,
            **{"file_name": "our learners.xls", "sha256": "ab" * 32} | values,
        )
        session.add(learner_import)
        session.flush()
        return learner_import.id


def add_findings(database: Database, import_id: int, count: int, *, severity: str = "error") -> None:
    with database.write() as session:
        session.add_all(
            ImportFinding(
                import_id=import_id,
                rule="gender_unknown",
                severity=severity,
                row_number=number,
                column="Gender",
                cell=f"P{number}",
                message=MESSAGE,
                suggestion="Female",
                value="Femal",
            )
            for number in range(2, 2 + count)
        )


@pytest.fixture
def drop_folder(tmp_path: Path) -> Path:
    return tmp_path / "drop"


def give_back(
    database: Database, import_id: int, drop_folder: Path, find_table: FindTable = lambda _: None
) -> list[Path]:
    places = DropPlaces(drop_folder)
    names = return_outcome(database, import_id, places=places, find_table=find_table, now=lambda: NOON)
    return [drop_folder / UKPRN / "outcomes" / name for name in names]


def make_table(*genders: str) -> SheetTable:
    return make_sheet(*({"gender": gender} for gender in genders))


def test_a_refused_file_comes_back_as_receipt_and_marked_up_workbook(
    database: Database, provider: Provider, drop_folder: Path
) -> None:
    import_id = add_import(database, provider, ImportStatus.UNSUCCESSFUL, row_count=3, error_count=3)
    add_findings(database, import_id, 3)
    table = make_table("Femal", "Femal", "Femal")
    workbook, receipt = give_back(database, import_id, drop_folder, lambda _: table)
    assert workbook.parent == receipt.parent == drop_folder / provider.ukprn / "outcomes"
    assert workbook.name == f"import-{import_id}-unsuccessful-marked-up.xlsx"
    text = receipt.read_text(encoding="utf-8")
    assert f"Import {import_id} for Northfield Sixth Form (UKPRN 10001234): unsuccessful" in text
    assert "Nothing was loaded" in text and workbook.name in text
    assert "our learners.xls" in text and "12,345 bytes" in text and "ab" * 32 in text
    assert "Received:   23 November 2026 at 12:00" in text and "3 errors, 0 warnings" in text
    assert text.index("One cause explains all 3 errors.") < text.index("Error. Gender, rows 2 to 4: Write Female, Male")
    assert "Femal\n" not in text
    book = openpyxl.load_workbook(workbook)
    assert book["What to correct"]["A1"].value == "What to correct in our learners.xls"
    assert book["Learners"]["P3"].comment.text == f"Error: {MESSAGE}\nWrite instead: Female"
    assert {path.name for path in workbook.parent.iterdir()} == {workbook.name, receipt.name}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_warnings_of_what_is_loaded_come_back_marked_too(
    database: Database, provider: Provider, drop_folder: Path
) -> None:
    import_id = add_import(database, provider, ImportStatus.SUCCESSFUL, row_count=1, created_count=1, warning_count=1)
    add_findings(database, import_id, 1, severity="warning")
    table = make_table("Female")
    workbook, receipt = give_back(database, import_id, drop_folder, lambda _: table)
    text = " ".join(receipt.read_text(encoding="utf-8").split())
    assert workbook.name == f"import-{import_id}-successful-marked-up.xlsx"
    assert f"The learners are loaded. Please check the warnings below. {workbook.name} beside this receipt" in text
    assert "drop that workbook in your folder: learners already loaded are updated." in text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_hidden_characters_of_a_file_name_are_written_out(
    database: Database, provider: Provider, drop_folder: Path
) -> None:
    import_id = add_import(database, provider, ImportStatus.SUCCESSFUL, row_count=1, file_name="a\u202eslx.b\n.xls")
    (receipt,) = give_back(database, import_id, drop_folder)
    assert "File:       a[U+202E]slx.b[U+000A].xls\n" in receipt.read_text(encoding="utf-8")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_file_that_could_not_be_read_gets_a_receipt_that_names_no_workbook(
    database: Database, provider: Provider, drop_folder: Path
) -> None:
    import_id = add_import(database, provider, ImportStatus.UNSUCCESSFUL, error_count=1)
    add_findings(database, import_id, 1)
    (receipt,) = give_back(database, import_id, drop_folder)
    text = " ".join(receipt.read_text(encoding="utf-8").split())
    assert "There is no marked-up workbook, because no learners could be read from this file." in text
    assert "Do what is said below and drop the file" in text and ".xlsx" not in text


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("status", [ImportStatus.UNSUCCESSFUL, ImportStatus.SUCCESSFUL])
def test_a_workbook_that_cannot_be_made_keeps_no_receipt_back_and_no_value_gets_into_the_log(
    status: ImportStatus,
    database: Database,
    provider: Provider,
    drop_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    severity = "error" if status == ImportStatus.UNSUCCESSFUL else "warning"
    import_id = add_import(database, provider, status, row_count=1, **{f"{severity}_count": 1})
    add_findings(database, import_id, 1, severity=severity)

    def break_down(*_: object, **__: object) -> None:
        raise ValueError("Canary")

    monkeypatch.setattr(schemas.marked_up, "write_marked_up", break_down)
    table = make_table("Femal")
    (receipt,) = give_back(database, import_id, drop_folder, lambda _: table)
    assert [path.name for path in receipt.parent.iterdir()] == [receipt.name]
    text = " ".join(receipt.read_text(encoding="utf-8").split())
    assert "There is no marked-up workbook: this time none could be made, which is no fault of yours." in text
    assert "in your own file" in text
    assert f"import {import_id}: no marked-up workbook: ValueError" in caplog.text and "Canary" not in caplog.text


@pytest.mark.parametrize("database_kind", ["sqlite"])
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


@pytest.mark.parametrize("database_kind", ["sqlite"])
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
    later = NOON + GRACE + timedelta(seconds=1)
    assert [one.import_id for one in find_unreturned(database, now=later)] == [import_id]
    assert find_unreturned(database, now=NOON + GRACE) == []  # whoever processed it may be at it
    for _ in range(2):
        (receipt,) = give_back(database, import_id, drop_folder)
    assert [path.name for path in receipt.parent.iterdir()] == [receipt.name]
    assert find_unreturned(database, now=later) == []
    with database.read() as session:
        assert session.scalars(select(LearnerImport.outcome_returned_at).order_by(LearnerImport.id)).all() == [
            NOON,
            None,
        ]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_link_in_place_of_the_outcomes_folder_is_not_followed(
    database: Database, provider: Provider, drop_folder: Path, tmp_path: Path
) -> None:
    import_id = add_import(database, provider, ImportStatus.SUCCESSFUL)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder = drop_folder / provider.ukprn
    folder.mkdir(parents=True)
    (folder / "outcomes").symlink_to(elsewhere)
    with pytest.raises(NotADirectoryError):
        give_back(database, import_id, drop_folder)
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_link_under_the_name_of_a_receipt_is_replaced_and_what_it_leads_to_left_alone(
    database: Database, provider: Provider, drop_folder: Path, tmp_path: Path
) -> None:
    import_id = add_import(database, provider, ImportStatus.SUCCESSFUL)
    victim = tmp_path / "victim"
    victim.write_text("ours")
    outcomes = drop_folder / provider.ukprn / "outcomes"
    outcomes.mkdir(parents=True)
    receipt = outcomes / f"import-{import_id}-successful.txt"
    receipt.symlink_to(victim)
    give_back(database, import_id, drop_folder)
    assert victim.read_text() == "ours"
    assert not receipt.is_symlink()
    assert f"Import {import_id}" in receipt.read_text()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_a_killed_process_left_half_written_is_cleared_away_later(
    database: Database, provider: Provider, drop_folder: Path
) -> None:
    import_id = add_import(database, provider, ImportStatus.SUCCESSFUL)
    outcomes = drop_folder / provider.ukprn / "outcomes"
    outcomes.mkdir(parents=True)
    old, young = (outcomes / f".import-{import_id}-successful.txt.{name}.part" for name in ("old", "young"))
    old.write_text("half")
    os.utime(old, (0, 0))
    young.write_text("half")
    give_back(database, import_id, drop_folder)
    assert not old.exists()
    assert young.exists()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_sheet_that_cannot_be_had_just_now_leaves_the_outcome_for_later(
    database: Database, provider: Provider, drop_folder: Path
) -> None:
    import_id = add_import(database, provider, ImportStatus.UNSUCCESSFUL, row_count=3, error_count=1)
    add_findings(database, import_id, 1)

    def stop(_: LearnerImport) -> SheetTable | None:
        raise OSError("stopped")

    with pytest.raises(OSError, match="stopped"):
        give_back(database, import_id, drop_folder, stop)
    assert [one.import_id for one in find_unreturned(database, now=NOON + 2 * GRACE)] == [import_id]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_workbook_written_before_is_named_in_a_receipt_written_later(
    database: Database, provider: Provider, drop_folder: Path
) -> None:
    import_id = add_import(database, provider, ImportStatus.UNSUCCESSFUL, row_count=3, error_count=1)
    add_findings(database, import_id, 1)
    table = make_sheet({"gender": "Femal"})
    for find_table in (lambda _: table, lambda _: None):
        *_, receipt = give_back(database, import_id, drop_folder, find_table)
        assert f"import-{import_id}-unsuccessful-marked-up.xlsx" in receipt.read_text()
