"""Which files `check` and `import` take by name, and that nothing is left of one that no import has."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import intake.storage
from tests.cli.test_file_commands import SAMPLES, run

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def providers(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run(monkeypatch, "providers", "load", str(SAMPLES / "providers.csv"))
    capsys.readouterr()


def read_imports(home: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "learners.db")) as connection:
        return list(connection.execute("SELECT file_name, file_bytes, status FROM learner_import"))


@pytest.mark.parametrize(("command", "imports"), [("check", []), ("import", ["ours.xls"])])
def test_a_link_that_the_operator_names_is_followed_and_keeps_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path, command: str, imports: list[str]
) -> None:
    (tmp_path / "ours.xls").symlink_to(SAMPLES / "01-clean-small.xls")
    assert run(monkeypatch, command, str(tmp_path / "ours.xls"), "--ukprn", "10001234") == 0
    assert [name for name, *_ in read_imports(home)] == imports


@pytest.mark.parametrize("command", ["check", "import"])
@pytest.mark.parametrize("name", ["pipe", "/dev/null"])
def test_what_is_no_file_is_wrong_usage_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    home: Path,
    command: str,
    name: str,
) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert run(monkeypatch, command, str(tmp_path / name), "--ukprn", "10001234") == 2
    assert "is a pipe or a device. Save what comes from it" in capsys.readouterr().err
    assert not (home / "storage").exists()


def test_a_file_that_is_still_written_to_is_wrong_usage_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, home: Path
) -> None:
    file, copy = tmp_path / "learners.xls", intake.storage._copy
    shutil.copy(SAMPLES / "01-clean-small.xls", file)

    def write_meanwhile(*arguments: Any) -> tuple[str, int]:
        with file.open("ab") as writer:
            writer.write(b"more")
        return copy(*arguments)

    monkeypatch.setattr(intake.storage, "_copy", write_meanwhile)
    assert run(monkeypatch, "import", str(file), "--ukprn", "10001234") == 2
    assert "Wait until it is complete, then try again." in capsys.readouterr().err
    assert read_imports(home) == [] and list((home / "storage").iterdir()) == []


@pytest.mark.parametrize(("command", "copied_sizes"), [("check", []), ("import", [0])])
def test_a_file_over_the_limit_is_refused_and_not_copied(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    home: Path,
    command: str,
    copied_sizes: list[int],
) -> None:
    file = SAMPLES / "01-clean-small.xls"
    monkeypatch.setenv("LEARNER_IMPORTS_FILE_LIMIT_BYTES", str(file.stat().st_size - 1))
    assert run(monkeypatch, command, str(file), "--ukprn", "10001234", "--json") == 1
    outcome = json.loads(capsys.readouterr().out)
    assert [finding["rule"] for finding in outcome["findings"]] == ["file_too_large"]
    assert [path.stat().st_size for path in home.glob("storage/*")] == copied_sizes
    assert read_imports(home) == [(file.name, file.stat().st_size, "unsuccessful")] * len(copied_sizes)


TERMINATED = """
import importlib, os, signal, sys
module, name = sys.argv.pop(1).rsplit(".", 1)
number = int(sys.argv.pop(1))
setattr(importlib.import_module(module), name, lambda *_, **__: os.kill(os.getpid(), number))
from cli.entry import main
main()
"""


@pytest.mark.parametrize(
    ("moment", "kept_count"),
    [
        ("cli.opening.find_provider_or_refuse", 0),
        ("flows.single_file.take_within", 0),
        ("flows.single_file.process_import", 1),
    ],
    ids=["not queued yet", "about to be queued", "queued"],
)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_being_told_to_end_leaves_no_file_behind_that_no_import_has(
    home: Path, moment: str, kept_count: int, number: int
) -> None:
    words = ["import", str(SAMPLES / "01-clean-small.xls"), "--ukprn", "10001234"]
    program = [sys.executable, "-c", TERMINATED, moment, str(int(number))]
    done = subprocess.run([*program, *words], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 128 + number
    assert len(list((home / "storage").iterdir())) == len(read_imports(home)) == kept_count
