"""Starting a process of Python that runs a module of ours, and ending a process with all that it started.

Owns what such a process is given: where its modules are, and none of our secrets.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

KEPT_VARIABLES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE")


class StartedProcess(subprocess.Popen[bytes]):
    """A process in a session of its own, that `end` ends; what it says of its errors goes nowhere."""

    def __init__(self, arguments: list[str], **options: Any) -> None:
        super().__init__(arguments, stderr=subprocess.DEVNULL, start_new_session=True, **options)

    def has_begun(self) -> bool:
        """Whether there is a process that may be blamed for taking long."""
        return True

    def end(self) -> None:
        """Kill the process with all that it started, unless it has ended, and clear it away."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self.wait()
        if self.stdout:
            self.stdout.close()


def start_module(module: str, *arguments: str, stdin: int, stdout: int) -> StartedProcess:
    """Start Python with a module of ours; standard input and output as `subprocess` takes them."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    found_at = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    return StartedProcess(
        [sys.executable, "-S", "-P", "-m", module, *arguments],
        stdin=stdin,
        stdout=stdout,
        env=kept | {"PYTHONPATH": found_at},
    )
