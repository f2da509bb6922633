"""A database with a million learners in 400 providers, made from a seed: what the website is measured over.

`python -m benchmarks.nation DATABASE_URL` makes it in a few minutes. The learners are loaded by the same function that
imports use; sign-ins, locks, profiles and progress are then strewn over them.
"""

import secrets
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pandas as pd
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from data.samples import names
from data.samples.identifiers import make_uln
from data.samples.people import OLDEST, SEED, make_email, make_postcode
from loaders.loading import load_learners
from loaders.sealing import Sealer
from records.database import Database
from records.tables import Account, ImportFinding, Learner, LearnerImport, Membership, Provider, now
from records.upgrade import upgrade
from schemas.columns import ETHNICITIES, GENDERS, LEARNER_NAMES, YEAR_GROUPS

KEY = bytes(range(32))
FIRST_UKPRN = 10_100_000
PROVIDER_COUNT = 400
LEARNERS_EACH = 2_500
FINDING_COUNT = 5_000  # of one unsuccessful import of each provider's
STREWN = (
    # Two of three have signed in; one in fifty is locked out.
    "UPDATE account SET first_signed_in_at = created_at, last_signed_in_at = created_at, password_hash = 'x',"
    " initial_password_sealed = NULL, has_to_change_password = FALSE WHERE kind = 'learner' AND id % 3 <> 0",
    "UPDATE account SET locked_at = created_at WHERE kind = 'learner' AND id % 50 = 1",
    "UPDATE learner SET personal_statement = 'I like building things.' WHERE id % 2 = 0",
    "UPDATE learner SET profile_status = 'submitted', is_profile_approval_required = TRUE WHERE id % 20 = 0",
    "INSERT INTO learner_progress (learner_id, has_qualifications, has_reference, application_count, offer_count,"
    " updated_at) SELECT id, id % 2 = 0, id % 3 = 0, id % 5, id % 2, created_at FROM learner WHERE id % 4 <> 0",
)


def make_nation(
    database: Database, *, provider_count: int = PROVIDER_COUNT, learner_count: int = LEARNERS_EACH
) -> None:
    """Fill an empty, migrated database. Each provider gets a manager `manager<UKPRN>@example.org`."""
    random, sealer = Random(SEED), Sealer(KEY)
    for number in range(provider_count):
        ukprn = str(FIRST_UKPRN + number)
        with database.write() as session:
            provider = Provider(ukprn=ukprn, name=f"{random.choice(names.TOWNS)} College {number}")
            session.add(provider)
            session.flush()
            learner_import = _add_import(session, provider, "successful", row_count=learner_count)
            frame = pd.DataFrame(_make_learners(random, number * learner_count, learner_count), dtype=object)
            frame.index += 2
            load_learners(
                session,
                frame[list(LEARNER_NAMES)],
                {name: index for index, name in enumerate(LEARNER_NAMES)},
                provider_id=provider.id,
                import_id=learner_import.id,
                sealer=sealer,
                password_days=90,
                now=now(),
            )
            _add_manager(session, provider)
            refused = _add_import(session, provider, "unsuccessful", row_count=learner_count, error_count=FINDING_COUNT)
            if number % 20 == 0:
                session.add_all(_make_findings(refused.id))
    for statement in STREWN:
        with database.write() as session:
            session.execute(text(statement))
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")


def _make_learners(random: Random, first: int, count: int) -> Iterator[dict[str, str | None]]:
    for serial in range(first, first + count):
        is_girl = random.random() < 0.5
        first_name = random.choice(names.GIRLS if is_girl else names.BOYS)
        last_name = random.choice(names.LAST_NAMES)
        born: date = OLDEST + timedelta(days=random.randrange(1_000))
        yield dict.fromkeys(LEARNER_NAMES) | {
            "year_group": random.choice(YEAR_GROUPS[3:7]),
            "first_name": first_name,
            "last_name": f"{last_name}-{serial}" if serial % 3 else last_name,
            "email": make_email(first_name, last_name, serial) if serial % 5 else None,
            "postcode": make_postcode(random),
            "uln": make_uln(serial),
            "date_of_birth": born.isoformat(),
            "gender": GENDERS[0 if is_girl else 1],
            "ethnicity": random.choice(ETHNICITIES) if serial % 4 else None,
        }


def _add_import(session: Session, provider: Provider, status: str, **counts: int) -> LearnerImport:
    learner_import = LearnerImport(
        provider_id=provider.id,
        source="folder",
        file_name="learners.xls",
        file_bytes=1,
        sha256=secrets.token_hex(32),
        storage_name=secrets.token_hex(16),
        status=status,
        processed_at=now(),
        **counts,
    )
    session.add(learner_import)
    session.flush()
    return learner_import


def _add_manager(session: Session, provider: Provider) -> None:
    username = f"manager{provider.ukprn}@example.org"
    account = Account(
        kind="staff", username=username, username_key=username, email=username, session_key=secrets.token_hex(32)
    )
    session.add(account)
    session.flush()
    may = dict.fromkeys(("can_view", "can_create", "can_edit", "can_delete", "can_import"), True)
    session.add(Membership(account_id=account.id, provider_id=provider.id, **may))


def _make_findings(import_id: int) -> Iterator[ImportFinding]:
    for row_number in range(2, FINDING_COUNT + 2):
        yield ImportFinding(
            import_id=import_id,
            rule="gender_unknown",
            severity="error",
            row_number=row_number,
            column="Gender",
            cell=f"P{row_number}",
            message="Write Female, Male, Not known or Not specified, or leave the cell blank.",
            value="F",
            suggestion="Female",
        )


def main() -> None:
    """Make it in the database whose address is given."""
    database = Database(sys.argv[1])
    upgrade(database)
    began = time.monotonic()
    make_nation(database)
    with database.read() as session:
        count = session.scalar(select(func.count()).select_from(Learner))
    print(f"{count:,} learners in {PROVIDER_COUNT} providers, made in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
