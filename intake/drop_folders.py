"""Looking at the drop folders of one location: what is complete, what is claimed already, what is in the way.

One rule for all locations. Owns what is remembered between two looks, so that a look at thousands of folders in which
nothing happened costs little. Renames nothing and does not touch the database.
"""

from collections.abc import Callable, Container, Set
from heapq import nsmallest
from typing import NamedTuple

from intake.claims import Claim, find_claims
from intake.dropped_names import CLAIMED, OUTCOMES, is_passed_over, show_folder
from intake.locations.trees import FILE, FOLDER, DropTree, Entry
from intake.notices import (
    CLAIMED_TAKEN,
    HARD_LINK,
    LINKED_FOLDER,
    LOOSE_FILE,
    NOT_A_FILE,
    OUTCOMES_TAKEN,
    UNKNOWN_FOLDER,
    UNREADABLE_FOLDER,
    Notice,
    name_fault,
)

SETTLE_SECONDS = 3.0  # a folder's time may stay the same for two changes this close to each other
SCANS_IN_TURN = 50  # folders scanned at each look though their time says that nothing changed: shares are not exact
EMPTY_PATIENCE = 5  # times as long is waited for what may be written to a file that is empty so far


class Candidate(NamedTuple):
    """A complete file: its provider, how it stands, and since when it has not changed, by our clock."""

    ukprn: str
    entry: Entry
    since: float


class Look(NamedTuple):
    """What one look brought.

    Args:
        found: for each provider that has any, what is claimed already, by whomever, then its complete files, oldest
            first.
        notices: what was left, and what to do about it.
        due_seconds: when the next file will be complete if nobody touches it; None when none is on its way.
        missing: providers that have no folder.
    """

    found: list[list[Claim | Candidate]]
    notices: list[Notice]
    due_seconds: float | None
    missing: Set[str] = frozenset()


class _Folder:
    """What is remembered of one provider's folder."""

    def __init__(self) -> None:
        self.modified_ns = -1
        self.changed_at = self.scanned_at = 0.0
        self.files: dict[str, tuple[Entry, float]] = {}
        self.claims: list[Claim] = []
        self.notices: list[Notice] = []


class DropFolders:
    """The drop folders of one location, and what was seen of them so far.

    Args:
        tree: the location.
        stable_seconds: how long a file's size, time and inode must not have changed.
        clock: monotonic seconds.
        wall: seconds since 1970 by the clock that also stamps the files, where there is one: then a file is complete
            that long after its last change, not after we first saw it.
    """

    def __init__(
        self,
        tree: DropTree,
        *,
        stable_seconds: float,
        clock: Callable[[], float],
        wall: Callable[[], float] | None = None,
    ) -> None:
        self.tree = tree
        self.stable_seconds = stable_seconds
        self.clock = clock
        self.wall = wall
        self._folders: dict[str, _Folder] = {}
        self._looked_at: float | None = None

    def make_for(self, ukprn: str) -> None:
        """Make a provider's folder, with its `outcomes/`, where they are missing."""
        self.tree.make_folder(ukprn)
        self.tree.make_folder(ukprn, OUTCOMES)

    def look(self, ukprns: Set[str]) -> Look:
        """Look at the folders of these providers.

        Raises:
            OSError: the location itself can't be looked at.
        """
        now, glance = self.clock(), self.tree.glance(ukprns)
        notices = [notice for entry in glance.others if (notice := _judge_in_root(entry, ukprns))]
        if glance.folder_times.keys() != self._folders.keys():
            self._folders = {ukprn: self._folders.get(ukprn) or _Folder() for ukprn in glance.folder_times}
        for ukprn in self._choose(glance.folder_times, now):
            self._scan(ukprn, now)
        self._looked_at = now
        return self._sum_up(notices, now)._replace(missing=ukprns - glance.folder_times.keys())

    def _choose(self, folder_times: dict[str, int], now: float) -> list[str]:
        """Choose the folders to scan: where something changed or is waited for, and some of the others in turn."""
        chosen, unchanged = [], []
        for ukprn, folder in self._folders.items():
            if folder_times[ukprn] != folder.modified_ns:
                folder.modified_ns, folder.changed_at = folder_times[ukprn], now
            if folder.files or folder.claims or now - folder.changed_at < SETTLE_SECONDS:
                chosen.append(ukprn)
            else:
                unchanged.append((folder.scanned_at, ukprn))
        return chosen + [ukprn for _, ukprn in nsmallest(SCANS_IN_TURN, unchanged)]

    def _scan(self, ukprn: str, now: float) -> None:
        folder = self._folders[ukprn]
        before, folder.files, folder.claims, folder.notices = folder.files, {}, [], []
        folder.scanned_at = now
        try:
            entries = self.tree.list(ukprn)
            for entry in entries:
                if notice := _judge(ukprn, entry):
                    folder.notices.append(notice)
                if entry.kind == FILE and not is_passed_over(entry.name) and entry.name != OUTCOMES:
                    folder.files[entry.name] = self._note(entry, before.get(entry.name), now)
                elif entry.name == CLAIMED and entry.kind == FOLDER:
                    folder.claims = find_claims(self.tree, ukprn)
        except FileNotFoundError:
            return  # taken away between listing and looking
        except OSError as fault:
            folder.files = before
            folder.notices.append(Notice(ukprn, UNREADABLE_FOLDER.format(name_fault(fault)), is_fault=True))

    def _note(self, entry: Entry, seen: tuple[Entry, float] | None, now: float) -> tuple[Entry, float]:
        if seen and seen[0].state == entry.state:
            return entry, seen[1]
        if self.wall is None or not entry.changed_ns or self._looked_at is None:
            return entry, now
        # It changed between the last look and this one: the file's own time says when, within these bounds.
        age = max(0.0, self.wall() - entry.changed_ns / 1e9)
        return entry, now - min(age, now - self._looked_at)

    def _sum_up(self, notices: list[Notice], now: float) -> Look:
        found: list[list[Claim | Candidate]] = []
        due = []
        for ukprn, folder in self._folders.items():
            if not (folder.notices or folder.files or folder.claims):
                continue
            notices += folder.notices
            complete: list[Candidate] = []
            for entry, since in folder.files.values():
                if entry.link_count > 1:
                    continue
                left = since + self.stable_seconds * (1 if entry.size else EMPTY_PATIENCE) - now
                if left <= 0:
                    complete.append(Candidate(ukprn, entry, since))
                else:
                    due.append(left)
            complete.sort(key=lambda one: (one.since, one.entry.modified_ns, one.entry.name))
            if folder.claims or complete:
                found.append([*folder.claims, *complete])
        return Look(found, notices, min(due, default=None))


def _judge_in_root(entry: Entry, ukprns: Container[str]) -> Notice | None:
    if entry.name in ukprns:
        return Notice(entry.name, LINKED_FOLDER, is_fault=True)
    if entry.kind != FOLDER:
        return None if is_passed_over(entry.name) else Notice("drop", LOOSE_FILE)
    return None if is_passed_over(entry.name) else Notice(show_folder(entry.name), UNKNOWN_FOLDER)


def _judge(ukprn: str, entry: Entry) -> Notice | None:
    """Say what is wrong with something in a provider's folder, if anything is."""
    if entry.name.lower() == OUTCOMES and entry.kind == FOLDER:
        return None
    if entry.name == OUTCOMES:
        return Notice(ukprn, OUTCOMES_TAKEN)
    if entry.name == CLAIMED:
        return None if entry.kind == FOLDER else Notice(ukprn, CLAIMED_TAKEN, is_fault=True)
    if is_passed_over(entry.name):
        return None
    if entry.kind != FILE:
        return Notice(ukprn, NOT_A_FILE)
    return Notice(ukprn, HARD_LINK) if entry.link_count > 1 else None
