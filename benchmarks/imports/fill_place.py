"""Learners who are there before: `python -m benchmarks.imports.fill_place`, into the database of the environment.

They go in by the same function that imports use, as learners of the provider that the measured files are for.
"""

import pandas as pd

from benchmarks.imports.make_files import STORED_COUNT, make_stored_school
from data.samples.case import NORTHFIELD
from flows.workplace import open_workplace
from loaders.loading import load_learners
from loaders.providers import find_registered
from records.tables import ImportSource, ImportStatus, LearnerImport, now
from schemas.columns import LEARNER_NAMES
from settings import Settings


def main() -> None:
    """Load them."""
    workplace = open_workplace(Settings())
    frame = pd.DataFrame(make_stored_school(), dtype=object)
    frame.index += 2
    with workplace.database.write() as session:
        provider = find_registered(session, NORTHFIELD)
        before = LearnerImport(
            provider_id=provider.id,
            source=ImportSource.COMMAND,
            file_name="before.xls",
            file_bytes=1,
            sha256="0" * 64,
            storage_name="0" * 32,
            status=ImportStatus.SUCCESSFUL,
            processed_at=now(),
            row_count=STORED_COUNT,
        )
        session.add(before)
        session.flush()
        load_learners(
            session,
            frame[list(LEARNER_NAMES)],
            {name: index for index, name in enumerate(LEARNER_NAMES)},
            provider_id=provider.id,
            import_id=before.id,
            sealer=workplace.sealer,
            password_days=workplace.settings.initial_password_days,
            now=now(),
        )
    with workplace.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")


if __name__ == "__main__":
    main()
