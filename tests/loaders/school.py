"""A school that sends files of learners: what the tests of loading talk to."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from secrets import token_hex

import pandas as pd
import pytest
from sqlalchemy import select, update

from loaders.loading import LoadResult, load_learners
from loaders.sealing import Sealer
from records.database import Database
from records.tables import Account, AuditEvent, Learner, LearnerImport, Provider
from schemas.columns import LEARNER_NAMES, NAMES

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
POSITIONS = {name: index for index, name in enumerate(NAMES)}
SEALER = Sealer(bytes(range(32)))
ZOE: dict[str, str | None] = {
    "first_name": "Zoë",
    "last_name": "O'Brien",
    "date_of_birth": "2008-09-01",
    "postcode": "SW1A 1AA",
}
ULN, OTHER_ULN = "1000000005", "1000000013"
UPN, OTHER_UPN = "A820000000001", "H820000000002"
FULL: dict[str, str | None] = ZOE | {
    "year_group": "Year 12",
    "email": "zoe@example.org",
    "house_name_or_number": "12",
    "street": "Castle Street",
    "locality": "Canton",
    "town": "Cardiff\t\\N",
    "telephone": "02920 123456",
    "uln": ULN,
    "upn": UPN,
    "ccis": "C 17",
    "gender": "Female",
    "ethnicity": "Irish",
}

ON_POSTGRESQL = pytest.mark.parametrize("shared_database", ["postgresql"], indirect=True, scope="module")
UKPRNS = count(10_000_000)

Row = Mapping[str, str | None]


def make_table(rows: Sequence[Row]) -> pd.DataFrame:
    """Make what validation gives: Excel's row numbers from 2 on, texts or None."""
    columns = {name: [row.get(name) for row in rows] for name in LEARNER_NAMES}
    return pd.DataFrame(columns, index=range(2, len(rows) + 2), dtype=object)


class School:
    """One provider of one database."""

    def __init__(self, database: Database, provider_id: int) -> None:
        self.database = database
        self.provider_id = provider_id

    def request_import(self) -> int:
        """Put an import's row into the database."""
        with self.database.write() as session:
            learner_import = LearnerImport(
                provider_id=self.provider_id,
                source="command",
                file_name="learners.xls",
                file_bytes=1,
                sha256="0" * 64,
                storage_name=token_hex(),
            )
            session.add(learner_import)
            session.flush()
            return learner_import.id

    def load(self, *rows: Row, now: datetime = NOON, password_days: int = 90) -> LoadResult:
        """Load one file and commit."""
        import_id = self.request_import()
        with self.database.write() as session:
            return load_learners(
                session,
                make_table(rows),
                POSITIONS,
                provider_id=self.provider_id,
                import_id=import_id,
                sealer=SEALER,
                password_days=password_days,
                now=now,
            )

    def learners(self) -> list[Learner]:
        """Return the school's learners, deleted ones too."""
        with self.database.read() as session:
            query = select(Learner).where(Learner.provider_id == self.provider_id).order_by(Learner.id)
            return list(session.scalars(query))

    def accounts(self) -> list[Account]:
        """Return the accounts of the school's learners."""
        with self.database.read() as session:
            query = select(Account).join(Learner).where(Learner.provider_id == self.provider_id).order_by(Account.id)
            return list(session.scalars(query))

    def events(self, action: str) -> list[AuditEvent]:
        """Return the audit trail's events of this kind about the school."""
        about = (AuditEvent.action == action, AuditEvent.provider_id == self.provider_id)
        with self.database.read() as session:
            return list(session.scalars(select(AuditEvent).where(*about).order_by(AuditEvent.id)))

    def change(self, learner: Learner, **values: object) -> None:
        """Change a learner as someone else would."""
        with self.database.write() as session:
            session.execute(
                update(Learner).where(Learner.id == learner.id).values(version=Learner.version + 1, **values)
            )


def open_school(database: Database) -> School:
    """Register one more school."""
    with database.write() as session:
        provider = Provider(ukprn=f"{next(UKPRNS)}", name="Northfield Sixth Form")
        session.add(provider)
        session.flush()
        return School(database, provider.id)
