"""The parts that `learner-imports up` runs on one machine: their commands, environment and addresses."""

import os
import socket
import sys
from typing import NamedTuple

from operations.ports import find_free_port
from operations.prefect_environment import take_over_prefect
from settings import Settings


class Part(NamedTuple):
    """One process: its name, its command, and what answers when it is ready (None and None: it is ready at once).

    `ready_url` answers with status 200; `ready_address`, a host and a port, takes connections. `is_once` marks a part
    that does its work and ends.
    """

    name: str
    command: list[str]
    ready_url: str | None = None
    ready_address: tuple[str, int] | None = None
    is_once: bool = False

    @property
    def is_server(self) -> bool:
        """Whether others connect to it, so that it is started before them and stopped after them."""
        return bool(self.ready_url or self.ready_address)


class Plan(NamedTuple):
    """What is to run, in the order of starting, with the environment of all parts and where to look."""

    parts: list[Part]
    environment: dict[str, str]
    web_url: str
    prefect_url: str
    sftp_address: str = ""


def plan_parts(settings: Settings) -> Plan:
    """Decide ports and commands. A port that is taken is replaced by the next free one.

    Raises:
        OSError: no port is free, or this machine has no such address.
    """
    web_port = find_free_port(settings.web_host, settings.web_port)
    prefect_port = find_free_port(settings.prefect_host, settings.prefect_port)
    sftp_port = find_free_port(settings.sftp_host, settings.sftp_port)
    prefect_url = f"http://{name_for_people(settings.prefect_host)}:{prefect_port}"
    web_url = settings.web_url or f"http://{name_for_people(settings.web_host)}:{web_port}"
    parts = _list_parts(settings, web_port=web_port, prefect_port=prefect_port, sftp_port=sftp_port)
    environment = take_over_prefect(settings, os.environ) | {
        "PREFECT_API_URL": f"{find_own_url(settings.prefect_host, prefect_port)}/api",
        "PREFECT_SERVER_API_PORT": str(prefect_port),
        "LEARNER_IMPORTS_HOME": str(settings.home_folder),
        "LEARNER_IMPORTS_WEB_PORT": str(web_port),
        "LEARNER_IMPORTS_WEB_URL": web_url,
        "LEARNER_IMPORTS_SFTP_PORT": str(sftp_port),
        "LEARNER_IMPORTS_PREFECT_PORT": str(prefect_port),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return Plan(parts, environment, web_url, prefect_url, f"{name_for_people(settings.sftp_host)}:{sftp_port}")


def _list_parts(settings: Settings, *, web_port: int, prefect_port: int, sftp_port: int) -> list[Part]:
    python = sys.executable
    ours = [python, "-m", "cli"]
    prefect = [python, "-m", "prefect"]
    return [
        Part(
            "prefect-server",
            [*prefect, "server", "start", "--host", settings.prefect_host, "--port", str(prefect_port)],
            ready_url=f"{find_own_url(settings.prefect_host, prefect_port)}/api/health",
        ),
        Part("website", [*ours, "web"], ready_url=f"{find_own_url(settings.web_host, web_port)}/health"),
        Part("sftp", [*ours, "sftp"], ready_address=(find_own_host(settings.sftp_host), sftp_port)),
        Part("deployment", [python, "-m", "flows.deployments.deploying", "--alone"], is_once=True),
        Part("worker", [*prefect, "worker", "start", "--pool", "learner-imports", "--type", "process"]),
        Part("collector", [*ours, "collect"]),
    ]


def find_own_host(host: str) -> str:
    """Return where a program on this machine reaches what listens on `host`: "every address" is none to connect to."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - what it is replaced by is loopback


def name_for_people(host: str) -> str:
    """Return what people type to reach what listens on `host`: this machine's name where that is every address."""
    return socket.gethostname() if find_own_host(host) != host else write_host(host)


def find_own_url(host: str, port: int) -> str:
    """Return the address at which a program on this machine reaches what listens on `host`."""
    return f"http://{write_host(find_own_host(host))}:{port}"


def write_host(host: str) -> str:
    """Write a host as addresses do: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host
