"""The demo: three providers, the samples dropped in their folders, and what becomes of each told as it happens."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, joinedload

from loaders.providers import load_providers
from records.database import Database
from records.tables import ImportStatus, LearnerImport, Provider, ProviderContact
from settings import Settings

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
FINISHED = (ImportStatus.SUCCESSFUL, ImportStatus.UNSUCCESSFUL, ImportStatus.FAILED)
NEWS_LIMIT = 500  # told at a time


def prepare_demo(settings: Settings, database: Database) -> int:
    """Register the demo providers and drop the samples that were not dropped before. Returns how many were dropped."""
    with database.write() as session:
        load_providers(session, SAMPLES / "providers.csv")
        for provider in session.scalars(select(Provider).where(~Provider.contacts.any())):
            provider.contacts.append(ProviderContact(email=f"data.manager@{provider.ukprn}.example"))
    with database.read() as session:
        known = set(session.scalars(select(LearnerImport.sha256)))
    dropped_count = 0
    for expected_file in sorted(SAMPLES.glob("*.expected.json")):
        sample = next(path for path in expected_file.parent.glob(f"{_stem(expected_file)}.xls*"))
        if sha256(sample.read_bytes()).hexdigest() not in known:
            _drop(sample, settings.drop_folder / json.loads(expected_file.read_text())["ukprn"])
            dropped_count += 1
    return dropped_count


def _stem(expected_file: Path) -> str:
    return expected_file.name.removesuffix(".expected.json")


def _drop(sample: Path, folder: Path) -> None:
    """Copy under a temporary name, then rename: so the collector never sees half a file."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{sample.name}.part"
    shutil.copy(sample, partial)
    partial.rename(folder / sample.name)


class Announcer:
    """Tells of each import once when it has finished, from the database.

    It looks only at what came after the oldest import that was unfinished when it last looked, so that looking stays
    cheap for months. One that operators put back later is not told again.

    Args:
        database: where imports are.
        say: how a line is told.
    """

    def __init__(self, database: Database, *, say: Callable[[str], None]) -> None:
        self._database = database
        self._say = say
        self._begin_at = 0
        self._told: set[int] = set()
        with database.read() as session:
            finished = LearnerImport.status.in_(FINISHED)
            self.before_count = session.scalar(select(func.count(LearnerImport.id)).where(finished)) or 0
            self._begin_at = _find_oldest_unfinished(session)
            self._told = set(session.scalars(select(LearnerImport.id).where(finished, self._is_in_view())))

    def tell_news(self) -> None:
        """Tell of every import that has finished since the last time. A database that does not answer has no news."""
        with suppress(SQLAlchemyError):
            for learner_import in self._find_news():
                self._told.add(learner_import.id)
                self._say(describe_import(learner_import))

    def _find_news(self) -> list[LearnerImport]:
        with self._database.read() as session:
            # Asked first: what finishes between the two questions is then news, and not passed over.
            oldest_unfinished = _find_oldest_unfinished(session)
            finished = select(LearnerImport.id).where(LearnerImport.status.in_(FINISHED), self._is_in_view())
            new = sorted(set(session.scalars(finished)) - self._told)[:NEWS_LIMIT]
            news = session.scalars(
                select(LearnerImport)
                .where(LearnerImport.id.in_(new))
                .options(joinedload(LearnerImport.provider))
                .order_by(LearnerImport.id)
            ).all()
            if len(new) < NEWS_LIMIT:
                self._begin_at = max(self._begin_at, min([oldest_unfinished, *new]))
        self._told = {import_id for import_id in self._told if import_id >= self._begin_at}
        return list(news)

    def _is_in_view(self) -> ColumnElement[bool]:
        return LearnerImport.id >= self._begin_at


def _find_oldest_unfinished(session: Session) -> int:
    unfinished = LearnerImport.status.in_((ImportStatus.REQUESTED, ImportStatus.PROCESSING))
    oldest = session.scalar(select(func.min(LearnerImport.id)).where(unfinished))
    return oldest or (session.scalar(select(func.max(LearnerImport.id))) or 0) + 1


def describe_import(learner_import: LearnerImport) -> str:
    """Tell in one line what became of an import. Only our samples are named: others may hold a learner's."""
    counts = (
        f"{learner_import.created_count} created, {learner_import.updated_count} updated, "
        f"{learner_import.unchanged_count} unchanged"
    )
    outcome: str = learner_import.status
    if learner_import.repeats_import_id:
        outcome, counts = "already imported", f"same file as import {learner_import.repeats_import_id}"
    elif learner_import.is_check and learner_import.status == ImportStatus.SUCCESSFUL:
        outcome, counts = "checked", f"{counts} if it is imported"
    elif learner_import.status != ImportStatus.SUCCESSFUL:
        counts = f"{learner_import.error_count} errors, nothing loaded"
    if learner_import.warning_count:
        counts += f", {learner_import.warning_count} warnings"
    name = f" {learner_import.file_name}" if (SAMPLES / learner_import.file_name).is_file() else ""
    return f"{learner_import.provider.ukprn} · import {learner_import.id} ·{name}: {outcome} ({counts})"
