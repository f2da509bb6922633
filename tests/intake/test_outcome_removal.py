"""Clearing `outcomes/`: our own files, of imports whose time has come, and nothing else."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake.locations.addresses import parse_locations
from intake.locations.places import DropPlaces, LocationGoneError
from intake.outcome_removal import remove_old_outcomes
from intake.outcomes import return_outcome
from records.database import Database
from records.tables import ImportStatus, LearnerImport, Provider
from tests.conftest import UKPRN
from tests.intake.test_outcomes import add_import

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=31)


def give_back(database: Database, import_id: int, places: DropPlaces) -> list[str]:
    return return_outcome(database, import_id, places=places, find_table=lambda _: None, now=lambda: NOON)


def test_only_our_own_files_of_old_imports_go(database: Database, provider: Provider, tmp_path: Path) -> None:
    places, outcomes = DropPlaces(tmp_path / "drop"), tmp_path / "drop" / UKPRN / "outcomes"
    old = add_import(database, provider, ImportStatus.SUCCESSFUL)
    young = add_import(database, provider, ImportStatus.FAILED)
    names = [give_back(database, import_id, places)[0] for import_id in (old, young)]
    with database.write() as session:
        session.get_one(LearnerImport, young).outcome_returned_at = LATER
    victim = tmp_path / "victim"
    victim.write_text("ours")
    (outcomes / f"import-{old}-failed.txt").symlink_to(victim)
    for name in ("import-1.txt", f"import-{old}-successful-marked-up (corrected).xlsx", "notes.txt"):
        (outcomes / name).write_text("the provider's")
    half = outcomes / f".import-{old}-successful.txt.0123.part"
    half.write_text("half")
    os.utime(half, (0, 0))
    before = {path.name for path in outcomes.iterdir()}
    assert remove_old_outcomes(database, places, before=LATER, now=LATER) == 1
    assert before - {path.name for path in outcomes.iterdir()} == {names[0], half.name}
    assert victim.read_text() == "ours"
    assert remove_old_outcomes(database, places, before=LATER, now=LATER) == 0
    with database.read() as session:
        assert session.get_one(LearnerImport, old).outcome_removed_at == LATER
        assert session.get_one(LearnerImport, young).outcome_removed_at is None


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_folder_that_was_taken_away_counts_as_cleared(database: Database, provider: Provider, tmp_path: Path) -> None:
    import_id = add_import(database, provider, ImportStatus.SUCCESSFUL, outcome_returned_at=NOON)
    assert remove_old_outcomes(database, DropPlaces(tmp_path / "drop"), before=LATER, now=LATER) == 1
    with database.read() as session:
        assert session.get_one(LearnerImport, import_id).outcome_removed_at == LATER


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_failed_receipt_goes_when_the_import_succeeds_later(
    database: Database, provider: Provider, tmp_path: Path
) -> None:
    places = DropPlaces(tmp_path / "drop")
    import_id = add_import(database, provider, ImportStatus.FAILED)
    give_back(database, import_id, places)
    with database.write() as session:
        session.get_one(LearnerImport, import_id).status = ImportStatus.SUCCESSFUL
    (receipt,) = give_back(database, import_id, places)
    assert [path.name for path in (tmp_path / "drop" / UKPRN / "outcomes").iterdir()] == [receipt]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_outcome_goes_where_its_file_came_from_or_nowhere(
    database: Database, provider: Provider, tmp_path: Path
) -> None:
    (tmp_path / "share" / UKPRN).mkdir(parents=True)
    shares = parse_locations(str(tmp_path / "share"), home=tmp_path / "drop")
    import_id = add_import(database, provider, ImportStatus.SUCCESSFUL, drop_location=shares[0].address)
    with pytest.raises(LocationGoneError):
        give_back(database, import_id, DropPlaces(tmp_path / "drop"))
    (name,) = give_back(database, import_id, DropPlaces(tmp_path / "drop", shares))
    assert (tmp_path / "share" / UKPRN / "outcomes" / name).exists()
    assert not (tmp_path / "drop").exists()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nothing_is_written_where_a_share_is_to_be_mounted(
    database: Database, provider: Provider, tmp_path: Path
) -> None:
    """Its mount point is an empty folder of this machine meanwhile."""
    share = tmp_path / "share"
    share.mkdir()
    shares = parse_locations(str(share), home=tmp_path / "drop")
    import_id = add_import(database, provider, ImportStatus.SUCCESSFUL, drop_location=shares[0].address)
    with pytest.raises(FileNotFoundError):
        give_back(database, import_id, DropPlaces(tmp_path / "drop", shares))
    assert list(share.iterdir()) == []
    with database.read() as session:
        assert session.get_one(LearnerImport, import_id).outcome_returned_at is None, "it is tried again"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_receipt_of_a_file_too_large_to_be_taken_says_that_it_is_not_kept(
    database: Database, provider: Provider, tmp_path: Path
) -> None:
    import_id = add_import(database, provider, ImportStatus.UNSUCCESSFUL, sha256="", error_count=1)
    (name,) = give_back(database, import_id, DropPlaces(tmp_path))
    text = " ".join((tmp_path / UKPRN / "outcomes" / name).read_text().split())
    assert "it was removed from your folder unread and no copy is kept" in text
    assert "not computed" in text
