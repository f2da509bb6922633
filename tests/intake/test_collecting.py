"""From a dropped file to one row in the queue and one original in private storage, whoever dies in between."""

import errno
import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

import intake.collecting
import intake.queueing
from intake.claims import Claim, claim
from intake.collecting import Collected, Collecting
from intake.drop_folders import DropFolders
from intake.local_tree import LocalTree
from intake.notices import BLOCKED, HELD_OPEN, Notice
from intake.queueing import LONGEST_PAUSE_SECONDS, Queueing
from intake.storage import NOT_HASHED, ChangedWhileReadError, PrivateStorage, show_name
from records.database import Database
from records.queue import request_import
from records.tables import LearnerImport, Provider
from tests.conftest import UKPRN

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LIMIT_BYTES = 1000
OURS, THEIRS = "0" * 8, "1" * 8


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def root(tmp_path: Path, provider: Provider) -> Path:
    (tmp_path / "drop" / provider.ukprn).mkdir(parents=True)
    return tmp_path / "drop"


@pytest.fixture
def storage(tmp_path: Path) -> PrivateStorage:
    return PrivateStorage(tmp_path / "storage")


Make = Callable[..., Collecting]


@pytest.fixture
def make(root: Path, storage: PrivateStorage, database: Database, clock: Clock) -> Make:
    """Makes a collector of its own memory on the same folders."""

    def make(owner: str = OURS, storage: PrivateStorage = storage, stable_seconds: float = 0) -> Collecting:
        tree = LocalTree(root)
        folders = DropFolders(tree, stable_seconds=stable_seconds, clock=clock)
        queueing = Queueing(
            tree, None, storage, database, limit_bytes=LIMIT_BYTES, stable_seconds=stable_seconds, clock=clock
        )
        return Collecting(folders, queueing, database, owner=owner)

    return make


def drop(root: Path, content: bytes = b"workbook", name: str = "our learners.xls", ukprn: str = UKPRN) -> Path:
    path = root / ukprn / name
    path.write_bytes(content)
    return path


def collect(collecting: Collecting, **options: set[str]) -> Collected:
    return collecting.collect(now=lambda: NOON, **options)


def read_imports(database: Database) -> list[LearnerImport]:
    with database.read() as session:
        return list(session.scalars(select(LearnerImport).order_by(LearnerImport.id)))


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


def test_a_link_is_never_followed_into_storage(tmp_path: Path, storage: PrivateStorage) -> None:
    (tmp_path / "secret").write_text("not theirs")
    (tmp_path / "link.xls").symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="symbolic links"):
        storage.keep(tmp_path / "link.xls", storage_name="x")


def test_a_file_that_grows_without_end_is_not_copied_without_end(tmp_path: Path, storage: PrivateStorage) -> None:
    class Endless:
        def read(self, size: int, /) -> bytes:
            return b"x" * size

        def look(self) -> object:
            return LocalTree(tmp_path).look("start")

    (tmp_path / "start").write_bytes(b"x")
    with pytest.raises(ChangedWhileReadError):
        storage.keep_open(Endless(), storage_name="x", file_name="x")  # type: ignore[arg-type]
    assert list(storage.folder.iterdir()) == []


def test_what_a_killed_process_half_copied_is_cleared_away_once_old(storage: PrivateStorage) -> None:
    storage.folder.mkdir()
    old, young, whole = (storage.folder / name for name in ("a.1.part", "b.2.part", "c"))
    for path in (old, young, whole):
        path.write_bytes(b"x")
    for path in (old, whole):
        os.utime(path, (0, 0))
    assert storage.clear_stale() == 1
    assert {path.name for path in storage.folder.iterdir()} == {young.name, whole.name}


@pytest.mark.parametrize(
    ("file_name", "shown"),
    [("year\n12.xls", "year 12.xls"), ("a" * 300, "a" * 255), ("\udcff.xls", "�.xls"), ("  ", "unnamed")],
)
def test_a_file_name_is_kept_as_one_line_of_valid_text(file_name: str, shown: str) -> None:
    assert show_name(file_name) == shown
