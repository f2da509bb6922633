"""The nation's database, made once and kept for the next time: in `var/bench`, for SQLite and for PostgreSQL.

The folder's name holds what it was made by, the newest migration and the text of `benchmarks.website.nation`: another
version of either makes another, and the old one goes.
"""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.postgresql import PostgresServer
from benchmarks.website import nation
from records.database import Database
from records.upgrade import HEAD, upgrade

MADE = "made"  # an empty file beside the database, once it is whole


@contextmanager
def open_nation(kind: str, cache: Path) -> Iterator[Database]:
    """Give the database, made in a few minutes where it is not kept.

    Args:
        kind: sqlite or postgresql.
        cache: the folder in which it is kept.
    """
    folder = _find_folder(kind, cache)
    is_made = (folder / MADE).exists()
    if not is_made:
        print(f"Making a million learners in {kind} (some minutes, the first time) ...", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    server = PostgresServer(folder) if kind == "postgresql" else None
    try:
        with closing(Database(server.address if server else f"sqlite:///{folder / 'nation.db'}")) as database:
            if not is_made:
                upgrade(database)
                nation.make_nation(database)
                (folder / MADE).touch()
            yield database
    finally:
        if server:
            server.stop()


def _find_folder(kind: str, cache: Path) -> Path:
    maker = hashlib.sha256(Path(nation.__file__).read_bytes()).hexdigest()[:8]
    folder = cache / f"nation-{kind}-{HEAD}-{maker}"
    for old in cache.glob(f"nation-{kind}-*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    return folder
