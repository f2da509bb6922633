"""Signs of life: which processes of which part run, where, and when each was last heard of.

Owns the rows of `part_beat`. A beat is worth nothing next to the work, so a database that does not answer is logged
once and otherwise ignored. Does not judge whether a part is missed: readers compare `beat_at` with `MISSED_SECONDS`.
"""

import logging
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from os import getpid
from threading import Event, Thread
from types import TracebackType
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from records.database import Database
from records.operating import PartBeat

logger = logging.getLogger("learner_imports")

BEAT_SECONDS = 10.0
MISSED_SECONDS = 45.0  # a part not heard of for this long is dead or stuck: four beats, and a busy database
FORGOTTEN_AFTER = timedelta(days=1)  # a process that was killed can't remove its row: the next one of its part does

_unheard: set[str] = set()  # parts of this process whose last beat failed, so that it is logged once


def name_holder() -> str:
    """Name this process as leases and beats do: host:pid."""
    return f"{socket.gethostname()}:{getpid()}"[:100]


def beat(database: Database, part: str, *, now: datetime, address: str | None = None) -> bool:
    """Say that this process of `part` is alive. Never raises for the database; returns whether it was written.

    Args:
        database: where signs of life are kept.
        part: `collector`, `website`, `sftp`, `supervisor` or `import run`.
        now: the present moment, UTC.
        address: where the part listens, for people.
    """
    insert: Any = sqlite.insert if database.is_sqlite else postgresql.insert
    statement = insert(PartBeat).values(part=part, holder=name_holder(), started_at=now, beat_at=now, address=address)
    statement = statement.on_conflict_do_update(
        index_elements=["part", "holder"], set_={"beat_at": now, "address": address}
    )
    return _write(database, part, statement)


def end_beats(database: Database, part: str) -> bool:
    """Remove this process's sign of life: it ends as it should. Never raises for the database."""
    return _write(database, part, delete(PartBeat).where(PartBeat.part == part, PartBeat.holder == name_holder()))


def list_beats(session: Session) -> list[PartBeat]:
    """Return every process that beat and did not end cleanly, by part and then the longest running first."""
    return list(session.scalars(select(PartBeat).order_by(PartBeat.part, PartBeat.started_at, PartBeat.id)))


def _write(database: Database, part: str, statement: Any) -> bool:
    try:
        with database.write() as session:
            session.execute(statement.execution_options(synchronize_session=False))
    except SQLAlchemyError as fault:
        if part not in _unheard:
            _unheard.add(part)
            logger.warning("%s: no sign of life can be given (%s)", part, type(fault).__name__)
        return False
    _unheard.discard(part)
    return True


class Beating:
    """Beats from a thread of its own while its block runs, and removes its row when the block ends.

    It tells that the process lives, not that its work gets on: a part with a loop of its own calls `beat` there.

    Args:
        database: where signs of life are kept.
        part: the part's name.
        now: the clock, UTC.
        address: where the part listens, for people.
        beat_seconds: the pause between two beats.
    """

    def __init__(
        self,
        database: Database,
        part: str,
        *,
        now: Callable[[], datetime],
        address: str | None = None,
        beat_seconds: float = BEAT_SECONDS,
    ) -> None:
        self._database, self._part, self._now, self._address = database, part, now, address
        self._beat_seconds = beat_seconds
        self._is_over = Event()
        self._thread = Thread(target=self._go_on, name=f"{part} beats", daemon=True)

    def __enter__(self) -> "Beating":
        """Begin. What an earlier process of the same number left behind is replaced."""
        self._forget()
        self._thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _fault: BaseException | None, _at: TracebackType | None
    ) -> None:
        """End, and remove the row."""
        self._is_over.set()
        self._thread.join(self._beat_seconds)
        end_beats(self._database, self._part)

    def _forget(self) -> None:
        now = self._now()
        is_ours = PartBeat.holder == name_holder()
        old = delete(PartBeat).where(PartBeat.part == self._part, is_ours | (PartBeat.beat_at < now - FORGOTTEN_AFTER))
        if _write(self._database, self._part, old):
            beat(self._database, self._part, now=now, address=self._address)

    def _go_on(self) -> None:
        while not self._is_over.wait(self._beat_seconds):
            beat(self._database, self._part, now=self._now(), address=self._address)
