"""Files that somebody still writes to, or swaps, while they are taken: never half of one, never another."""

from pathlib import Path

import pytest

import intake.queueing
from intake.locations.local_tree import LocalTree
from intake.notices import HELD_OPEN, Notice
from intake.storage import PrivateStorage
from records.database import Database
from records.queue import request_import
from tests.conftest import UKPRN
from tests.intake.conftest import Make
from tests.intake.dropping import Clock, collect, drop, read_imports

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


def test_a_file_held_open_for_writing_is_not_complete_and_told_of_after_a_while(
    database: Database, root: Path, make: Make, clock: Clock
) -> None:
    collecting = make()
    with (root / UKPRN / "learners.xls").open("wb") as writer:
        writer.write(b"first half")
        writer.flush()
        assert collect(collecting).import_ids == []
        clock.now += 61
        assert collect(collecting).notices == [Notice(UKPRN, HELD_OPEN)]
        writer.write(b", second half")
    assert len(collect(collecting).import_ids) == 1
    assert [one.file_bytes for one in read_imports(database)] == [23]


def test_a_file_that_goes_on_growing_once_claimed_is_never_taken_for_whole(
    database: Database, root: Path, make: Make, clock: Clock, storage: PrivateStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a share, where nobody can say that a writer holds it open."""
    monkeypatch.setattr(LocalTree, "is_being_written", lambda *_: False)
    collecting = make(stable_seconds=2)
    writer = (root / UKPRN / "learners.xls").open("ab", buffering=0)
    writer.write(b"a")
    collect(collecting)
    clock.now += 2
    keep = PrivateStorage.keep_open

    def keep_while_it_grows(self: PrivateStorage, *args: object, **options: object) -> object:
        stored = keep(self, *args, **options)  # type: ignore[arg-type]
        writer.write(b"b")
        return stored

    with monkeypatch.context() as patched:
        patched.setattr(PrivateStorage, "keep_open", keep_while_it_grows)
        assert collect(collecting).import_ids == []
    clock.now += 1
    writer.write(b"c")
    assert collect(collecting).import_ids == []
    clock.now += 1
    assert collect(collecting).import_ids == []  # it grew while it was to rest
    clock.now += 2
    assert len(collect(collecting).import_ids) == 1
    writer.close()
    (learner_import,) = read_imports(database)
    assert storage.path_of(learner_import.storage_name).read_bytes() == b"abc"


def test_what_is_written_after_the_row_comes_in_as_a_file_of_its_own(
    database: Database, root: Path, make: Make, storage: PrivateStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LocalTree, "is_being_written", lambda *_: False)
    writer = (root / UKPRN / "learners.xls").open("ab", buffering=0)
    writer.write(b"half")
    request, collecting = request_import, make()

    def request_while_it_grows(*args: object, **options: object) -> object:
        writer.write(b" and half")
        monkeypatch.setattr(intake.queueing, "request_import", request)
        return request(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(intake.queueing, "request_import", request_while_it_grows)
    collect(collecting)
    writer.close()
    collect(collecting)
    assert [storage.path_of(one.storage_name).read_bytes() for one in read_imports(database)] == [
        b"half",
        b"half and half",
    ]


def test_a_file_swapped_for_a_link_is_never_followed(
    database: Database, root: Path, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("not theirs")
    path, rename = drop(root), LocalTree.rename

    def swap(tree: LocalTree, source: tuple[str, ...], target: tuple[str, ...]) -> None:
        path.unlink()
        path.symlink_to(tmp_path / "secret")
        rename(tree, source, target)

    monkeypatch.setattr(LocalTree, "rename", swap)
    collected = collect(make())
    assert (collected.import_ids, read_imports(database)) == ([], [])
    assert [notice.is_fault for notice in collected.notices] == [True]
