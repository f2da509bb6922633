"""Files in the queue of a database of their own, as uploads are, for measurements that begin with a full queue."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.postgresql import PostgresServer
from flows.workplace import Workplace, open_workplace
from records.database import Database
from records.queue import request_import
from records.tables import ImportSource, Provider, now
from records.upgrade import upgrade
from settings import Settings


@contextmanager
def open_queue(home: Path, server: PostgresServer | None = None, **more: int) -> Iterator[Workplace]:
    """Open an empty database and a private storage below a folder.

    Args:
        home: where; the block does not remove it.
        server: where the database is; SQLite without one.
        more: settings.
    """
    settings = Settings(home=home / "home", database_url=server.address if server else "", **more)  # type: ignore[arg-type]
    if server:
        upgrade(Database(settings.effective_database_url))
    workplace = open_workplace(settings)
    try:
        yield workplace
    finally:
        workplace.close()


def queue_files(workplace: Workplace, files: Iterable[tuple[str, Path]]) -> None:
    """Register the providers, named by UKPRN, and put their files in the queue: nothing is returned to a folder."""
    providers: dict[str, int] = {}
    for ukprn, path in files:
        stored = workplace.storage.keep(path, storage_name=uuid.uuid4().hex)
        with workplace.database.write() as session:
            if ukprn not in providers:
                provider = Provider(ukprn=ukprn, name=f"Provider {ukprn}")
                session.add(provider)
                session.flush()
                providers[ukprn] = provider.id
            request_import(session, stored, provider_id=providers[ukprn], source=ImportSource.FOLDER, now=now())
