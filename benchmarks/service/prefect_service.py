"""A Prefect server and its workers as processes of their own, for benchmarks and for tests that need the real thing.

Nothing of it outlives the block, and nothing of it is shared with a service that runs on the same machine.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from flows.deployments.prefect_view import WORK_POOL
from operations.ports import find_free_port
from operations.prefect_environment import describe_prefect
from settings import Settings

ROOT = Path(__file__).parents[2]
READY_SECONDS = 180.0  # a first start makes Prefect's database
FIRST_PORT = 14200


class PrefectService:
    """The server, our deployments on it, and workers as they are asked for.

    Args:
        settings: whose home holds everything, the processes' logs too.
        worker_count: workers to begin with.
        extra: more of the environment.
    """

    def __init__(self, settings: Settings, *, worker_count: int = 1, extra: dict[str, str] | None = None) -> None:
        self.settings = settings
        self._worker_count = worker_count
        self._port = find_free_port("127.0.0.1", FIRST_PORT)
        self.api_url = f"http://127.0.0.1:{self._port}/api"
        self.environment = self._describe_environment() | (extra or {})
        self._processes: list[subprocess.Popen[bytes]] = []
        self._log_folder = settings.home_folder / "logs"

    def __enter__(self) -> "PrefectService":
        """Start everything and wait until the workers are there.

        Raises:
            RuntimeError: the server did not answer in time, or refused the deployments.
        """
        self._log_folder.mkdir(parents=True, exist_ok=True)
        try:
            self.server = self.start(
                "server", "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(self._port)
            )
            self._wait_for_server()
            deployed = self.start("deployment", "-m", "flows.deployments.deploying", "--alone")
            if deployed.wait(READY_SECONDS):
                raise RuntimeError((self._log_folder / "deployment.log").read_text())
            self.workers = [self.start_worker() for _ in range(self._worker_count)]
        except BaseException:
            self._end_all()
            raise
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _fault: BaseException | None, _at: TracebackType | None
    ) -> None:
        """End every process."""
        self._end_all()

    def start(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start Python with these arguments in a process group of its own; what it prints goes to the log of `name`."""
        with (self._log_folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """Start one more worker."""
        number = sum("worker" in str(process.args) for process in self._processes) + 1
        return self.start(
            f"worker-{number}", "-m", "prefect", "worker", "start", "--pool", WORK_POOL, "--type", "process"
        )

    def _describe_environment(self) -> dict[str, str]:
        ours = {
            f"LEARNER_IMPORTS_{name.upper()}": str(getattr(self.settings, name))
            for name in self.settings.model_fields_set
        }
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        environment = inherited | describe_prefect(self.settings) | ours
        environment |= {"PREFECT_API_URL": self.api_url, "LEARNER_IMPORTS_HOME": str(self.settings.home_folder)}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        return environment

    def _wait_for_server(self) -> None:
        give_up_at = time.monotonic() + READY_SECONDS
        while time.monotonic() < give_up_at and self.server.poll() is None:
            with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{self.api_url}/health", timeout=2):
                return
            time.sleep(0.2)
        raise RuntimeError((self._log_folder / "server.log").read_text())

    def _end_all(self) -> None:
        for process in reversed(self._processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self._processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
