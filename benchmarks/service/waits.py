"""What PostgreSQL's sessions wait for while others are measured: what more workers would wait for too."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy import text

from records.database import Database

LOOK_SECONDS = 0.05
BUSY_SESSIONS = text(
    "SELECT coalesce(wait_event_type || ' ' || wait_event, '') FROM pg_stat_activity"
    " WHERE state <> 'idle' AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
BY_CLIENT = "Client ClientRead"  # a session in a transaction whose program is at work


class Waits:
    """What was seen, many times a second."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._looks = 0

    def add(self, look: list[str]) -> None:
        """Add what one look saw: for each session in a transaction, what it waits for; "" is nothing."""
        self._looks += 1
        self._seen.update(look)

    @property
    def sessions(self) -> float:
        """How many sessions were in a transaction, on the average."""
        return self._seen.total() / max(1, self._looks)

    @property
    def shares(self) -> dict[str, float]:
        """Of those, which share waited for what, the greatest first."""
        return {what: count / self._seen.total() for what, count in self._seen.most_common()}

    @property
    def lock_share(self) -> float:
        """Of those, which share waited for a lock that another session held."""
        return sum(share for what, share in self.shares.items() if what.startswith(("Lock ", "LWLock ")))


@contextmanager
def watch_waits(database: Database) -> Iterator[Waits]:
    """Look until the block ends."""
    waits, is_over = Waits(), Event()

    def watch() -> None:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not is_over.wait(LOOK_SECONDS):
                waits.add(list(connection.scalars(BUSY_SESSIONS)))

    thread = Thread(target=watch)
    thread.start()
    try:
        yield waits
    finally:
        is_over.set()
        thread.join()
