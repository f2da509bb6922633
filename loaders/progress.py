"""Loading a validated progress sheet: find each row's learner, then write what changed, all or nothing.

Owns finding by username and ULN within the provider, the comparison, the rows and their entries in the audit trail. A
blank cell keeps what is known.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from loaders.bulk import insert_rows, is_one_of, is_sqlite, table_of
from loaders.faults import without_values
from loaders.loading import LoadResult, lock_provider
from loaders.planning import LoadPlan, PlannedRow
from records.tables import Account, AuditEvent, Learner, LearnerProgress
from schemas.cell_findings import make_finding
from schemas.columns import COLUMN_BY_NAME, RECEIVED
from schemas.findings import Finding
from schemas.progress.validation import COUNTS, KEYS, STATES
from schemas.validation import Validated

UNSAID: dict[str, bool | int] = dict.fromkeys(STATES, False) | dict.fromkeys(COUNTS, 0)  # of whom nothing was said


@without_values
def load_progress(
    session: Session,
    rows: pd.DataFrame,
    positions: Mapping[str, int],
    *,
    provider_id: int,
    import_id: int,
    now: datetime,
) -> LoadResult:
    """Write what a file says of the provider's learners. Nobody is created.

    Args:
        session: from `Database.write()`.
        rows: `validate_progress`'s, without errors.
        positions: the columns that the sheet has.
        provider_id: whose learners.
        import_id: the import that is recorded as the source.
        now: the moment that is recorded.

    Raises:
        TransientFault: the database was busy; roll back and try again.
        RefusedError: the database refused; trying again can't help.
    """
    session.flush()
    lock_provider(session, provider_id)
    learner_ids, findings = _find_learners(session, rows, positions, provider_id)
    if findings:
        return LoadResult(0, 0, 0, findings)
    changes = _compare(session, rows, learner_ids)
    if changes:
        _write(session, changes, import_id=import_id, now=now)
        _record(session, changes, provider_id=provider_id, import_id=import_id, now=now)
    return LoadResult(0, len(changes), len(learner_ids) - len(changes), [])


@without_values
def plan_progress(session: Session, rows: pd.DataFrame, positions: Mapping[str, int], *, provider_id: int) -> LoadPlan:
    """Tell what `load_progress` would do now, without doing it; `session` only reads."""
    learner_ids, findings = _find_learners(session, rows, positions, provider_id)
    if findings:
        return LoadPlan(LoadResult(0, 0, 0, findings), iter(()))
    changes = _compare(session, rows, learner_ids)
    result = LoadResult(0, len(changes), len(learner_ids) - len(changes), [])
    return LoadPlan(result, _plan_rows(rows, learner_ids, changes))


def _plan_rows(
    rows: pd.DataFrame, learner_ids: list[int], changes: Mapping[int, Mapping[str, list[Any]]]
) -> Iterator[PlannedRow]:
    said = [*zip(rows.index.tolist(), learner_ids, rows[list(UNSAID)].to_dict("records"), strict=True)]
    for row_number, learner_id, cells in said:
        if learner_id in changes:
            new_values = {name: str(cells[name]) for name in changes[learner_id]}
            yield PlannedRow(row_number, learner_id, None, None, None, new_values)
    for row_number, learner_id, _ in said:
        if learner_id not in changes:
            yield PlannedRow(row_number, learner_id, None, None, None, {})


@without_values
def find_more_faults(session: Session, validated: Validated, *, provider_id: int) -> list[Finding]:
    """Return what only the database can tell of a file that is refused already, so that all is said in one round.

    Rows whose username or ULN is wrong in itself are passed over.
    """
    headings = {COLUMN_BY_NAME[name].heading for name in KEYS}
    wrong = {finding.row_number for finding in validated.findings if finding.column in headings}
    rows = validated.learners
    rows = rows[~rows.index.isin(list(wrong)) & rows[list(KEYS)].notna().any(axis=1)]
    return _find_learners(session, rows, validated.positions, provider_id)[1]


def _find_learners(
    session: Session, rows: pd.DataFrame, positions: Mapping[str, int], provider_id: int
) -> tuple[list[int], list[Finding]]:
    """Return each row's learner, and what is wrong with rows that have none of their own."""
    known = _fetch_known(session, rows, provider_id)
    learner_ids: list[int] = []
    findings: list[Finding] = []
    row_by_learner: dict[int, int] = {}
    for row_number, *keys in zip(rows.index.tolist(), *(rows[name].tolist() for name in KEYS), strict=True):
        given = {name: key for name, key in zip(KEYS, keys, strict=True) if key is not None}
        found = {name: known[name].get(key) for name, key in given.items()}
        fault = _judge_row(found, given, row_by_learner)
        if fault:
            rule, name, words = fault
            value = None if name is None else given[name]
            findings.append(
                make_finding(rule, column_name=name, row_number=row_number, positions=positions, value=value, **words)
            )
            continue
        (learner_id,) = {found_id for found_id in found.values() if found_id is not None}
        row_by_learner[learner_id] = row_number
        learner_ids.append(learner_id)
    return learner_ids, findings


def _judge_row(
    found: Mapping[str, int | None], given: Mapping[str, str], row_by_learner: Mapping[int, int]
) -> tuple[str, str | None, dict[str, Any]] | None:
    """Return the rule that the row breaks, in which column, and the words of its message; None when it is right."""
    for name, found_id in found.items():
        if found_id is None:
            return "progress_unknown_learner", name, {}
    learner_ids = {found_id for found_id in found.values() if found_id is not None}
    if len(learner_ids) > 1:
        return "progress_two_learners", None, {}
    (learner_id,) = learner_ids
    if learner_id in row_by_learner:
        return "progress_twice", None, {"other_row": row_by_learner[learner_id]}
    return None


def _fetch_known(session: Session, rows: pd.DataFrame, provider_id: int) -> dict[str, dict[str, int]]:
    """Return for each key the ids of the provider's learners that the file names by it."""
    columns = {"username": Account.username_key, "uln": Learner.uln}
    by_key: dict[str, dict[str, int]] = {}
    for name, column in columns.items():
        values = rows[name].dropna().unique().tolist()
        by_key[name] = {}
        if values:
            of_provider = (
                select(column, Learner.id)
                .join(Account, Account.id == Learner.account_id)
                .where(Learner.provider_id == provider_id, Learner.deleted_at.is_(None))
                .where(is_one_of(session, column, values))
            )
            by_key[name] = {key: learner_id for key, learner_id in session.execute(of_provider) if key is not None}
    return by_key


def _compare(session: Session, rows: pd.DataFrame, learner_ids: list[int]) -> dict[int, dict[str, list[Any]]]:
    """Return for each learner whose progress changes the columns with old and new value."""
    stored = session.execute(
        select(LearnerProgress.learner_id, *(getattr(LearnerProgress, name) for name in UNSAID)).where(
            is_one_of(session, LearnerProgress.learner_id, learner_ids)
        )
    )
    known = {learner_id: dict(zip(UNSAID, values, strict=True)) for learner_id, *values in stored}
    changes = {}
    for learner_id, said in zip(learner_ids, rows[list(UNSAID)].to_dict("records"), strict=True):
        old = known.get(learner_id, UNSAID)
        new = {str(name): _to_value(name, text) for name, text in said.items() if text is not None}
        changed = {name: [old[name], value] for name, value in new.items() if old[name] != value}
        if changed:
            changes[learner_id] = changed
    return changes


def _to_value(name: Any, text: str) -> bool | int:
    return text == RECEIVED if name in STATES else int(text)


def _write(session: Session, changes: Mapping[int, Mapping[str, list[Any]]], *, import_id: int, now: datetime) -> None:
    """Insert or update, one statement for all learners in whom the same columns change."""
    make_insert = sqlite.insert if is_sqlite(session) else postgresql.insert
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for learner_id, changed in changes.items():
        row = {"learner_id": learner_id} | {name: new for name, (_, new) in changed.items()}
        by_columns.setdefault(tuple(sorted(changed)), []).append(row)
    said = {"updated_import_id": import_id, "updated_at": now}
    for names, rows in by_columns.items():
        statement = make_insert(table_of(LearnerProgress))
        replaced = {name: statement.excluded[name] for name in (*names, *said)}
        upsert = statement.on_conflict_do_update(index_elements=["learner_id"], set_=replaced)
        session.connection().execute(upsert, [UNSAID | row | said for row in rows])
    # Whoever has one of these learners open is told, as of any other change.
    counted = update(Learner).where(is_one_of(session, Learner.id, list(changes)))
    session.execute(
        counted.values(version=Learner.version + 1, updated_at=now), execution_options={"synchronize_session": False}
    )


def _record(
    session: Session,
    changes: Mapping[int, Mapping[str, list[Any]]],
    *,
    provider_id: int,
    import_id: int,
    now: datetime,
) -> None:
    insert_rows(
        session,
        table_of(AuditEvent),
        {
            "learner_id": list(changes),
            "details": [json.dumps({"changes": changed}) for changed in changes.values()],
        },
        {
            "at": now,
            "action": "learner progress updated",
            "actor": f"import {import_id}",
            "provider_id": provider_id,
            "import_id": import_id,
        },
    )
