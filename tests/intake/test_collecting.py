"""From a dropped file to one row in the queue and one original in private storage, whoever dies in between."""

import errno
import hashlib
import os
import shutil
from pathlib import Path

import pytest

import intake.queueing
from intake.claims import Claim, claim
from intake.collecting import UNSEEN_PATIENCE
from intake.locations.local_tree import LocalTree
from intake.notices import BLOCKED, CLAIMED_TAKEN, Notice
from intake.queueing import LONGEST_PAUSE_SECONDS
from intake.storage import NOT_HASHED, PrivateStorage
from records.database import Database
from records.queue import request_import
from records.tables import Provider
from tests.conftest import UKPRN
from tests.intake.conftest import Make
from tests.intake.dropping import NOON, OURS, THEIRS, Clock, collect, drop, read_imports


def test_a_dropped_file_becomes_one_import_and_one_original(
    database: Database, root: Path, storage: PrivateStorage, make: Make
) -> None:
    path, collecting = drop(root), make()
    collected = collect(collecting)
    (learner_import,) = read_imports(database)
    assert collected.import_ids == [learner_import.id]
    assert (learner_import.file_name, learner_import.drop_location) == ("our learners.xls", None)
    assert (learner_import.file_bytes, learner_import.sha256) == (8, hashlib.sha256(b"workbook").hexdigest())
    assert (learner_import.status, learner_import.requested_at) == ("requested", NOON)
    original = storage.path_of(learner_import.storage_name)
    assert original.read_bytes() == b"workbook"
    assert original.stat().st_mode & 0o077 == 0
    assert not path.exists() and list((root / UKPRN / ".claimed").iterdir()) == []
    assert collect(collecting).import_ids == []


@pytest.mark.parametrize(
    ("where", "name", "when"),
    [
        (LocalTree, "rename", "before"),
        (LocalTree, "rename", "after"),
        (PrivateStorage, "keep_open", "before"),
        (os, "fsync", "before"),
        (PrivateStorage, "keep_open", "after"),
        (intake.queueing, "request_import", "before"),
        (intake.queueing, "request_import", "after"),
        (intake.queueing, "let_go", "before"),
        (LocalTree, "remove_file", "after"),
        (intake.queueing, "let_go", "after"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_collector_killed_anywhere_loses_nothing_and_doubles_nothing(
    database: Database,
    root: Path,
    storage: PrivateStorage,
    make: Make,
    monkeypatch: pytest.MonkeyPatch,
    where: object,
    name: str,
    when: str,
) -> None:
    drop(root)
    real = getattr(where, name)

    def die(*args: object, **options: object) -> None:
        if when == "after":
            real(*args, **options)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(where, name, die)
        collect(make(THEIRS))
    for _ in range(2):
        collect(make())
    (learner_import,) = read_imports(database)
    assert [path.name for path in storage.folder.iterdir()] == [learner_import.storage_name]
    assert list((root / UKPRN / ".claimed").iterdir()) == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_of_two_collectors_each_leaves_the_others_claims_until_it_is_dead(
    database: Database, root: Path, make: Make
) -> None:
    drop(root)
    claim(LocalTree(root), UKPRN, "our learners.xls", owner=THEIRS)
    assert collect(make(), live_owners={THEIRS}).import_ids == []
    assert len(collect(make()).import_ids) == 1


def test_a_collector_that_was_taken_for_dead_and_comes_back_doubles_nothing(
    database: Database, root: Path, make: Make, storage: PrivateStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(root)
    keep = PrivateStorage.keep_open

    def keep_slowly(self: PrivateStorage, *args: object, **options: object) -> object:
        monkeypatch.undo()
        stored = keep(self, *args, **options)  # type: ignore[arg-type]
        assert collect(make(THEIRS)).import_ids
        return stored

    monkeypatch.setattr(PrivateStorage, "keep_open", keep_slowly)
    assert collect(make()).import_ids == []
    (learner_import,) = read_imports(database)
    assert [path.name for path in storage.folder.iterdir()] == [learner_import.storage_name]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_file_over_the_limit_is_queued_to_be_refused_and_not_copied(
    database: Database, root: Path, make: Make, storage: PrivateStorage
) -> None:
    path = drop(root, b"")
    os.truncate(path, 5 * 2**30)
    assert len(collect(make()).import_ids) == 1
    (learner_import,) = read_imports(database)
    assert (learner_import.file_bytes, learner_import.sha256) == (2**31 - 1, NOT_HASHED)
    assert storage.path_of(learner_import.storage_name).stat().st_size == 0
    assert not path.exists()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_full_disk_keeps_the_file_claimed_and_is_tried_again_with_growing_pauses(
    database: Database, root: Path, make: Make, clock: Clock, storage: PrivateStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        session.add(Provider(ukprn="10005678", name="Southfield"))
    (root / "10005678").mkdir()
    drop(root, b"large" * 100)
    collecting, tries = make(), []
    fsync = os.fsync

    def fill(descriptor: int) -> None:
        if os.fstat(descriptor).st_size == 500 and clock.now < 1000:
            tries.append(clock.now)
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fill)
    notice = Notice(UKPRN, BLOCKED.format("No space left on device"), is_fault=True)
    assert collect(collecting).notices == [notice]
    assert list(storage.folder.iterdir()) == []
    drop(root, b"small", ukprn="10005678")
    assert len(collect(collecting).import_ids) == 1
    for _ in range(400):
        clock.now += 0.5
        assert collect(collecting).notices == [notice]
    assert 7 <= len(tries) <= 10
    clock.now = 1000 + LONGEST_PAUSE_SECONDS
    assert len(collect(collecting).import_ids) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_thousands_of_files_of_one_provider_keep_nobody_else_waiting(
    database: Database, root: Path, make: Make, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        session.add(Provider(ukprn="10005678", name="Southfield"))
    (root / "10005678").mkdir()
    for number in range(300):
        drop(root, name=f"{number}.xls")
    drop(root, b"theirs", ukprn="10005678")
    request = request_import

    def take_time(*args: object, **options: object) -> object:
        clock.now += 0.2
        return request(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(intake.queueing, "request_import", take_time)
    collected = collect(make())
    assert len(collected.import_ids) < 10 and collected.due_seconds == 0
    assert b"theirs" in {(root.parent / "storage" / one.storage_name).read_bytes() for one in read_imports(database)}


def test_a_file_planted_under_a_token_that_is_used_becomes_an_import_of_its_own(
    database: Database, root: Path, make: Make
) -> None:
    drop(root)
    collect(make())
    (first,) = read_imports(database)
    place = root.joinpath(*Claim(UKPRN, OURS, first.storage_name).folder)
    place.mkdir()
    (place / "another.xls").write_bytes(b"another workbook")
    for _ in range(2):
        collect(make())
    assert [one.file_bytes for one in read_imports(database)] == [8, 16]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_folder_that_somebody_removed_is_made_again(root: Path, make: Make) -> None:
    collecting = make()
    collecting.make_folders = True
    collect(collecting)
    shutil.rmtree(root / UKPRN)
    collect(collecting)
    assert [path.name for path in (root / UKPRN).iterdir()] == ["outcomes"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_link_or_file_named_claimed_is_not_used_and_operators_are_told_once(
    root: Path, make: Make, tmp_path: Path
) -> None:
    path, claimed = drop(root), root / UKPRN / ".claimed"
    for is_link in (True, False):
        claimed.symlink_to(tmp_path) if is_link else claimed.touch()
        collected = collect(make())
        assert collected.notices == [Notice(UKPRN, CLAIMED_TAKEN, is_fault=True)]
        assert collected.import_ids == [] and path.exists()
        claimed.unlink()
    assert len(collect(make()).import_ids) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_file_whose_writers_cannot_be_seen_is_left_alone_for_longer(
    root: Path, make: Make, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LocalTree, "is_being_written", lambda *_: None)
    drop(root)
    collecting = make(stable_seconds=2)
    collect(collecting)
    clock.now += 2 * UNSEEN_PATIENCE - 1
    collected = collect(collecting)
    assert (collected.import_ids, collected.due_seconds) == ([], 1)
    clock.now += 1
    assert len(collect(collecting).import_ids) == 1
