"""Private storage: originals whole or not at all, under names that tell nothing."""

import os
from pathlib import Path

import pytest

from intake.locations.local_tree import LocalTree
from intake.storage import ChangedWhileReadError, PrivateStorage, show_name


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
