"""A home folder for the commands."""

from pathlib import Path

import pytest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the commands keep everything, not made yet."""
    home = tmp_path / "home"
    monkeypatch.setenv("LEARNER_IMPORTS_HOME", str(home))
    return home
