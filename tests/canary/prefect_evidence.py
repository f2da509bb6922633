"""The same run on a Prefect server of its own, and everything that the server keeps or tells of it."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from operations.prefect_environment import PREFECT_ENVIRONMENT
from tests.canary.evidence import Evidence
from tests.notifications.mail_server import find_free_port

START_SECONDS = 180
KINDS = ("flows", "flow_runs", "task_runs", "logs", "artifacts", "deployments", "variables", "block_documents")
PAGE = 200


class PrefectEvidence(Evidence):
    """Evidence of a run whose flow and logs go to a Prefect server."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.prefect_home = folder / "prefect"
        self.port = find_free_port()
        self.api = f"http://127.0.0.1:{self.port}/api"
        self.environment |= PREFECT_ENVIRONMENT | {
            "PREFECT_HOME": str(self.prefect_home),
            "PREFECT_API_URL": self.api,
            "PREFECT_LOGGING_LEVEL": "DEBUG",
        }

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Run the server meanwhile."""
        command = ("-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(self.port))
        server = self.start(*command, name="prefect server")
        try:
            give_up_at = time.monotonic() + START_SECONDS
            while not self._is_up():
                assert server.poll() is None and time.monotonic() < give_up_at
                time.sleep(0.2)
            yield
        finally:
            server.terminate()
            server.wait(30)

    def read_everything(self) -> dict[str, list[Any]]:
        """Ask the API for all that it has, by kind."""
        return {kind: self._read(kind) for kind in KINDS}

    def _read(self, kind: str) -> list[Any]:
        found: list[Any] = []
        while True:
            body = json.dumps({"limit": PAGE, "offset": len(found)}).encode()
            request = urllib.request.Request(
                f"{self.api}/{kind}/filter", data=body, headers={"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=30) as answer:
                page = json.load(answer)
            found += page
            if len(page) < PAGE:
                return found

    def _is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.api}/health", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False
