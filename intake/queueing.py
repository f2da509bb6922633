"""Taking one claimed file in: into private storage, into the queue, out of the drop folder.

Owns what is tried again and when: a file that somebody still writes to must first rest, one that can't be copied is
tried again with growing pauses. Whatever fails, the file stays claimed where it lies.
"""

from collections.abc import Callable, Set
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from intake.claims import Claim, claim_anew, find_file, let_go
from intake.locations.trees import FILE, DropTree, Entry, LocationAwayError
from intake.notices import BLOCKED, HELD_OPEN, Notice, name_fault
from intake.storage import ChangedWhileReadError, PrivateStorage, show_name
from records.database import Database
from records.queue import request_import
from records.stored_file import StoredFile
from records.tables import ImportSource, LearnerImport

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0


class _Wait(NamedTuple):
    """Until when a claimed file is left, how it stood, how long the pause is, and what is said meanwhile."""

    until: float
    entry: Entry | None
    pause: float
    notice: Notice | None


class Queueing:
    """Takes claimed files of one location in.

    Args:
        tree: the location.
        address: how imports remember it.
        storage: private storage.
        database: where the queue is.
        limit_bytes: a larger file is queued to be refused, and not copied.
        stable_seconds: how long one that changed after it was claimed must rest.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        tree: DropTree,
        address: str | None,
        storage: PrivateStorage,
        database: Database,
        *,
        limit_bytes: int,
        stable_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self.tree, self.address, self.storage, self.database = tree, address, storage, database
        self.limit_bytes, self.stable_seconds, self.clock = limit_bytes, stable_seconds, clock
        self._waits: dict[str, _Wait] = {}
        self._expected: dict[str, Entry] = {}

    def expect(self, claimed: Claim, entry: Entry) -> None:
        """Remember how a file stood when it was found complete: claimed, it must not be another."""
        self._expected[claimed.token] = entry

    def forget_all_but(self, tokens: Set[str]) -> None:
        """Forget claims that are gone."""
        self._waits = {token: wait for token, wait in self._waits.items() if token in tokens}

    def list_blocked(self, said: Set[Notice]) -> list[Notice]:
        """Return what there is to say of the files that wait, unless it was said already."""
        return sorted({wait.notice for wait in self._waits.values() if wait.notice} - said)

    def queue(self, claimed: Claim, provider_id: int, *, now: datetime) -> int | None:
        """Take a claimed file in. Returns its import's id; None when it must wait.

        Raises:
            OSError: it can't be copied; it stays claimed, and is left alone until its pause is over.
        """
        expected = self._expected.pop(claimed.token, None)
        wait = self._waits.get(claimed.token)
        if wait and self.clock() < wait.until:
            return None
        try:
            entry = find_file(self.tree, claimed)
            if entry is None:
                return None
            if wait and wait.entry and wait.entry.state != entry.state:
                raise ChangedWhileReadError(claimed.token)
            return self._take_in(claimed, entry, expected, provider_id, now)
        except ChangedWhileReadError:
            self._let_rest(claimed, wait)
            return None
        except FileNotFoundError:  # we were taken for dead, and another collector has it
            return None
        except LocationAwayError:
            raise
        except OSError as fault:
            pause = min(2 * wait.pause if wait else FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
            notice = Notice(claimed.ukprn, BLOCKED.format(name_fault(fault)), is_fault=True)
            self._waits[claimed.token] = _Wait(self.clock() + pause, None, pause, notice)
            raise

    def _take_in(
        self, claimed: Claim, entry: Entry, expected: Entry | None, provider_id: int, now: datetime
    ) -> int | None:
        queued = None if expected else self._find_queued(claimed, entry)
        if queued is None:
            stored = self._keep(claimed, entry, expected or entry)
            queued = self._request(stored, provider_id, now)
        elif queued == 0:
            claim_anew(self.tree, claimed)
            return None
        if entry.size <= self.limit_bytes and self._has_changed(claimed, entry):
            # Somebody went on writing when it was queued already: what is there now comes in as a file of its own.
            claim_anew(self.tree, claimed)
            return queued
        let_go(self.tree, claimed, entry.name)
        self._waits.pop(claimed.token, None)
        return queued

    def _keep(self, claimed: Claim, entry: Entry, expected: Entry) -> StoredFile:
        if entry.kind != FILE:
            raise OSError(22, "Not a plain file")
        name = show_name(entry.name)
        if entry.size > self.limit_bytes:
            return self.storage.keep_stub(storage_name=claimed.token, file_name=name, size=entry.size)
        if entry.state != expected.state:
            raise ChangedWhileReadError(claimed.token)
        with self.tree.open(*claimed.folder, entry.name) as opened:
            stored = self.storage.keep_open(opened, storage_name=claimed.token, file_name=name, expected=expected)
        if self._has_changed(claimed, entry):
            raise ChangedWhileReadError(claimed.token)
        return stored

    def _has_changed(self, claimed: Claim, entry: Entry) -> bool:
        """Say whether a file is not as it was, or somebody still holds it open for writing."""
        place = (*claimed.folder, entry.name)
        return self.tree.look(*place).state != entry.state or bool(self.tree.is_being_written(*place))

    def _let_rest(self, claimed: Claim, wait: _Wait | None) -> None:
        entry = find_file(self.tree, claimed)
        pause = max(self.stable_seconds, FIRST_PAUSE_SECONDS)
        notice = Notice(claimed.ukprn, HELD_OPEN) if wait and wait.entry and entry == wait.entry else None
        self._waits[claimed.token] = _Wait(self.clock() + pause, entry, pause, notice)

    def _find_queued(self, claimed: Claim, entry: Entry) -> int | None:
        """Return the id of the import that this file already is; 0 when its token is another file's."""
        with self.database.read() as session:
            wanted = select(LearnerImport).where(LearnerImport.storage_name == claimed.token)
            known = session.scalars(wanted).one_or_none()
        if known is None:
            return None
        is_same = known.file_bytes == entry.size or entry.size > self.limit_bytes
        return known.id if is_same else 0

    def _request(self, stored: StoredFile, provider_id: int, now: datetime) -> int:
        try:
            with self.database.write() as session:
                requested = request_import(
                    session, stored, provider_id=provider_id, source=ImportSource.FOLDER, now=now
                )
                requested.drop_location = self.address
            return requested.id
        except IntegrityError:  # we were taken for dead, and another collector has queued it
            with self.database.read() as session:
                known = select(LearnerImport.id).where(LearnerImport.storage_name == stored.storage_name)
                return session.scalars(known).one()
