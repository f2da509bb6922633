"""`learner-imports up` in a process and a home of its own, for measurements that drop files into its folders.

Owns starting, stopping, dropping and counting. Does not measure.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from flows.run_signs import PART
from records.database import Database
from records.tables import ImportStatus, LearnerImport, PartBeat, Provider
from records.upgrade import upgrade

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120.0
FINISHED = (ImportStatus.SUCCESSFUL, ImportStatus.UNSUCCESSFUL, ImportStatus.FAILED)


class RunningService:
    """The service, its database and its drop folders.

    Args:
        home: an empty folder, which is gone when the service has ended.
        ukprns: of the providers to register.
        database_url: of an empty database; empty means SQLite in the home folder.
        extra: more of the environment, such as settings.
    """

    def __init__(
        self, home: Path, ukprns: Iterable[str], *, database_url: str = "", extra: Mapping[str, str] | None = None
    ) -> None:
        address = database_url or f"sqlite:///{home / 'learners.db'}"
        self.home, self.database = home, Database(address)
        own = {"LEARNER_IMPORTS_HOME": str(home), "LEARNER_IMPORTS_DATABASE_URL": address}
        self._environment = os.environ | own | dict(extra or {})
        self._provider_count = 0
        upgrade(self.database)
        with self.database.write() as session:
            for ukprn in sorted(set(ukprns)):
                session.add(Provider(ukprn=ukprn, name=f"Provider {ukprn}"))
                self._provider_count += 1

    @contextmanager
    def run(self) -> Iterator[int]:
        """Run it. Gives its process id."""
        with (self.home / "up.txt").open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "cli", "up"],
                cwd=ROOT,
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()  # its undertaker ends the parts
            self.database.close()
            shutil.rmtree(self.home, ignore_errors=True)

    def wait_for_folders(self) -> None:
        """Wait until the collector has made the providers' folders."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while sum(1 for _ in (self.home / "drop").glob("*/outcomes")) < self._provider_count:
            if time.monotonic() > give_up_at:
                raise TimeoutError((self.home / "up.txt").read_text())
            time.sleep(0.1)
        time.sleep(1)

    def wait(self, *, for_run: bool) -> None:
        """Wait until an import run is alive, or none is."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while self._has_run() is not for_run and time.monotonic() < give_up_at:
            time.sleep(0.1)

    def _has_run(self) -> bool:
        with self.database.read() as session:
            return session.scalar(select(PartBeat.id).where(PartBeat.part == PART).limit(1)) is not None

    def bring(self, ukprn: str, source: Path) -> Path:
        """Copy a file into its provider's folder, where it does not count as dropped until `complete` renames it."""
        partial = self.home / "drop" / ukprn / f"{source.name}.part"
        shutil.copyfile(source, partial)
        return partial

    @staticmethod
    def complete(partial: Path) -> None:
        """Give a file that was brought its own name, by which it is dropped."""
        partial.rename(partial.with_suffix(""))

    def drop(self, ukprn: str, source: Path) -> float:
        """Drop a file and wait for its receipt. Returns the seconds between."""
        before, partial = self.list_receipts(ukprn), self.bring(ukprn, source)
        began = time.monotonic()
        self.complete(partial)
        while self.list_receipts(ukprn) == before:
            if time.monotonic() - began > PATIENCE_SECONDS:
                raise TimeoutError(f"no receipt within {PATIENCE_SECONDS:.0f} s")
            time.sleep(0.01)
        return time.monotonic() - began

    def list_receipts(self, ukprn: str = "*") -> set[Path]:
        """Return the receipts in a provider's `outcomes/`, or in all of them."""
        return set((self.home / "drop").glob(f"{ukprn}/outcomes/*.txt"))

    def count_finished(self) -> int:
        """Return how many imports have their outcome."""
        with self.database.read() as session:
            finished = select(func.count()).select_from(LearnerImport).where(LearnerImport.status.in_(FINISHED))
            return session.scalar(finished) or 0

    def check_all_loaded(self, *, file_count: int, learner_count: int) -> None:
        """See that all that was dropped was loaded whole, at the first attempt.

        Raises:
            RuntimeError: that is not so, and the times would say nothing. The text counts what came of the files.
        """
        created = func.coalesce(func.sum(LearnerImport.created_count), 0)
        with self.database.read() as session:
            found = session.execute(
                select(LearnerImport.status, LearnerImport.attempt_count, func.count(), created).group_by(
                    LearnerImport.status, LearnerImport.attempt_count
                )
            ).all()
        if [tuple(row) for row in found] != [(ImportStatus.SUCCESSFUL, 1, file_count, learner_count)]:
            told = "; ".join(
                f"{count} {status} at attempt {attempt}, {learners} learners"
                for status, attempt, count, learners in found
            )
            raise RuntimeError(f"expected {file_count} successful imports of {learner_count} learners, got: {told}")
