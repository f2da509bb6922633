"""Databases to measure on: filled once, then copied anew for every run, so that each run finds the same."""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import create_engine

from benchmarks.imports.whole_process import Measurement, measure
from benchmarks.postgresql import PostgresServer
from data.samples.case import NORTHFIELD

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("learner-imports")
KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


class Place(NamedTuple):
    """A home folder and the address of its database; empty for the SQLite file in it."""

    home: Path
    address: str

    @property
    def environment(self) -> Mapping[str, str]:
        """What tells our commands of it."""
        return {"LEARNER_IMPORTS_HOME": str(self.home), "LEARNER_IMPORTS_DATABASE_URL": self.address}

    @property
    def database_url(self) -> str:
        """The address, that of an SQLite file too."""
        return self.address or f"sqlite:///{self.home / 'learners.db'}"

    def run(self, *words: str | Path, exit_code: int = 0) -> Measurement:
        """Measure a command of ours."""
        return measure([COMMAND, *words], cwd=ROOT, environment=self.environment, exit_code=exit_code)

    def run_module(self, module: str, *words: str | Path) -> Measurement:
        """Measure a module of the benchmarks'."""
        return measure([sys.executable, "-m", module, *words], cwd=ROOT, environment=self.environment)


class Databases:
    """Databases of both kinds below one folder, the PostgreSQL ones on a server of our own."""

    def __init__(self, folder: Path, server: PostgresServer) -> None:
        self._folder, self._server = folder, server
        self._made: dict[tuple[str, str], Place] = {}
        self._numbers = count(1)

    def fill(self, kind: str, name: str, filling: Callable[[Place], object], *, like: str | None = None) -> None:
        """Make a database that copies are made of.

        Args:
            kind: a key of `KINDS`.
            name: what it is called here.
            filling: fills it.
            like: the name of the one that it begins as; when not given it has our tables and the one provider only.
        """
        place = self._copy(kind, self._made[kind, like]) if like else self._make(kind)
        filling(place)
        self._made[kind, name] = place

    @contextmanager
    def copy(self, kind: str, name: str) -> Iterator[Place]:
        """Give a copy that is gone afterwards."""
        place = self._copy(kind, self._made[kind, name])
        try:
            yield place
        finally:
            shutil.rmtree(place.home)
            if place.address:
                self._do(f"DROP DATABASE {_name_of(place)}")

    def make_empty(self, kind: str) -> Place:
        """Return a new database without a table, for others than us."""
        number = next(self._numbers)
        home = self._folder / f"home-{number}"
        home.mkdir()
        if kind == "sqlite":
            return Place(home, "")
        self._do(f"CREATE DATABASE measured_{number}")
        return Place(home, self._server.address.replace("/postgres?", f"/measured_{number}?"))

    def _make(self, kind: str) -> Place:
        place = self.make_empty(kind)
        place.run("db", "upgrade")
        place.run("providers", "add", NORTHFIELD, "Northfield Sixth Form")
        return place

    def _copy(self, kind: str, original: Place) -> Place:
        number = next(self._numbers)
        home = self._folder / f"home-{number}"
        shutil.copytree(original.home, home)
        if kind == "sqlite":
            return Place(home, "")
        self._do(f"CREATE DATABASE measured_{number} TEMPLATE {_name_of(original)}")
        return Place(home, original.address.replace(_name_of(original), f"measured_{number}"))

    def _do(self, statement: str) -> None:
        engine = create_engine(self._server.address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


def _name_of(place: Place) -> str:
    return place.address.partition("?")[0].rpartition("/")[2]


@contextmanager
def open_databases(folder: Path) -> Iterator[Databases]:
    """Start the server and give databases that are gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    # Not below the folder: PostgreSQL as root runs as a user of its own, who may not be let in there.
    home = Path(tempfile.mkdtemp(prefix="learner-imports-bench-"))
    server = PostgresServer(home)
    try:
        yield Databases(home, server)
    finally:
        with suppress(OSError):
            server.stop()
        shutil.rmtree(home, ignore_errors=True)


def check_answer(measurement: Measurement, **expected: object) -> None:
    """See that a contestant took every row for what it is.

    Raises:
        RuntimeError: it did not, so that the times would not compare.
    """
    answer = json.loads(measurement.output)
    if any(answer[key] != value for key, value in expected.items()):
        raise RuntimeError(f"expected {expected}, got {measurement.output[:2000]}")
