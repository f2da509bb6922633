"""Running everything with the seeds in it, in processes whose every trace is kept: output, temporary files, /proc."""

import os
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import text

from records.database import Database
from records.tables import Provider, ProviderContact
from records.upgrade import upgrade
from tests.canary.searching import Search
from tests.canary.seeds import CRASH_DATABASE, UKPRN, Seeded, drop_all, make_all

ROOT = Path(__file__).parents[2]
SAMPLE_SECONDS = 0.05


class Evidence:
    """A home where everything has been run, and what its processes left.

    Args:
        folder: for everything; the home is in it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home, self.temporary, self.output = folder / "home", folder / "tmp", folder / "output"
        for made in (self.home, self.temporary, self.output):
            made.mkdir(parents=True)
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LEARNER_IMPORTS_", "PREFECT_", "COV"))
        } | {
            "LEARNER_IMPORTS_HOME": str(self.home),
            "LEARNER_IMPORTS_STABLE_SECONDS": "0",
            "LEARNER_IMPORTS_ATTEMPT_LIMIT": "2",
            "LEARNER_IMPORTS_RETRY_PAUSE_SECONDS": "0",
            "LEARNER_IMPORTS_STAY_SECONDS": "3",
            "LEARNER_IMPORTS_LOG_LEVEL": "DEBUG",
            "TMPDIR": str(self.temporary),
        }
        self.database = Database(f"sqlite:///{self.home / 'learners.db'}")
        self.processes: set[str] = set()
        self.seeded: list[Seeded] = []

    @property
    def provider_folder(self) -> Path:
        """The provider's drop folder."""
        return self.home / "drop" / UKPRN

    @property
    def search(self) -> Search:
        """What is looked for."""
        return Search(self.seeded, self.database, self.home / "key")

    def seed(self) -> None:
        """Make the database, with one that fails for one workbook, and drop every workbook."""
        upgrade(self.database)
        with self.database.write() as session:
            contact = ProviderContact(email="data@provider.example")
            session.add(Provider(ukprn=UKPRN, name="Northfield Sixth Form", contacts=[contact]))
            session.execute(
                text(
                    "CREATE TRIGGER refuse BEFORE INSERT ON learner WHEN new.last_name LIKE "
                    f"'{CRASH_DATABASE}%' BEGIN SELECT RAISE(ABORT, 'no room for {CRASH_DATABASE}'); END"
                )
            )
        self.seeded = make_all()
        drop_all(self.provider_folder, self.seeded)

    def run(self, *command: str, name: str, **environment: str) -> int:
        """Run a Python command to its end, keep its output, and note all processes of it meanwhile."""
        process = self.start(*command, name=name, **environment)
        self.wait_for([process])
        return process.returncode

    def wait_for(self, processes: list[subprocess.Popen[bytes]]) -> None:
        """Wait for the ends of these, and note all processes of theirs meanwhile."""
        while any(process.poll() is None for process in processes):
            self.note_processes()
            time.sleep(SAMPLE_SECONDS)

    def start(self, *command: str, name: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a Python command; its output goes to a file of this name."""
        with (self.output / name).open("wb") as output:
            return subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def note_processes(self) -> None:
        """Note command lines and environments of the processes that have our temporary folder or a reader's command."""
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                seen = (entry / "cmdline").read_bytes(), (entry / "environ").read_bytes()
            except OSError:
                continue
            if str(self.folder).encode() in seen[1] or b"schemas.reading" in seen[0]:
                self.processes |= {part.decode("latin-1") for part in seen}
