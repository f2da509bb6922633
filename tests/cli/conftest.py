"""A home folder for the commands."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands keep everything, not made yet."""
    home = tmp_path / "home"
    monkeypatch.setenv("LEARNER_IMPORTS_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def collected_garbage() -> Iterator[None]:
    """The commands that read a file leave Python's garbage collector resting: their process ends with them."""
    yield
    gc.enable()
