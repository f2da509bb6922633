"""Opening the database: the engine for SQLite or PostgreSQL, and the two kinds of session.

Owns how transactions begin. Does not own tables or migrations, and never commits half a piece of work: `write` commits
when its block ends and rolls back when it raises. `open_session` leaves committing to its caller.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

BUSY_SECONDS = 30
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    "synchronous=FULL",  # a commit that was told of survives a power cut
    f"busy_timeout={BUSY_SECONDS * 1000}",
    "secure_delete=ON",  # what retention erases is gone from the file too
    "cache_size=-65536",  # 64 MiB: the indexes of a large load stay in memory
)
WRITES = "writes"  # execution option: whether this transaction will write, or `LATER` where that is not known yet
LATER = "later"


class Database:
    """A database by its SQLAlchemy address. Statements' values never appear in its errors or logs."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _make_engine(url, is_sqlite=self.is_sqlite)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that sees one state of the database and changes nothing."""
        with self.engine.connect() as connection, Session(connection, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that commits when the block ends. On SQLite it takes the writer's lock at its start."""
        connection = self.engine.connect().execution_options(**{WRITES: True})
        with connection, connection.begin(), Session(connection, expire_on_commit=False) as session:
            yield session
            session.flush()

    def open_session(self) -> Session:
        """Open a session for work that reads first and may write then, such as a web request's. The caller commits.

        On SQLite it holds no lock and no snapshot before it writes: what it read may have changed by then, as on
        PostgreSQL. From its first write on it has the writer's lock.
        """
        engine = self.engine.execution_options(**{WRITES: LATER})
        return (_LateWriter if self.is_sqlite else Session)(engine, expire_on_commit=False)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


class _LateWriter(Session):
    """Begins SQLite's transaction when the first write comes. One begun earlier could find another's write in its way,
    and SQLite refuses such a write at once, however long one is ready to wait.
    """

    def begin_nested(self) -> SessionTransaction:
        """Begin a savepoint, which would begin SQLite's transaction by itself, as one that only reads."""
        begin_writing(self)
        return super().begin_nested()


def begin_writing(session: Session, *, wait_seconds: float = BUSY_SECONDS) -> None:
    """Take SQLite's writer's lock before reading what is about to be written. PostgreSQL locks rows, as they are read.

    Args:
        session: from `Database.open_session`; it has the lock until it commits or rolls back.
        wait_seconds: how long to wait for another writer.

    Raises:
        sqlalchemy.exc.OperationalError: another has the lock for longer than that.
    """
    if not isinstance(session, _LateWriter):
        return
    connection = session.connection()
    if connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
        return
    if wait_seconds == BUSY_SECONDS:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={round(wait_seconds * 1000)}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")


@event.listens_for(_LateWriter, "before_flush")
def _begin_before_flush(session: Session, *_: Any) -> None:
    if session.new or session.dirty or session.deleted:
        begin_writing(session)


@event.listens_for(_LateWriter, "do_orm_execute")
def _begin_before_statement(state: ORMExecuteState) -> None:
    if not state.is_select:
        begin_writing(state.session)


def _make_engine(url: str, *, is_sqlite: bool) -> Engine:
    if not is_sqlite:
        engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args={"connect_timeout": 10})
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """Say that a row anywhere costs little more than the next one, as it does from memory and solid-state disks.

    By default four times as much is reckoned with, as on disks that turn: then all accounts are read for those of 20
    providers.
    """
    connection.execute("SET random_page_cost = 1.1")
    connection.commit()  # or it is taken back with the first transaction that is


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, in _begin_sqlite
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    if writes != LATER:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
