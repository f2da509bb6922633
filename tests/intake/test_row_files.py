"""Rows kept beside an original: any few of them at once, whole or not at all, gone when the original goes."""

import os
from pathlib import Path

import pytest

from intake.row_files import FINDING_ROWS, PLANNED_ROWS, find_row_files, name_original, open_rows, write_rows
from intake.storage import PrivateStorage

ROWS = [[number, ["line\nend", "tab\t", "\u2028", "\ud800", "🎓", ""]] for number in range(60)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / f"stored{FINDING_ROWS}"


@pytest.mark.parametrize(
    ("first", "count", "expected"),
    [
        (0, 25, ROWS[:25]),
        (50, 25, ROWS[50:]),
        (59, 1, ROWS[59:]),
        (60, 25, []),
        (-1, 25, []),
        (0, 0, []),
        (10**9, 1, []),
    ],
)
def test_any_few_rows_are_read_as_they_were_written(path: Path, first: int, count: int, expected: list[object]) -> None:
    write_rows(path, {"headings": ["a\nb"]}, iter(ROWS))
    kept = open_rows(path)
    assert kept and kept.head == {"headings": ["a\nb"]} and kept.row_count == len(ROWS)
    assert kept.read(first, count) == expected


def test_a_file_without_rows_is_whole_too(path: Path) -> None:
    write_rows(path, {}, [])
    kept = open_rows(path)
    assert kept and kept.row_count == 0 and kept.read(0, 5) == []


def test_only_we_can_read_it(path: Path) -> None:
    write_rows(path, {}, ROWS)
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_is_not_there_or_not_whole_is_none(path: Path) -> None:
    assert open_rows(path) is None
    write_rows(path, {}, ROWS)
    whole = path.read_bytes()
    for size in (0, 1, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert open_rows(path) is None
    path.write_bytes(whole + b"x")
    assert open_rows(path) is None
    path.write_bytes(b"\xff" * 40 + whole[-24:])
    assert open_rows(path) is None


def test_rows_that_vanish_or_are_spoilt_between_are_none_rather_than_a_fault(path: Path) -> None:
    write_rows(path, {}, ROWS)
    kept = open_rows(path)
    assert kept
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"[", b"{"))
    assert kept.read(0, 5) == []
    path.unlink()
    assert kept.read(0, 5) == []


def test_a_writer_that_fails_leaves_what_was_there(path: Path) -> None:
    write_rows(path, {"which": "first"}, ROWS)

    def fail() -> object:
        yield [1]
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_rows(path, {"which": "second"}, fail())  # type: ignore[arg-type]
    kept = open_rows(path)
    assert kept and kept.head == {"which": "first"}
    assert list(path.parent.iterdir()) == [path]


def test_erasing_an_original_takes_its_rows_along_and_nothing_else(tmp_path: Path) -> None:
    storage = PrivateStorage(tmp_path)
    original, other = storage.path_of("stored"), storage.path_of("stored2")
    for path in (original, other, *find_row_files(original), *find_row_files(other)):
        path.write_bytes(b"x")
    storage.erase("stored")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        path.name for path in (other, *find_row_files(other))
    )
    storage.erase("stored")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may do anything")
def test_what_can_not_be_erased_is_a_fault(tmp_path: Path) -> None:
    storage = PrivateStorage(tmp_path / "storage")
    storage.folder.mkdir()
    storage.path_of("stored").write_bytes(b"x")
    storage.folder.chmod(0o500)
    with pytest.raises(OSError, match="denied"):
        storage.erase("stored")


@pytest.mark.parametrize(
    ("name", "original"),
    [("a1", "a1"), (f"a1{FINDING_ROWS}", "a1"), (f"a1{PLANNED_ROWS}", "a1"), ("a1.ff.part", "a1.ff.part")],
)
def test_a_file_is_known_to_belong_to_its_original(name: str, original: str) -> None:
    assert name_original(name) == original
