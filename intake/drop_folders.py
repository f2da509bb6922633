"""The drop folders: which files in them are complete, and claiming one so that nobody takes it twice.

One folder per provider, named by its UKPRN. Owns looking and renaming; does not touch the database.
"""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

CLAIMED = ".claimed"
OUTCOMES = "outcomes"
TEMPORARY_PREFIXES = ("~$", ".")
TEMPORARY_SUFFIXES = (".part", ".filepart", ".tmp", ".crdownload", ".partial")


class ClaimedFile(NamedTuple):
    """A file that is ours: the provider it is for, the claim's token, and where it lies now."""

    ukprn: str
    token: str
    path: Path


class Notice(NamedTuple):
    """Something in the drop folders that was left alone, and what to do about it. Names folders, never files."""

    folder: str
    message: str


class DropFolders:
    """The drop folders below one root, and what was seen of their files so far.

    Args:
        root: the folder that holds one folder per provider.
        stable_seconds: how long a file's size and time must not have changed.
        clock: monotonic seconds.
    """

    def __init__(self, root: Path, *, stable_seconds: float, clock: Callable[[], float]) -> None:
        self.root = root
        self.stable_seconds = stable_seconds
        self.clock = clock
        self._seen: dict[Path, tuple[tuple[int, int, int], float]] = {}

    def make_for(self, ukprn: str) -> Path:
        """Make a provider's folder if it is missing."""
        folder = self.root / ukprn
        (folder / OUTCOMES).mkdir(parents=True, exist_ok=True)
        return folder

    def claim_complete(self, ukprns: set[str]) -> tuple[list[ClaimedFile], list[Notice]]:
        """Claim every complete file of these providers, and every file that an earlier, killed collector had claimed.

        Returns:
            The claimed files, oldest claim first, and notices of what was left alone: folders of nobody we know,
            folders that can't be read, links and special files.
        """
        claimed: list[ClaimedFile] = []
        notices: list[Notice] = []
        present: set[Path] = set()
        for folder in self._list_provider_folders(ukprns, notices):
            try:
                claimed.extend(_find_claimed(folder))
                claimed.extend(self._claim_in(folder, present, notices))
            except OSError as fault:
                notices.append(
                    Notice(folder.name, f"can't be read ({fault.strerror}). Give this service access to it.")
                )
        self._seen = {path: state for path, state in self._seen.items() if path in present}
        return claimed, notices

    def _list_provider_folders(self, ukprns: set[str], notices: list[Notice]) -> Iterator[Path]:
        try:
            entries = sorted(os.scandir(self.root), key=lambda entry: entry.name)
        except OSError as fault:
            notices.append(Notice(self.root.name, f"can't be read ({fault.strerror}). Give this service access to it."))
            return
        for entry in entries:
            if entry.is_symlink() or not entry.is_dir():
                if not _is_temporary(entry.name):
                    notices.append(
                        Notice(self.root.name, "holds a file outside the providers' folders. Move it into one of them.")
                    )
            elif entry.name in ukprns:
                yield Path(entry.path)
            elif not entry.name.startswith("."):
                shown = entry.name if entry.name.isascii() and entry.name.isdigit() else "a folder"
                notices.append(
                    Notice(shown, "is not a registered provider's. Register the provider, or remove the folder.")
                )

    def _claim_in(self, folder: Path, present: set[Path], notices: list[Notice]) -> Iterator[ClaimedFile]:
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if _is_temporary(entry.name) or (entry.name == OUTCOMES and entry.is_dir(follow_symlinks=False)):
                continue
            path = Path(entry.path)
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # taken away between listing and looking
            if not stat.S_ISREG(status.st_mode):
                notices.append(
                    Notice(folder.name, "holds a folder, link or special file, which was left. Drop workbooks only.")
                )
                continue
            present.add(path)
            if self._is_stable(path, status):
                try:
                    yield _claim(folder, path)
                except FileNotFoundError:
                    continue

    def _is_stable(self, path: Path, status: os.stat_result) -> bool:
        state = (status.st_size, status.st_mtime_ns, status.st_ino)
        seen, since = self._seen.get(path, (None, 0.0))
        if seen != state:
            self._seen[path] = (state, self.clock())
            return self.stable_seconds <= 0
        return self.clock() - since >= self.stable_seconds


def _is_temporary(name: str) -> bool:
    return name.startswith(TEMPORARY_PREFIXES) or name.lower().endswith(TEMPORARY_SUFFIXES)


def _claim(folder: Path, path: Path) -> ClaimedFile:
    token = uuid4().hex
    place = folder / CLAIMED / token
    place.mkdir(parents=True)
    try:
        claimed = path.rename(place / path.name)
    except OSError:
        place.rmdir()
        raise
    return ClaimedFile(folder.name, token, claimed)


def _find_claimed(folder: Path) -> Iterator[ClaimedFile]:
    """Find what a collector claimed and was killed before it could queue."""
    for place in sorted((folder / CLAIMED).glob("*/"), key=lambda place: place.stat().st_mtime_ns):
        files = list(place.iterdir())
        if not files:
            place.rmdir()
        for path in files:
            yield ClaimedFile(folder.name, place.name, path)


def let_go(claimed: ClaimedFile) -> None:
    """Take a claimed file out of the drop folder, once it is in private storage and in the queue."""
    claimed.path.unlink(missing_ok=True)
    claimed.path.parent.rmdir()
