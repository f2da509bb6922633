"""A clock to set, and dropping, collecting and reading back, for tests of collectors."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from intake.collecting import Collected, Collecting
from records.database import Database
from records.tables import LearnerImport
from tests.conftest import UKPRN

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LIMIT_BYTES = 1000
OURS, THEIRS = "0" * 8, "1" * 8


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def drop(root: Path, content: bytes = b"workbook", name: str = "our learners.xls", ukprn: str = UKPRN) -> Path:
    path = root / ukprn / name
    path.write_bytes(content)
    return path


def collect(collecting: Collecting, **options: set[str]) -> Collected:
    return collecting.collect(now=lambda: NOON, **options)


def read_imports(database: Database) -> list[LearnerImport]:
    with database.read() as session:
        return list(session.scalars(select(LearnerImport).order_by(LearnerImport.id)))
