"""Calling `learner-imports` with a home folder of its own: by its entry in this process, or as a process."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli.entry import main

COMMAND = Path(sys.executable).with_name("learner-imports")
PROVIDERS = Path(__file__).parents[2] / "data" / "samples" / "providers.csv"
HOME = "LEARNER_IMPORTS_HOME"
TIME_LIMIT_SECONDS = 120


class Answer(NamedTuple):
    """What the command answered."""

    exit_code: int
    output: str
    complaint: str

    @property
    def outcome(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        outcome = json.loads(self.output)
        assert isinstance(outcome, dict)
        return outcome


def call(home: Path, *arguments: str | Path) -> Answer:
    """Call the command's entry in this process, which saves its start."""
    output, complaint = io.StringIO(), io.StringIO()
    exit_code: object = 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(output), redirect_stderr(complaint):
        patch.setenv(HOME, str(home))
        patch.setattr(sys, "argv", [COMMAND.name, *map(str, arguments)])
        try:
            main()
        except SystemExit as end:
            exit_code = end.code or 0
    assert isinstance(exit_code, int)
    return Answer(exit_code, output.getvalue(), complaint.getvalue())


def start(home: Path, *arguments: str | Path, before: Callable[[], None] | None = None) -> Answer:
    """Run the command as people do, in a process of its own that calls `before` first."""
    done = subprocess.run(
        [COMMAND, *arguments],
        env=os.environ | {HOME: str(home)},
        preexec_fn=before,
        capture_output=True,
        encoding="utf-8",
        timeout=TIME_LIMIT_SECONDS,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def prepare(home: Path) -> None:
    """Make the database and register the three demo providers."""
    for arguments in (["db", "upgrade"], ["providers", "load", PROVIDERS]):
        answer = call(home, *arguments)
        assert answer.exit_code == 0, answer


def import_file(home: Path, file: Path, ukprn: str) -> Answer:
    """Import a file for a provider."""
    return call(home, "import", file, "--ukprn", ukprn, "--json")
