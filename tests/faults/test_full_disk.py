"""No space left: for originals, for outcomes, for the database. What waits is done once there is room again."""

from pathlib import Path

import pytest

from tests.faults.conftest import MakePlace
from tests.faults.full_disk import mount_small_disk
from tests.faults.jobs import Job
from tests.faults.ledger import reckon
from tests.faults.place import Place
from tests.faults.recovery import LATER_SECONDS, settle
from tests.faults.stem import Stem
from tests.faults.workbooks import REFUSED


def work_patiently(stem: Stem, place: Place) -> None:
    assert stem.run(Job(place.settings, rounds=2, is_patient=True)) == 0
    assert reckon(place).complaints == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_files_wait_while_there_is_no_room_for_their_originals(
    stem: Stem, make_place: MakePlace, tmp_path: Path
) -> None:
    with mount_small_disk(tmp_path / "home") as disk:
        place = make_place()
        place.put_in()
        place.put_in(expected=REFUSED)
        assert stem.run(Job(place.settings, parts=())) == 0  # the first start makes the key
        disk.fill()
        work_patiently(stem, place)
        assert reckon(place).waiting == 8
        disk.free()
        settle(stem, place)


@pytest.mark.parametrize("database_kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_an_outcome_is_returned_once_there_is_room_for_it(stem: Stem, place: Place) -> None:
    with mount_small_disk(place.drop_folder / place.ukprns[0] / "outcomes") as disk:
        disk.fill()
        place.put_in()
        place.put_in(expected=REFUSED)
        work_patiently(stem, place)
        disk.free()
        settle(stem, place)


def test_a_load_that_the_database_has_no_room_for_is_done_later(
    stem: Stem, tmp_path: Path, sqlite_template: Path
) -> None:
    with mount_small_disk(tmp_path / "small") as disk:
        path = disk.folder / "learners.db"
        path.write_bytes(sqlite_template.read_bytes())
        place = Place(tmp_path / "home", f"sqlite:///{path}", attempt_limit=100)
        place.put_in(row_count=400)
        disk.fill()
        assert stem.run(Job(place.settings, rounds=2, is_patient=True)) in (0, 1)  # SQLite may not even open
        disk.free()
        settle(stem, place, ahead_seconds=LATER_SECONDS)
