"""What Prefect is told: one source for every way of running it, and no secret where others of the machine can read."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from operations.parts import find_own_url, plan_parts
from operations.prefect_environment import PREFECT_ENVIRONMENT, add_prefect, describe_prefect
from settings import Settings

ROOT = Path(__file__).parents[2]
SECRET = "s3cret-canary"
ADDRESS = f"postgresql+asyncpg://prefect:{SECRET}@db.example/prefect"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path,
        prefect_auth=SecretStr(f"admin:{SECRET}"),
        prefect_database_url=SecretStr(ADDRESS),
        prefect_port=18400,
    )


def test_secrets_go_by_environment_and_never_by_command(settings: Settings) -> None:
    plan = plan_parts(settings)
    assert plan.environment["PREFECT_SERVER_API_AUTH_STRING"] == f"admin:{SECRET}"
    assert plan.environment["PREFECT_API_AUTH_STRING"] == f"admin:{SECRET}"
    assert plan.environment["PREFECT_SERVER_DATABASE_CONNECTION_URL"] == ADDRESS
    assert SECRET not in str(plan.parts)


def test_up_is_not_sent_to_another_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell that is set up for another Prefect server must not send our runs there."""
    monkeypatch.setenv("PREFECT_API_URL", "https://elsewhere.example/api")
    monkeypatch.setenv("PREFECT_API_KEY", "key")
    monkeypatch.setenv("PREFECT_HOME", "/elsewhere")
    environment = plan_parts(Settings(home=tmp_path)).environment
    assert environment["PREFECT_API_URL"].startswith("http://127.0.0.1:")
    assert "PREFECT_API_KEY" not in environment
    assert environment["PREFECT_HOME"] == str(tmp_path / "prefect")
    assert environment.items() >= PREFECT_ENVIRONMENT.items()


@pytest.mark.parametrize("name", sorted(PREFECT_ENVIRONMENT.keys() - {"DO_NOT_TRACK"}))
def test_how_prefect_works_an_operator_may_decide(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "chosen")
    settings = Settings(home=tmp_path)
    assert plan_parts(settings).environment[name] == "chosen"
    assert add_prefect(settings, os.environ)[name] == "chosen"


def test_a_server_elsewhere_is_reached_where_the_settings_say(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, prefect_url="https://prefect.example/")
    assert describe_prefect(settings)["PREFECT_API_URL"] == "https://prefect.example/api"
    assert add_prefect(settings, {"PREFECT_API_URL": "http://set/api", "A": "b"})["PREFECT_API_URL"] == "http://set/api"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:1"),
        ("::", "http://[::1]:1"),
        ("::1", "http://[::1]:1"),
        ("h.example", "http://h.example:1"),
    ],
)
def test_parts_of_this_machine_reach_what_listens_everywhere(host: str, url: str) -> None:
    assert find_own_url(host, 1) == url


def test_people_are_told_an_address_that_they_can_type(tmp_path: Path) -> None:
    plan = plan_parts(Settings(home=tmp_path, web_host="0.0.0.0", web_port=18410))
    assert plan.web_url == f"http://{socket.gethostname()}:18410"
    assert plan.parts[1].ready_url == "http://127.0.0.1:18410/health"


def test_prefect_itself_understands_all_of_it(settings: Settings) -> None:
    """Run as an operator would: `learner-imports prefect ...`. A name that Prefect no longer knows would be missing."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment |= {
        "LEARNER_IMPORTS_HOME": str(settings.home),
        "LEARNER_IMPORTS_PREFECT_AUTH": f"admin:{SECRET}",
        "LEARNER_IMPORTS_PREFECT_DATABASE_URL": ADDRESS,
        "LEARNER_IMPORTS_PREFECT_PORT": "18401",
    }
    done = subprocess.run(
        [sys.executable, "-m", "cli", "prefect", "config", "view", "--hide-sources"],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    shown = dict(line.split("=", 1) for line in done.stdout.replace("\n    ", "").splitlines() if "=" in line)
    assert {"PREFECT_API_URL", "PREFECT_API_AUTH_STRING", "PREFECT_SERVER_API_AUTH_STRING"} <= shown.keys()
    of_loggers = {name for name in PREFECT_ENVIRONMENT if name.startswith("PREFECT_LOGGING_LOGGERS_")}  # logging.yml's
    named = PREFECT_ENVIRONMENT.keys() - {"DO_NOT_TRACK"} - of_loggers
    assert named <= shown.keys()
    assert SECRET not in done.stdout
