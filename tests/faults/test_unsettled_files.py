"""Files that are not finished yet, or change under our hands, and clocks that do."""

import shutil
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from records.database import Database
from records.tables import ImportStatus, LearnerImport
from tests.faults.conftest import MakePlace
from tests.faults.jobs import COLLECT, EVERYTHING, Job
from tests.faults.ledger import reckon
from tests.faults.place import Place
from tests.faults.recovery import LATER_SECONDS, read_log, settle
from tests.faults.stem import Stem
from tests.faults.workbooks import PutIn, write_workbook

STABLE_SECONDS = 0.4
ONE_KIND = pytest.mark.parametrize("database_kind", ["sqlite"])


def read_imports(place: Place) -> list[LearnerImport]:
    database = Database(place.database_url)
    with database.read() as session:
        imports = list(session.scalars(select(LearnerImport).order_by(LearnerImport.id)))
    database.close()
    return imports


def make_aside(place: Place, name: str) -> tuple[PutIn, Path]:
    path = place.home / name
    return write_workbook(path, place.ukprns[0]), path


def watch(stem: Stem, place: Place, *, seconds: float) -> int:
    return stem.start(Job(place.settings, parts=(COLLECT,), rounds=int(seconds / 0.05), pause_seconds=0.05))


@ONE_KIND
def test_a_file_that_grows_is_taken_when_it_is_whole(stem: Stem, make_place: MakePlace) -> None:
    place = make_place(stable_seconds=STABLE_SECONDS)
    put_in, aside = make_aside(place, "growing.xlsx")
    content = aside.read_bytes()
    pid = watch(stem, place, seconds=3)
    with (place.drop_folder / place.ukprns[0] / "growing.xlsx").open("wb", buffering=0) as file:
        for start in range(0, len(content), len(content) // 12 + 1):
            file.write(content[start : start + len(content) // 12 + 1])
            time.sleep(0.1)
    aside.unlink()
    assert stem.wait(pid) == 0
    place.put_ins.append(put_in)
    (only,) = read_imports(place)
    assert only.sha256 == put_in.sha256
    settle(stem, place)


@ONE_KIND
def test_a_file_is_not_taken_while_its_writer_keeps_it_open_and_says_nothing(stem: Stem, place: Place) -> None:
    put_in, aside = make_aside(place, "paused.xlsx")
    content = aside.read_bytes()
    aside.unlink()
    place.put_ins.append(put_in)
    with (place.drop_folder / place.ukprns[0] / "paused.xlsx").open("wb", buffering=0) as file:
        file.write(content[: len(content) // 2])
        assert stem.run(Job(place.settings, rounds=2)) == 0
        assert read_imports(place) == []
        file.write(content[len(content) // 2 :])
    settle(stem, place)


@ONE_KIND
def test_a_file_whose_writer_closes_it_and_comes_back_is_never_loaded_in_part(stem: Stem, place: Place) -> None:
    _, aside = make_aside(place, "paused.xlsx")
    content = aside.read_bytes()
    aside.unlink()
    (place.drop_folder / place.ukprns[0] / "paused.xlsx").write_bytes(content[: len(content) // 2])
    assert stem.run(Job(place.settings)) == 0
    (only,) = read_imports(place)
    assert (only.status, only.file_bytes) == (ImportStatus.UNSUCCESSFUL, len(content) // 2)
    assert reckon(place).complaints == []


@ONE_KIND
def test_of_a_file_that_is_replaced_again_and_again_each_version_taken_is_whole_and_the_last_is_loaded(
    stem: Stem, place: Place
) -> None:
    pid = watch(stem, place, seconds=1)
    versions = []
    for number in range(10):
        put_in, aside = make_aside(place, f"version-{number}.part")
        aside.replace(place.drop_folder / place.ukprns[0] / "learners.xlsx")
        versions.append(put_in)
        time.sleep(0.01)
    assert stem.wait(pid) == 0
    # On a busy machine the last comes after the watch, and a look may have no time for it.
    assert stem.run(Job(place.settings, parts=(COLLECT,), rounds=5)) == 0
    taken = [done.sha256 for done in read_imports(place)]
    assert len(taken) == len(set(taken)) > 1
    assert set(taken) <= {version.sha256 for version in versions}
    assert taken[-1] == versions[-1].sha256
    place.put_ins += [version for version in versions if version.sha256 in taken]
    settle(stem, place)


@ONE_KIND
def test_a_file_written_over_while_it_is_copied_is_looked_at_again(stem: Stem, make_place: MakePlace) -> None:
    """Its writer keeps it open, and writes the second half while the first is being copied."""
    place = make_place()
    put_in, aside = make_aside(place, "large.xlsx")
    content = aside.read_bytes()
    target = place.drop_folder / place.ukprns[0] / "large.xlsx"
    with target.open("wb", buffering=0) as file:
        file.write(content[: len(content) // 2])
        job = Job(place.settings, parts=(COLLECT,), rounds=2, copy_seconds=1.0)
        pid = stem.start(job)
        time.sleep(0.4)
        file.write(content[len(content) // 2 :])
    assert stem.wait(pid) == 0, read_log(job)
    aside.unlink()
    place.put_ins.append(put_in)
    settle(stem, place)


@ONE_KIND
def test_a_clock_that_steps_back_makes_files_wait_and_doubles_nothing(stem: Stem, place: Place) -> None:
    place.put_in()
    assert stem.run(Job(place.settings, parts=(COLLECT,))) == 0
    place.put_in()
    assert stem.run(Job(place.settings, parts=EVERYTHING, ahead_seconds=-LATER_SECONDS)) == 0
    reckoning = reckon(place)
    assert reckoning.complaints == []
    settle(stem, place)


@ONE_KIND
def test_the_same_bytes_dropped_again_are_loaded_once(stem: Stem, place: Place) -> None:
    put_in = place.put_in()
    copy = place.home / "again.xlsx"
    shutil.copy(place.drop_folder / put_in.ukprn / put_in.file_name, copy)
    assert stem.run(Job(place.settings)) == 0
    copy.replace(place.drop_folder / put_in.ukprn / "again.xlsx")
    assert stem.run(Job(place.settings)) == 0
    first, second = read_imports(place)
    assert second.repeats_import_id == first.id
    assert (first.created_count, second.created_count) == (4, 0)
