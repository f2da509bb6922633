"""The demo: three providers, the samples dropped in their folders, and what becomes of each told as it happens."""

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from intake.drop_folders import DropFolders
from loaders.providers import load_providers
from records.database import Database
from records.tables import ImportStatus, LearnerImport, Provider, ProviderContact
from settings import Settings

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
FINISHED = (ImportStatus.SUCCESSFUL, ImportStatus.UNSUCCESSFUL, ImportStatus.FAILED)


def prepare_demo(settings: Settings, database: Database) -> int:
    """Register the demo providers and drop the samples that were not dropped before. Returns how many were dropped."""
    with database.write() as session:
        load_providers(session, SAMPLES / "providers.csv")
        for provider in session.scalars(select(Provider).where(~Provider.contacts.any())):
            provider.contacts.append(ProviderContact(email=f"data.manager@{provider.ukprn}.example"))
    with database.read() as session:
        known = set(session.scalars(select(LearnerImport.sha256)))
    folders = DropFolders(settings.drop_folder, stable_seconds=0, clock=lambda: 0.0)
    dropped_count = 0
    for expected_file in sorted(SAMPLES.glob("*.expected.json")):
        sample = next(path for path in expected_file.parent.glob(f"{_stem(expected_file)}.xls*"))
        if sha256(sample.read_bytes()).hexdigest() not in known:
            _drop(sample, folders.make_for(json.loads(expected_file.read_text())["ukprn"]))
            dropped_count += 1
    return dropped_count


def _stem(expected_file: Path) -> str:
    return expected_file.name.removesuffix(".expected.json")


def _drop(sample: Path, folder: Path) -> None:
    """Copy under a temporary name, then rename: so the collector never sees half a file."""
    partial = folder / f"{sample.name}.part"
    shutil.copy(sample, partial)
    partial.rename(folder / sample.name)


class Announcer:
    """Tells of each finished import once, from the database.

    Args:
        database: where imports are.
        say: how a line is told.
    """

    def __init__(self, database: Database, *, say: Callable[[str], None]) -> None:
        self._database = database
        self._say = say
        with database.read() as session:
            self._told = set(session.scalars(select(LearnerImport.id).where(LearnerImport.status.in_(FINISHED))))

    @property
    def told_count(self) -> int:
        """How many finished imports are known."""
        return len(self._told)

    def tell_news(self) -> None:
        """Tell of every import that has finished since the last time."""
        with self._database.read() as session:
            finished = session.scalars(
                select(LearnerImport)
                .where(LearnerImport.status.in_(FINISHED), LearnerImport.id.not_in(self._told))
                .options(joinedload(LearnerImport.provider))
                .order_by(LearnerImport.id)
            ).all()
        for learner_import in finished:
            self._told.add(learner_import.id)
            self._say(describe_import(learner_import))


def describe_import(learner_import: LearnerImport) -> str:
    """Tell in one line what became of an import. Only our samples are named: others may hold a learner's."""
    counts = (
        f"{learner_import.created_count} created, {learner_import.updated_count} updated, "
        f"{learner_import.unchanged_count} unchanged"
    )
    outcome: str = learner_import.status
    if learner_import.repeats_import_id:
        outcome, counts = "already imported", f"same file as import {learner_import.repeats_import_id}"
    elif learner_import.status != ImportStatus.SUCCESSFUL:
        counts = f"{learner_import.error_count} errors, nothing loaded"
    if learner_import.warning_count:
        counts += f", {learner_import.warning_count} warnings"
    name = f" {learner_import.file_name}" if (SAMPLES / learner_import.file_name).is_file() else ""
    return f"{learner_import.provider.ukprn} · import {learner_import.id} ·{name}: {outcome} ({counts})"
