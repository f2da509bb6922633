"""From a dropped file to one row in the queue and one original in private storage, whoever dies in between."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

import intake.collecting
from intake.collecting import collect
from intake.drop_folders import DropFolders
from intake.storage import PrivateStorage, show_name
from records.database import Database
from records.tables import LearnerImport, Provider

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def folders(tmp_path: Path, provider: Provider) -> DropFolders:
    folders = DropFolders(tmp_path / "drop", stable_seconds=0, clock=lambda: 0.0)
    folders.make_for(provider.ukprn)
    return folders


@pytest.fixture
def storage(tmp_path: Path) -> PrivateStorage:
    return PrivateStorage(tmp_path / "storage")


def drop(folders: DropFolders, provider: Provider, content: bytes) -> Path:
    path = folders.root / provider.ukprn / "our learners.xls"
    path.write_bytes(content)
    return path


def read_imports(database: Database) -> list[LearnerImport]:
    with database.read() as session:
        return list(session.scalars(select(LearnerImport)))


def test_a_dropped_file_becomes_one_import_and_one_original(
    database: Database, provider: Provider, folders: DropFolders, storage: PrivateStorage
) -> None:
    path = drop(folders, provider, b"workbook")
    collected = collect(folders, storage, database, now=lambda: NOON)
    (learner_import,) = read_imports(database)
    assert collected.import_ids == [learner_import.id]
    assert learner_import.file_name == "our learners.xls"
    assert (learner_import.file_bytes, learner_import.sha256) == (8, hashlib.sha256(b"workbook").hexdigest())
    assert (learner_import.status, learner_import.requested_at) == ("requested", NOON)
    original = storage.path_of(learner_import.storage_name)
    assert original.read_bytes() == b"workbook"
    assert original.stat().st_mode & 0o077 == 0
    assert not path.exists()
    assert collect(folders, storage, database, now=lambda: NOON).import_ids == []


@pytest.mark.parametrize("killed_at", ["keep", "request_import", "let_go"])
def test_a_collector_killed_anywhere_loses_nothing_and_doubles_nothing(
    database: Database,
    provider: Provider,
    folders: DropFolders,
    storage: PrivateStorage,
    monkeypatch: pytest.MonkeyPatch,
    killed_at: str,
) -> None:
    drop(folders, provider, b"workbook")

    def die(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(PrivateStorage if killed_at == "keep" else intake.collecting, killed_at, die)
        collect(folders, storage, database, now=lambda: NOON)
    collect(folders, storage, database, now=lambda: NOON)
    collect(folders, storage, database, now=lambda: NOON)
    (learner_import,) = read_imports(database)
    assert [path.name for path in storage.folder.iterdir()] == [learner_import.storage_name]
    assert list((folders.root / provider.ukprn / ".claimed").iterdir()) == []


def test_a_file_written_to_while_it_is_copied_is_left_for_later(
    database: Database,
    provider: Provider,
    folders: DropFolders,
    storage: PrivateStorage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drop(folders, provider, b"first half")
    keep = PrivateStorage.keep
    copied_once: list[Path] = []

    def keep_while_it_grows(self: PrivateStorage, source: Path, *, storage_name: str) -> object:
        if not copied_once:
            copied_once.append(source)
            monkeypatch.setattr("intake.storage._copy", lambda original, partial: grow(source, original, partial))
        else:
            monkeypatch.undo()
        return keep(self, source, storage_name=storage_name)

    def grow(source: Path, original: object, partial: Path) -> tuple[str, int]:
        partial.touch()
        with source.open("ab") as writer:
            writer.write(b", second half")
        return "digest", 10

    monkeypatch.setattr(PrivateStorage, "keep", keep_while_it_grows)
    assert collect(folders, storage, database, now=lambda: NOON).import_ids == []
    assert read_imports(database) == []
    collect(folders, storage, database, now=lambda: NOON)
    (learner_import,) = read_imports(database)
    assert storage.path_of(learner_import.storage_name).read_bytes() == b"first half, second half"


def test_a_link_is_never_followed_into_storage(tmp_path: Path, storage: PrivateStorage) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not theirs")
    link = tmp_path / "link.xls"
    link.symlink_to(secret)
    with pytest.raises(OSError, match="symbolic links"):
        storage.keep(link, storage_name="x")


def test_a_file_that_cannot_be_copied_is_reported_and_kept(
    database: Database, provider: Provider, folders: DropFolders, tmp_path: Path
) -> None:
    drop(folders, provider, b"workbook")
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the storage folder should be")
    collected = collect(folders, PrivateStorage(blocked), database, now=lambda: NOON)
    assert [notice.folder for notice in collected.notices] == [provider.ukprn]
    assert read_imports(database) == []
    assert collect(folders, PrivateStorage(tmp_path / "storage"), database, now=lambda: NOON).import_ids


@pytest.mark.parametrize(
    ("file_name", "shown"),
    [("year\n12.xls", "year 12.xls"), ("a" * 300, "a" * 255), ("\udcff.xls", "�.xls"), ("  ", "unnamed")],
)
def test_a_file_name_is_kept_as_one_line_of_valid_text(file_name: str, shown: str) -> None:
    assert show_name(file_name) == shown
