"""Collecting: complete files in the drop folders of one location become imports in the queue.

The order makes it safe to die at any point: claim (rename), keep (copy, sync, hash), queue (one row, unique by the
claim's token), let go. What was claimed and not let go is taken up again, and its row is found by its token. Providers
take turns, so that thousands of files of one keep nobody else waiting.
"""

from collections.abc import Callable, Set
from contextlib import suppress
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple

from sqlalchemy import func, select

from intake.claims import Claim, claim, take_over
from intake.drop_folders import Candidate, DropFolders
from intake.locations.trees import LocationAwayError
from intake.notices import BLOCKED, HELD_OPEN, UNREADABLE_FILE, Notice, name_fault
from intake.queueing import Queueing
from records.database import Database
from records.tables import Provider

LOOK_SECONDS = 1.0  # after which a look leaves the rest to the next one
PROVIDERS_SECONDS = 30.0  # after which the register is read again though it seems the same
HELD_OPEN_SECONDS = 60.0  # before anything is said of a file that a program keeps open
UNSEEN_PATIENCE = 3  # times as long is waited where nobody can see whether a program keeps the file open


class Collected(NamedTuple):
    """What one look brought.

    Args:
        import_ids: of the new imports.
        notices: what was left, and what to do about it.
        due_seconds: when to look again because a file will be complete, or more is left; None when nothing is known.
    """

    import_ids: list[int]
    notices: list[Notice]
    due_seconds: float | None


class Collecting:
    """Collects from one location, and remembers what it needs between two looks.

    Args:
        folders: the location's drop folders.
        queueing: what takes a claimed file in.
        database: where providers are registered.
        owner: how this collector signs its claims.
        make_folders: whether a provider's missing folder is made.
    """

    def __init__(
        self, folders: DropFolders, queueing: Queueing, database: Database, *, owner: str, make_folders: bool = False
    ) -> None:
        self.folders, self.queueing, self.database, self.owner = folders, queueing, database, owner
        self.make_folders = make_folders
        self._providers: dict[str, int] = {}
        self._register: tuple[int | None, int] = (None, -1)
        self._read_at = 0.0
        self._unseen: list[float] = []  # seconds that files are still left alone, their writers being out of sight

    def collect(self, *, now: Callable[[], datetime], live_owners: Set[str] = frozenset()) -> Collected:
        """Look once, and queue what is complete for as long as a look may take.

        Args:
            now: the clock.
            live_owners: the other collectors that are alive: their claims are left to them.

        Raises:
            OSError: the location can't be looked at, or went away.
        """
        self._read_providers()
        look = self.folders.look(self._providers.keys())
        if self.make_folders:
            self._make_folders(look.missing)
        in_turn = [one for turn in zip_longest(*look.found) for one in turn if one]
        self.queueing.forget_all_but({one.token for one in in_turn if isinstance(one, Claim)})
        leave_at = self.folders.clock() + LOOK_SECONDS
        import_ids: list[int] = []
        self._unseen = []
        notices, is_left = list(look.notices), False
        for number, found in enumerate(in_turn):
            if number and self.folders.clock() >= leave_at:
                is_left = True
                break
            claimed = self._take(found, notices, live_owners)
            if claimed is None:
                continue
            try:
                queued = self.queueing.queue(claimed, self._providers[claimed.ukprn], now=now())
                import_ids += [queued] if queued else []
            except LocationAwayError:
                raise
            except OSError as fault:
                notices.append(Notice(claimed.ukprn, BLOCKED.format(name_fault(fault)), is_fault=True))
        notices += self.queueing.list_blocked(set(notices))
        due = [*self._unseen, *([] if look.due_seconds is None else [look.due_seconds])]
        return Collected(import_ids, notices, 0.0 if is_left else min(due, default=None))

    def _take(self, found: Claim | Candidate, notices: list[Notice], live_owners: Set[str]) -> Claim | None:
        """Make a file ours: claim it, or take over a claim that nobody alive holds."""
        tree = self.folders.tree
        try:
            if isinstance(found, Claim):
                if found.owner == self.owner:
                    return found
                return None if found.owner in live_owners else take_over(tree, found, owner=self.owner)
            name = found.entry.name
            if self._is_being_written(found, notices):
                return None
            claimed = claim(tree, found.ukprn, name, owner=self.owner)
        except (FileNotFoundError, NotADirectoryError):
            return None  # somebody was faster; or the look tells of what stands in the place of `.claimed`
        except LocationAwayError:
            raise
        except OSError as fault:
            notices.append(Notice(found.ukprn, UNREADABLE_FILE.format(name_fault(fault)), is_fault=True))
            return None
        self.queueing.expect(claimed, found.entry)
        return claimed

    def _is_being_written(self, found: Candidate, notices: list[Notice]) -> bool:
        """Say whether somebody writes to a file, or may for all that can be seen."""
        is_being_written = self.folders.tree.is_being_written(found.ukprn, found.entry.name)
        unchanged_seconds = self.folders.clock() - found.since
        if is_being_written is None:
            left = self.folders.stable_seconds * UNSEEN_PATIENCE - unchanged_seconds
            self._unseen += [left] if left > 0 else []
            return left > 0
        if is_being_written and unchanged_seconds >= HELD_OPEN_SECONDS:
            notices.append(Notice(found.ukprn, HELD_OPEN))
        return is_being_written

    def _read_providers(self) -> None:
        now = self.folders.clock()
        with self.database.read() as session:
            register = session.execute(select(func.max(Provider.id), func.count(Provider.id))).one()
            if tuple(register) == self._register and now - self._read_at < PROVIDERS_SECONDS:
                return
            self._providers = {ukprn: id_ for id_, ukprn in session.execute(select(Provider.id, Provider.ukprn))}
        self._register, self._read_at = (register[0], register[1]), now

    def _make_folders(self, missing: Set[str]) -> None:
        """Make the folders of new providers, and those that somebody removed."""
        for ukprn in missing:
            with suppress(OSError):  # what stands in its place is told of by the look
                self.folders.make_for(ukprn)
