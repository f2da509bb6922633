"""The audit trail of the SFTP server: a row for each session, and refused sign-ins summed up.

A row is written when a session begins and completed when it ends, so that a killed server leaves it too. While the
database is away rows wait here. What strangers do is counted and written now and then: they can't fill the database.
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from threading import Lock

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from intake.sftp.session_record import SessionRecord
from records.database import Database
from records.tables import AuditEvent, SftpCredential

logger = logging.getLogger("learner_imports")

FIRST_PAUSE_SECONDS = 30.0  # in which refused sign-ins are gathered, after a quiet time
PAUSE_SECONDS = 600.0
NAMED_COUNT = 10  # providers and addresses told one by one in a pause
WAITING_LIMIT = 10_000


class Trail:
    """Writes the audit trail. Its methods may be called from any thread; `write` blocks.

    Args:
        database: where it is kept.
        now: the clock, UTC.
        clock: monotonic seconds.
    """

    def __init__(self, database: Database, *, now: Callable[[], datetime], clock: Callable[[], float]) -> None:
        self._database, self._now, self._clock = database, now, clock
        self._lock, self._writing = Lock(), Lock()
        self._sessions: dict[int, SessionRecord] = {}
        self._refused: dict[tuple[str, int | None], Counter[str]] = {}
        self._refused_since: float | None = None
        self._written_at = -PAUSE_SECONDS
        self._is_told = False

    def note(self, record: SessionRecord) -> None:
        """Have a session's row written, or brought up to date, at the next `write`."""
        with self._lock:
            self._sessions[id(record)] = record
            while len(self._sessions) > WAITING_LIMIT:
                self._sessions.pop(next(iter(self._sessions)))

    def note_refusal(self, address: str, ukprn: str | None, provider_id: int | None) -> None:
        """Count a sign-in that was refused: of a provider's account, or (both None) of none that there is."""
        with self._lock:
            key = ukprn or "", provider_id
            if key not in self._refused and len(self._refused) >= NAMED_COUNT:
                key = "", None
            addresses = self._refused.setdefault(key, Counter())
            addresses[address if address in addresses or len(addresses) < NAMED_COUNT else "others"] += 1
            if self._refused_since is None:
                self._refused_since = self._clock()

    def write(self, *, is_last: bool = False) -> None:
        """Write what waits. A database that does not answer is logged once, and asked again next time."""
        with self._writing:
            with self._lock:
                sessions, self._sessions = list(self._sessions.values()), {}
                refused = self._take_refused(is_last=is_last)
            if not sessions and not refused:
                return
            try:
                with self._database.write() as session:
                    events = [(record, _write_session(session, record)) for record in sessions]
                    session.add_all(self._describe(*one) for one in refused.items())
                    session.flush()
                    ids = [(record, event.id) for record, event in events if event]
            except SQLAlchemyError as fault:
                self._put_back(sessions, refused, fault)
                return
            self._is_told = False
            for record, event_id in ids:
                record.event_id = event_id

    def _take_refused(self, *, is_last: bool) -> dict[tuple[str, int | None], Counter[str]]:
        now = self._clock()
        if self._refused_since is None:
            return {}
        is_due = now - self._refused_since >= FIRST_PAUSE_SECONDS and now - self._written_at >= PAUSE_SECONDS
        if not is_due and not is_last:
            return {}
        refused, self._refused, self._refused_since, self._written_at = self._refused, {}, None, now
        return refused

    def _put_back(
        self,
        sessions: list[SessionRecord],
        refused: dict[tuple[str, int | None], Counter[str]],
        fault: SQLAlchemyError,
    ) -> None:
        if not self._is_told:
            logger.warning("sftp: the audit trail waits: %s", type(fault).__name__)
            self._is_told = True
        with self._lock:
            self._sessions = {id(record): record for record in sessions} | self._sessions
            for key, addresses in refused.items():
                self._refused.setdefault(key, Counter()).update(addresses)
                self._refused_since = self._refused_since or self._clock()

    def _describe(self, key: tuple[str, int | None], addresses: Counter[str]) -> AuditEvent:
        ukprn, provider_id = key
        return AuditEvent(
            at=self._now(),
            action="sftp sign-in refused",
            actor=f"sftp:{ukprn}" if ukprn else "sftp",
            provider_id=provider_id,
            details={"refused_count": addresses.total(), "addresses": dict(addresses)},
        )


def _write_session(session: Session, record: SessionRecord) -> AuditEvent | None:
    """Write a session's row, or complete the one there is; return it when it is new."""
    if record.event_id is not None:
        chosen = update(AuditEvent).where(AuditEvent.id == record.event_id)
        session.execute(chosen.values(details=record.describe()))
        return None
    used = update(SftpCredential).where(SftpCredential.id == record.credential_id)
    session.execute(used.values(last_used_at=record.began_at))
    event = AuditEvent(
        at=record.began_at,
        action="sftp session",
        actor=f"sftp:{record.ukprn}",
        provider_id=record.provider_id,
        details=record.describe(),
    )
    session.add(event)
    return event
