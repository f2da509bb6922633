"""Looking at drop folders: only what is complete, ours and a plain file; whatever is in the way is told of once."""

import os
import time
from pathlib import Path

import pytest

from intake.claims import Claim
from intake.drop_folders import EMPTY_PATIENCE, SCANS_IN_TURN, SETTLE_SECONDS, Candidate, DropFolders, Look
from intake.locations.local_tree import LocalTree
from intake.locations.trees import Entry
from intake.notices import HARD_LINK, LINKED_FOLDER, NOT_A_FILE, OUTCOMES_TAKEN, UNREADABLE_FOLDER, Notice
from tests.intake.dropping import Clock

OURS = "10001234"
STABLE_SECONDS = 2.0


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "drop" / OURS / "outcomes").mkdir(parents=True)
    return tmp_path / "drop"


@pytest.fixture
def folders(root: Path, clock: Clock) -> DropFolders:
    return DropFolders(LocalTree(root), stable_seconds=STABLE_SECONDS, clock=clock)


def drop(root: Path, name: str = "learners.xls", content: bytes = b"workbook") -> Path:
    path = root / OURS / name
    path.write_bytes(content)
    return path


def look(folders: DropFolders, clock: Clock, *, after: float = 0.0) -> Look:
    clock.now += after
    return folders.look({OURS})


def names_of(look: Look) -> list[str]:
    return [one.entry.name for found in look.found for one in found if isinstance(one, Candidate)]


def test_a_file_is_complete_once_it_has_not_changed_for_a_while(root: Path, folders: DropFolders, clock: Clock) -> None:
    drop(root)
    assert look(folders, clock).due_seconds == STABLE_SECONDS
    waiting = look(folders, clock, after=1.5)
    assert (waiting.found, waiting.notices, waiting.due_seconds) == ([], [], 0.5)
    assert names_of(look(folders, clock, after=0.5)) == ["learners.xls"]


def test_a_growing_file_is_left_until_it_stops(root: Path, folders: DropFolders, clock: Clock) -> None:
    path = drop(root, content=b"a")
    for length in range(2, 6):
        assert look(folders, clock, after=1.5).found == []
        path.write_bytes(b"a" * length)
    assert look(folders, clock, after=1.5).found == []
    assert names_of(look(folders, clock, after=2)) == ["learners.xls"]


def test_a_file_replaced_by_another_of_the_same_size_and_time_begins_again(
    root: Path, folders: DropFolders, clock: Clock, tmp_path: Path
) -> None:
    path = drop(root)
    look(folders, clock)
    clock.now += 1.5
    other = tmp_path / "other"
    other.write_bytes(b"WORKBOOK")
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.rename(path)
    assert look(folders, clock).found == []
    assert look(folders, clock, after=1.0).found == []
    assert names_of(look(folders, clock, after=1.0)) == ["learners.xls"]


def test_old_times_that_a_copy_brings_along_make_no_file_complete(
    root: Path, folders: DropFolders, clock: Clock
) -> None:
    os.utime(drop(root), (0, 0))
    assert look(folders, clock).found == []
    assert look(folders, clock, after=1.9).found == []


def test_a_file_counts_from_its_last_change_but_never_from_before_the_last_look(root: Path, clock: Clock) -> None:
    wall = Clock()
    folders = DropFolders(LocalTree(root), stable_seconds=STABLE_SECONDS, clock=clock, wall=wall)
    look(folders, clock)
    drop(root)
    wall.now = time.time() + 3600  # a clock that was set forward makes a file look old
    assert look(folders, clock, after=0.5).due_seconds == 1.5
    assert names_of(look(folders, clock, after=1.5)) == ["learners.xls"]


def test_an_empty_file_is_given_longer_to_be_written_to(root: Path, folders: DropFolders, clock: Clock) -> None:
    drop(root, content=b"")
    look(folders, clock)
    assert look(folders, clock, after=STABLE_SECONDS * 2).found == []
    assert names_of(look(folders, clock, after=STABLE_SECONDS * EMPTY_PATIENCE)) == ["learners.xls"]


@pytest.mark.parametrize(
    "name",
    [
        "~$learners.xls",
        ".learners.xls",
        "learners.xls.part",
        "learners.xls.filepart",
        "learners.TMP",
        "learners.xls.crdownload",
        "learners.xls.partial",
        "learners.xls~",
        "Thumbs.db",
    ],
)
def test_temporary_names_are_left_without_a_word(root: Path, folders: DropFolders, clock: Clock, name: str) -> None:
    path = drop(root, name)
    look(folders, clock)
    later = look(folders, clock, after=20)
    assert (later.found, later.notices, later.due_seconds) == ([], [], None)
    assert path.exists()


def test_names_of_any_bytes_are_found(root: Path, folders: DropFolders, clock: Clock) -> None:
    names = [os.fsdecode(b"Zo\xeb.xls"), "a\nb.xls", "#1 %41?.xls", "é" * 100 + ".xls", "-rf"]
    for name in names:
        drop(root, name)
    look(folders, clock)
    assert sorted(names_of(look(folders, clock, after=3))) == sorted(names)


def test_older_files_of_a_provider_come_first(root: Path, folders: DropFolders, clock: Clock) -> None:
    for name, second in (("a.xls", 30), ("b.xls", 10), ("c.xls", 20)):
        os.utime(drop(root, name), (second, second))
    look(folders, clock)
    assert names_of(look(folders, clock, after=3)) == ["b.xls", "c.xls", "a.xls"]


def test_links_and_special_files_are_left_and_told_of(
    root: Path, folders: DropFolders, clock: Clock, tmp_path: Path
) -> None:
    (root / OURS / "link.xls").symlink_to(tmp_path)
    os.mkfifo(root / OURS / "pipe.xls")
    (root / OURS / "folder").mkdir()
    look(folders, clock)
    later = look(folders, clock, after=20)
    assert (later.found, set(later.notices)) == ([], {Notice(OURS, NOT_A_FILE)})


def test_a_file_with_a_second_name_is_left_until_that_is_gone(
    root: Path, folders: DropFolders, clock: Clock, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"whose?")
    (root / OURS / "learners.xls").hardlink_to(other)
    look(folders, clock)
    linked = look(folders, clock, after=20)
    assert (linked.found, linked.notices) == ([], [Notice(OURS, HARD_LINK)])
    other.unlink()
    assert names_of(look(folders, clock, after=20)) == ["learners.xls"]


def test_a_providers_folder_that_is_a_link_is_left(root: Path, folders: DropFolders, clock: Clock) -> None:
    (root / "10005678").mkdir()
    (root / "10005678" / "theirs.xls").write_bytes(b"workbook")
    (root / "10009999").symlink_to(root / "10005678")
    folders.look({"10009999"})
    clock.now += 3
    later = folders.look({"10009999"})
    assert later.found == []
    assert Notice("10009999", LINKED_FOLDER, is_fault=True) in later.notices


def test_folders_of_nobody_we_know_are_left_and_told_of_without_their_names(
    root: Path, folders: DropFolders, clock: Clock, tmp_path: Path
) -> None:
    (root / "10009999").mkdir()
    (root / "10009999" / "learners.xls").write_bytes(b"workbook")
    (root / "Zoe O'Brien").mkdir()
    (root / "12345678901").mkdir()
    (root / "link").symlink_to(tmp_path)
    (root / "loose.xls").write_bytes(b"workbook")
    look(folders, clock)
    later = look(folders, clock, after=10)
    assert later.found == []
    assert {notice.folder for notice in later.notices} == {"10009999", "a folder", "drop"}


@pytest.mark.parametrize("kind", ["file", "link"])
def test_something_else_named_outcomes_is_told_of(
    root: Path, folders: DropFolders, clock: Clock, tmp_path: Path, kind: str
) -> None:
    outcomes = root / OURS / "outcomes"
    outcomes.rmdir()
    outcomes.write_text("mine") if kind == "file" else outcomes.symlink_to(tmp_path)
    look(folders, clock)
    later = look(folders, clock, after=20)
    assert (later.found, later.notices) == ([], [Notice(OURS, OUTCOMES_TAKEN)])


def test_claims_are_never_found_through_a_link(root: Path, folders: DropFolders, clock: Clock) -> None:
    """It would let one provider have another's files taken for his own."""
    place = root / "10005678" / ("0" * 32)
    place.mkdir(parents=True)
    (place / "theirs.xls").write_bytes(b"workbook")
    (root / OURS / ".claimed").symlink_to(root / "10005678")
    assert look(folders, clock).found == []


def test_claims_of_whomever_are_found_and_other_folders_beside_them_not(
    root: Path, folders: DropFolders, clock: Clock
) -> None:
    for name in (f"01234567-{'a' * 32}", "b" * 32, "anything"):
        (root / OURS / ".claimed" / name).mkdir(parents=True)
    assert {one for found in look(folders, clock).found for one in found} == {
        Claim(OURS, "01234567", "a" * 32),
        Claim(OURS, "", "b" * 32),
    }


def test_a_folder_that_cannot_be_read_does_not_stop_the_others(
    root: Path, folders: DropFolders, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root reads everything, so the refusal is made here."""
    (root / "10005678").mkdir()
    drop(root)
    read = LocalTree.list

    def refuse(tree: LocalTree, *place: str) -> list[Entry]:
        if place == ("10005678",):
            raise PermissionError(13, "Permission denied")
        return read(tree, *place)

    monkeypatch.setattr(LocalTree, "list", refuse)
    folders.look({OURS, "10005678"})
    clock.now += 3
    later = folders.look({OURS, "10005678"})
    assert names_of(later) == ["learners.xls"]
    assert later.notices == [Notice("10005678", UNREADABLE_FOLDER.format("Permission denied"), is_fault=True)]


def test_a_look_scans_what_changed_and_the_rest_in_turn(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a look at thousands of quiet folders stays cheap, and a share whose folder times are wrong is seen anyway."""
    ukprns = {str(10000000 + number) for number in range(SCANS_IN_TURN * 3)}
    for ukprn in ukprns:
        (tmp_path / ukprn).mkdir()
    folders = DropFolders(LocalTree(tmp_path), stable_seconds=STABLE_SECONDS, clock=clock)
    folders.look(ukprns)
    clock.now += SETTLE_SECONDS
    scanned: list[str] = []
    read = LocalTree.list

    def count(tree: LocalTree, *place: str) -> list[Entry]:
        scanned.extend(place)
        return read(tree, *place)

    monkeypatch.setattr(LocalTree, "list", count)
    (tmp_path / "10000005" / "learners.xls").write_bytes(b"workbook")
    folders.look(ukprns)
    assert "10000005" in scanned and len(scanned) == SCANS_IN_TURN + 1
    for _ in range(2):
        clock.now += 1
        folders.look(ukprns)
    assert set(scanned) == ukprns
