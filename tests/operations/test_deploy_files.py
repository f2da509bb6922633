"""Units, Compose file and the pages about them name commands, settings and files that exist."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # comes with Prefect, without types
from click import Context, Group

from cli.configuring import find_unknown
from cli.entry import COMMANDS, cli
from settings import PREFIX

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
ONES_OWN = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "learner-imports"}
PROGRAM = "/opt/learner-imports/.venv/bin/learner-imports"


def check_command(words: list[str]) -> None:
    """Fail unless the command line has such a command, and Prefect one of these."""
    command = cli.get_command(Context(cli), words[0])
    assert command, words
    if words[0] == "prefect":
        assert words[1:3] in (["server", "start"], ["worker", "start"])
    elif isinstance(command, Group):
        assert words[1] in command.commands
    else:
        command.make_context(words[0], words[1:])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: str(unit.stem))
def test_a_unit_runs_a_command_that_exists_and_is_started_by_the_target(unit: Path) -> None:
    text = unit.read_text()
    (line,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    program, *words = shlex.split(line)
    assert program == PROGRAM
    check_command(words)
    assert "WantedBy=learner-imports.target" in text
    assert ("Restart=on-failure" if "Type=oneshot" in text else "Restart=always") in text
    for other in re.findall(r"learner-imports-\w+\.service", text):
        assert (DEPLOY / "systemd" / other).exists()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    """In a copy with a program that exists, for systemd looks for it."""
    units = shutil.copytree(DEPLOY / "systemd", tmp_path / "units")
    for unit in units.glob("*.service"):
        unit.write_text(unit.read_text().replace(PROGRAM, str(shutil.which("true"))))
    names = sorted(str(path) for path in units.iterdir() if path.is_file())
    command = ["systemd-analyze", "verify", "--man=no", *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    about_ours = [line for line in done.stderr.splitlines() if "learner-imports" in line]
    assert (done.returncode, about_ours) == (0, [])


@pytest.mark.parametrize("name", ONES_OWN)
def test_a_container_runs_a_command_that_exists_with_settings_that_exist(name: str) -> None:
    service = ONES_OWN[name]
    check_command(service["command"])
    assert find_unknown(service["environment"]) == []
    secrets = {Path(value).name for key, value in service["environment"].items() if key.endswith("_FILE")}
    assert secrets <= set(service["secrets"]) <= COMPOSE["secrets"].keys()
    test = service.get("healthcheck", {}).get("test", [])
    if "cli" in test:
        check_command(test[test.index("cli") + 1 :])


def test_a_workers_container_that_is_stopped_tells_its_import_runs() -> None:
    """Its init, which Compose is asked for, hands SIGTERM to the worker alone unless told otherwise."""
    worker = COMPOSE["services"]["worker"]
    assert (worker["init"], worker["environment"].get("TINI_KILL_PROCESS_GROUP")) == (True, "1")


def test_the_secrets_that_compose_reads_are_made_once_and_for_those_who_run_it(tmp_path: Path) -> None:
    script = shutil.copy(DEPLOY / "make_secrets.sh", tmp_path)
    rounds = []
    for _ in range(2):
        subprocess.run(["sh", script], check=True, capture_output=True)
        rounds.append({path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()})
    made, again = rounds
    assert made == again
    assert {f"secrets/{name}" for name in made} == {secret["file"] for secret in COMPOSE["secrets"].values()}
    assert re.fullmatch(r"[0-9a-f]{64}\n", made["key"])
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    assert made["postgres_password"].strip() in made["database_url"]


def test_nothing_but_code_goes_into_the_image() -> None:
    kept = [line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line.startswith("!")]
    assert all((ROOT / path).exists() for path in kept)
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks", "data", "docs"}
    assert rooms <= set(kept)
    assert "var" not in kept


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [name for name in COMMANDS if not re.search(rf"`(learner-imports )?{name}\b", readme)] == []


@pytest.mark.parametrize("page", ["README.md", "docs/operations.md"])
def test_pages_name_settings_and_files_that_exist(page: str) -> None:
    text = (ROOT / page).read_text()
    named = set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", text))
    assert find_unknown(dict.fromkeys(named, "")) == []
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / page).parent.joinpath(target).exists(), target
