"""Requests a second of the real server, `learner-imports web`, asked by the load tool `hey` as a manager's browsers do.

Debian has it: `apt-get install hey`. Without it there are no such figures, and the page says so.
"""

import csv
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.website.nation import KEY
from benchmarks.website.pages import PAGES, Manager
from operations.ports import find_free_port
from records.database import Database

ROOT = Path(__file__).parents[2]
TOOL = "hey"
FIRST_PORT = 18100
READY_SECONDS = 60
BROWSERS = 8
SECONDS = 5
WARM_UP = 5 * BROWSERS  # requests
LOADED = ("Dashboard, as it opens", "Learners", "Learners called Smith", "A learner", "Not logged in", "Imports")


class Load(NamedTuple):
    """What the server answered of one page: how many a second, and after how many milliseconds."""

    page: str
    requests_per_second: float
    median: float
    percentile_95: float


def load_server(database: Database, manager: Manager) -> list[Load]:
    """Ask the server for each page by so many browsers at once, for some seconds. Nothing without the load tool.

    Raises:
        RuntimeError: the server did not start, or a page was not answered with 200.
    """
    if not shutil.which(TOOL):
        return []
    cookie = manager.client.get_cookie("session")
    assert cookie is not None
    with serve(database) as address:
        return [_load(f"{address}{PAGES[page](manager)}", page, cookie.value) for page in LOADED]


def _load(address: str, page: str, cookie: str) -> Load:
    """Let the load tool ask, after some requests that are not counted."""
    asking = [TOOL, "-c", str(BROWSERS), "-o", "csv", "-H", f"Cookie: session={cookie}", address]
    subprocess.run([*asking[:1], "-n", str(WARM_UP), *asking[1:]], capture_output=True, check=True)
    timed = [*asking[:1], "-z", f"{SECONDS}s", *asking[1:]]
    told = subprocess.run(timed, capture_output=True, text=True, check=True).stdout
    answers = list(csv.DictReader(io.StringIO(told)))
    wrong = [answer["status-code"] for answer in answers if answer["status-code"] != "200"]
    if wrong or not answers:
        raise RuntimeError(f"{page}: {len(wrong)} of {len(answers)} answers were not 200, such as {wrong[:1]}")
    milliseconds = [float(answer["response-time"]) * 1000 for answer in answers]
    return Load(
        page, len(answers) / SECONDS, statistics.median(milliseconds), statistics.quantiles(milliseconds, n=20)[-1]
    )


@contextmanager
def serve(database: Database) -> Iterator[str]:
    """Run the website's own process over the database; give its address.

    Raises:
        RuntimeError: it did not answer in time.
    """
    port = find_free_port("127.0.0.1", FIRST_PORT)
    with tempfile.TemporaryDirectory(prefix="learner-imports-website-") as home:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LEARNER_IMPORTS_")} | {
            "LEARNER_IMPORTS_HOME": home,
            "LEARNER_IMPORTS_DATABASE_URL": database.url,
            "LEARNER_IMPORTS_KEY": KEY.hex(),
            "LEARNER_IMPORTS_WEB_PORT": str(port),
        }
        with Path(home, "web.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "cli", "web"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        try:
            _wait(f"http://127.0.0.1:{port}/health", process, Path(home, "web.log"))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except urllib.error.HTTPError:  # it answers, and says that other parts do not run
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the website does not answer: {log.read_text()[-2000:]}")
