"""A stem to fork workers from, a place to work in, and the counts at the end."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.ledger import Reckoning
from tests.faults.place import Place
from tests.faults.stem import Stem
from tests.faults.tally import NAMES, TALLY

MakePlace = Callable[..., Place]
Settle = Callable[..., Reckoning]


@pytest.fixture(scope="session")
def stem() -> Iterator[Stem]:
    stem = Stem()
    yield stem
    stem.close()


@pytest.fixture
def make_place(tmp_path: Path, database_url: str) -> MakePlace:
    """Makes a place with a home of its own and the test's database."""

    def make_place(**options: Any) -> Place:
        return Place(tmp_path / "home", database_url, **options)

    return make_place


@pytest.fixture
def place(make_place: MakePlace) -> Place:
    return make_place()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TALLY["rows put in"]:
        terminalreporter.section("fault tests")
        for name in NAMES:
            terminalreporter.write_line(f"{TALLY[name]:8,}  {name}")
