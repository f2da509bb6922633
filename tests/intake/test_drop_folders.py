"""Claiming from drop folders: only what is complete, ours and a plain file; nothing lost when a collector dies."""

import os
from pathlib import Path

import pytest

from intake.drop_folders import CLAIMED, ClaimedFile, DropFolders, Notice, let_go

OURS = "10001234"
STABLE_SECONDS = 2.0


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folders(tmp_path: Path, clock: Clock) -> DropFolders:
    folders = DropFolders(tmp_path / "drop", stable_seconds=STABLE_SECONDS, clock=clock)
    folders.make_for(OURS)
    return folders


def drop(folders: DropFolders, name: str = "learners.xls", content: bytes = b"workbook") -> Path:
    path = folders.root / OURS / name
    path.write_bytes(content)
    return path


def look(folders: DropFolders, clock: Clock, *, after: float = 0.0) -> tuple[list[ClaimedFile], list[Notice]]:
    clock.now += after
    return folders.claim_complete({OURS})


def test_a_file_is_claimed_once_it_has_not_changed_for_a_while(folders: DropFolders, clock: Clock) -> None:
    path = drop(folders)
    assert look(folders, clock) == ([], [])
    assert look(folders, clock, after=1.9) == ([], [])
    (claimed,), _ = look(folders, clock, after=0.1)
    assert (claimed.ukprn, claimed.path.name, claimed.path.read_bytes()) == (OURS, "learners.xls", b"workbook")
    assert not path.exists()


def test_a_growing_file_is_left_until_it_stops(folders: DropFolders, clock: Clock) -> None:
    path = drop(folders, content=b"a")
    for length in range(2, 6):
        assert look(folders, clock, after=1.5) == ([], [])
        path.write_bytes(b"a" * length)
    assert look(folders, clock, after=1.5) == ([], [])
    claimed, _ = look(folders, clock, after=2)
    assert [file.path.read_bytes() for file in claimed] == [b"aaaaa"]


@pytest.mark.parametrize(
    "name", ["~$learners.xls", ".learners.xls", "learners.xls.part", "learners.xls.filepart", "learners.TMP"]
)
def test_temporary_names_are_left(folders: DropFolders, clock: Clock, name: str) -> None:
    path = drop(folders, name)
    look(folders, clock)
    assert look(folders, clock, after=10) == ([], [])
    assert path.exists()


def test_links_and_special_files_are_left_and_reported(folders: DropFolders, clock: Clock, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not theirs")
    (folders.root / OURS / "link.xls").symlink_to(secret)
    os.mkfifo(folders.root / OURS / "pipe.xls")
    look(folders, clock)
    claimed, notices = look(folders, clock, after=10)
    assert claimed == []
    assert {notice.folder for notice in notices} == {OURS}
    assert secret.read_text() == "not theirs"


def test_folders_of_nobody_we_know_are_left_and_reported_without_their_names(
    folders: DropFolders, clock: Clock, tmp_path: Path
) -> None:
    (folders.root / "10009999").mkdir()
    (folders.root / "10009999" / "learners.xls").write_bytes(b"workbook")
    (folders.root / "Zoe O'Brien").mkdir()
    (folders.root / "link").symlink_to(tmp_path)
    look(folders, clock)
    claimed, notices = look(folders, clock, after=10)
    assert claimed == []
    assert {notice.folder for notice in notices} == {"10009999", "a folder", "drop"}
    assert (folders.root / "10009999" / "learners.xls").exists()


def test_a_folder_that_cannot_be_read_does_not_stop_the_others(
    folders: DropFolders, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root reads everything, so the refusal is made here."""
    folders.make_for("10005678")
    drop(folders)
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "10005678":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    folders.claim_complete({OURS, "10005678"})
    clock.now += 3
    claimed, notices = folders.claim_complete({OURS, "10005678"})
    assert [file.ukprn for file in claimed] == [OURS]
    assert notices == [Notice("10005678", "can't be read (Permission denied). Give this service access to it.")]


def test_outcomes_are_not_taken_for_files(folders: DropFolders, clock: Clock) -> None:
    (folders.root / OURS / "outcomes" / "import-1.txt").write_text("receipt")
    look(folders, clock)
    assert look(folders, clock, after=10) == ([], [])


def test_what_a_killed_collector_had_claimed_is_found_again(folders: DropFolders, clock: Clock) -> None:
    drop(folders)
    look(folders, clock)
    (claimed,), _ = look(folders, clock, after=3)
    again = DropFolders(folders.root, stable_seconds=STABLE_SECONDS, clock=clock)
    assert look(again, clock) == ([claimed], [])
    let_go(claimed)
    assert look(again, clock) == ([], [])
    assert list((folders.root / OURS / CLAIMED).iterdir()) == []


def test_two_files_of_the_same_name_one_after_the_other_are_two(folders: DropFolders, clock: Clock) -> None:
    drop(folders, content=b"first")
    look(folders, clock)
    look(folders, clock, after=3)
    drop(folders, content=b"second")
    look(folders, clock)
    claimed, _ = look(folders, clock, after=3)
    assert {file.path.read_bytes() for file in claimed} == {b"first", b"second"}
