"""Two transactions side by side: what the second comes to while the first has not committed yet."""

from collections.abc import Callable
from threading import Thread

from sqlalchemy.orm import Session

from records.database import Database

WAIT_SECONDS = 0.3  # long enough for the second to be waiting


def run_beside(
    database: Database, first: Callable[[Session], object], second: Callable[[Session], object]
) -> ValueError | None:
    """Run `second` as a web request would while `first` is under way; return what it was refused with, or None."""
    refusals: list[ValueError] = []

    def run() -> None:
        session = database.open_session()
        try:
            second(session)
            session.commit()
        except ValueError as refused:
            refusals.append(refused)
        finally:
            session.close()

    thread = Thread(target=run)
    with database.write() as session:
        first(session)
        session.flush()
        thread.start()
        thread.join(WAIT_SECONDS)
        assert thread.is_alive(), "the second waits for the first"
    thread.join()
    return refusals[0] if refusals else None
