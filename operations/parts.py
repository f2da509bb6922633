"""The parts that `learner-imports up` runs on one machine: their commands, environment and addresses."""

import os
import sys
from typing import NamedTuple

from operations.ports import find_free_port
from settings import Settings

# Prefect's own settings: no call to a third party, no advertising, and a worker that looks for runs every second.
PREFECT_ENVIRONMENT = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "learner_imports",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_WORKER_QUERY_SECONDS": "1",
}


class Part(NamedTuple):
    """One process: its name, its command, and the address that answers when it is ready (None: at once).

    `is_once` marks one that does its work and ends.
    """

    name: str
    command: list[str]
    ready_url: str | None = None
    is_once: bool = False


class Plan(NamedTuple):
    """What is to run, in the order of starting, with the environment of all parts and where to look."""

    parts: list[Part]
    environment: dict[str, str]
    web_url: str
    prefect_url: str


def plan_parts(settings: Settings) -> Plan:
    """Decide ports and commands. A port that is taken is replaced by the next free one.

    Raises:
        OSError: no port is free.
    """
    web_port = find_free_port(settings.web_host, settings.web_port)
    prefect_port = find_free_port(settings.prefect_host, settings.prefect_port)
    prefect_url = f"http://{settings.prefect_host}:{prefect_port}"
    web_url = settings.web_url or f"http://{settings.web_host}:{web_port}"
    python = sys.executable
    ours = [python, "-m", "cli"]
    prefect = [python, "-m", "prefect"]
    parts = [
        Part(
            "prefect-server",
            [*prefect, "server", "start", "--host", settings.prefect_host, "--port", str(prefect_port)],
            ready_url=f"{prefect_url}/api/health",
        ),
        Part("website", [*ours, "web"], ready_url=f"http://{settings.web_host}:{web_port}/health"),
        Part("deployment", [python, "-m", "flows.deploying"], is_once=True),
        Part("worker", [*prefect, "worker", "start", "--pool", "learner-imports", "--type", "process"]),
        Part("collector", [*ours, "collect"]),
    ]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")
    } | PREFECT_ENVIRONMENT
    environment |= {
        "PREFECT_HOME": str(settings.home_folder / "prefect"),
        "PREFECT_API_URL": f"{prefect_url}/api",
        "LEARNER_IMPORTS_HOME": str(settings.home_folder),
        "LEARNER_IMPORTS_WEB_PORT": str(web_port),
        "LEARNER_IMPORTS_WEB_URL": web_url,
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return Plan(parts, environment, web_url, prefect_url)
