"""A database with a million learners in 400 providers, made from a seed: what the website is measured over.

The learners are loaded by the same function that imports use; sign-ins, locks, profiles and progress are then strewn
over them. Does not keep the database: `benchmarks.website.nation_kept` does.
"""

import secrets
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

import pandas as pd
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from data.samples import names
from data.samples.identifiers import make_uln
from data.samples.people import OLDEST, SEED, make_email, make_postcode
from loaders.loading import load_learners
from loaders.sealing import Sealer
from records.database import Database
from records.tables import Account, ImportFinding, LearnerImport, Membership, Provider, now
from schemas.columns import ETHNICITIES, GENDERS, LEARNER_NAMES, YEAR_GROUPS

KEY = bytes(range(32))
FIRST_UKPRN = 10_100_000
PROVIDER_COUNT = 400
LEARNERS_EACH = 2_500
TRUST_SIZE = 20  # providers that have a manager in common
FINDING_COUNT = 1_000  # of one unsuccessful import of each provider's
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
    """Fill an empty, migrated database.

    Each provider has a manager `manager<UKPRN>@example.org`; each twenty have one more, `trust<number>@example.org`;
    all have `nation@example.org`.
    """
    random, sealer, provider_ids = Random(SEED), Sealer(KEY), []
    for number in range(provider_count):
        with database.write() as session:
            learners = _make_learners(random, number * learner_count, learner_count)
            provider_ids.append(_make_provider(session, random, sealer, number, learners))
    with database.write() as session:
        for number, first in enumerate(range(0, provider_count, TRUST_SIZE)):
            _add_manager(session, f"trust{number}", provider_ids[first : first + TRUST_SIZE])
        _add_manager(session, "nation", provider_ids)
    for statement in STREWN:
        with database.write() as session:
            session.execute(text(statement))
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")


def _make_provider(
    session: Session, random: Random, sealer: Sealer, number: int, learners: Iterator[dict[str, str | None]]
) -> int:
    """Make a provider with learners, a manager, and an import that was refused; return its id."""
    ukprn = str(FIRST_UKPRN + number)
    provider = Provider(ukprn=ukprn, name=f"{random.choice(names.TOWNS)} College {number}")
    session.add(provider)
    session.flush()
    frame = pd.DataFrame(learners, dtype=object)
    frame.index += 2
    learner_import = _add_import(session, provider, "successful", row_count=len(frame), created_count=len(frame))
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
    refused = _add_import(session, provider, "unsuccessful", row_count=len(frame), error_count=FINDING_COUNT)
    session.execute(insert(ImportFinding), list(_make_findings(refused.id)))
    _add_manager(session, f"manager{ukprn}", [provider.id])
    return provider.id


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


def _add_manager(session: Session, name: str, provider_ids: Sequence[int]) -> None:
    username = f"{name}@example.org"
    account = Account(
        kind="staff", username=username, username_key=username, email=username, session_key=secrets.token_hex(32)
    )
    session.add(account)
    session.flush()
    may = dict.fromkeys(("can_view", "can_create", "can_edit", "can_delete", "can_import"), True)
    session.add_all(Membership(account_id=account.id, provider_id=number, **may) for number in provider_ids)


def _make_findings(import_id: int) -> Iterator[dict[str, object]]:
    for row_number in range(2, FINDING_COUNT + 2):
        yield {
            "import_id": import_id,
            "rule": "gender_unknown",
            "severity": "error",
            "row_number": row_number,
            "column": "Gender",
            "cell": f"P{row_number}",
            "message": "Write Female, Male, Not known or Not specified, or leave the cell blank.",
            "value": "F",
            "suggestion": "Female",
        }
