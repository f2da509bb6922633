"""Writing what changes about known learners, each with its entry in the audit trail.

Owns the statements. What changes was decided in `loaders.comparing`; a blank cell keeps the old value here too.
"""

import json
from datetime import datetime
from typing import Any, cast

import numpy as np
import pandas as pd
from sqlalchemy import ARRAY, Column, ColumnElement, CursorResult, Integer, String, bindparam, func, update
from sqlalchemy.orm import Session

from loaders.bulk import insert_rows, is_sqlite, run_many, table_of, to_literal
from loaders.comparing import Changes
from loaders.faults import TransientFault
from records.tables import AuditEvent, Learner

INDEXED = ("uln", "upn", "ccis", "first_name", "last_name")


def update_learners(
    session: Session, learners: pd.DataFrame, changes: Changes, *, provider_id: int, import_id: int, now: datetime
) -> None:
    """Write the changes and an audit event for each learner.

    Learners of whom no indexed column changes are written apart from the others, so that their indexes stay untouched.

    Raises:
        TransientFault: someone else changed one of the learners since they were compared.
    """
    is_indexed = np.zeros(len(changes.rows), dtype=bool)
    for name in INDEXED:
        if name in changes.by_column:
            is_indexed |= changes.by_column[name][0]
    for part in (changes.only(~is_indexed), changes.only(is_indexed)):
        if not part.learner_ids:
            continue
        cells = {name: learners[name].to_numpy(dtype=object)[part.rows].tolist() for name in part.by_column}
        write = _write_by_executemany if is_sqlite(session) else _write_by_arrays
        constants = {"updated_at": now, "updated_import_id": import_id}
        if write(session, part, cells, constants) != len(part.learner_ids):
            raise TransientFault("learners were changed while they were being compared")
    _record(session, learners, changes, provider_id=provider_id, import_id=import_id, now=now)


def _write_by_executemany(
    session: Session, part: Changes, cells: dict[str, list[Any]], constants: dict[str, Any]
) -> int:
    table, connection = table_of(Learner), session.connection()
    assigned = [f"{name} = coalesce(?, {name})" for name in cells]
    assigned += [
        f"{name} = {to_literal(table.c[name], value, connection.dialect)}" for name, value in constants.items()
    ]
    statement = (
        f"UPDATE learner SET version = version + 1, {', '.join(assigned)} "  # noqa: S608 - names of our own columns
        "WHERE id = ? AND version = ? AND deleted_at IS NULL"
    )
    return run_many(session, statement, [*cells.values(), part.learner_ids, part.versions])


def _write_by_arrays(session: Session, part: Changes, cells: dict[str, list[Any]], constants: dict[str, Any]) -> int:
    """One statement, which takes each column as one array."""
    table = table_of(Learner)
    arrays = [
        bindparam(None, part.learner_ids, type_=ARRAY(table.c.id.type)),
        bindparam(None, part.versions, type_=ARRAY(Integer)),
        *(bindparam(None, values, type_=ARRAY(String)) for values in cells.values()),
    ]
    given = func.unnest(*arrays).table_valued("id", "version", *cells, name="given").render_derived()
    assigned = {name: func.coalesce(_to_type(given.c[name], table.c[name]), table.c[name]) for name in cells}
    statement = (
        update(table)
        .values(version=table.c.version + 1, **assigned, **constants)
        .where(table.c.id == given.c.id, table.c.version == given.c.version, table.c.deleted_at.is_(None))
    )
    return cast(CursorResult[Any], session.execute(statement)).rowcount


def _to_type(given: ColumnElement[Any], column: Column[Any]) -> ColumnElement[Any]:
    """Cast dates only: a cast to VARCHAR(50) would cut a longer text off in silence."""
    return given if isinstance(column.type, String) else given.cast(column.type)


def _record(
    session: Session, learners: pd.DataFrame, changes: Changes, *, provider_id: int, import_id: int, now: datetime
) -> None:
    details = _describe(learners, changes)
    insert_rows(
        session,
        table_of(AuditEvent),
        {"learner_id": changes.learner_ids, "details": details},
        {
            "at": now,
            "action": "learner updated",
            "actor": f"import {import_id}",
            "provider_id": provider_id,
            "import_id": import_id,
        },
    )


def _describe(learners: pd.DataFrame, changes: Changes) -> list[str]:
    """Return `{"changes": {column: [old, new]}}` for each learner as JSON, made once for each distinct value."""
    told: list[list[str]] = [[] for _ in changes.learner_ids]
    for name, (differs, old) in changes.by_column.items():
        old_values = old[differs].tolist()
        new_values = learners[name].to_numpy(dtype=object)[changes.rows[differs]].tolist()
        texts = {value: json.dumps(value) for value in {*old_values, *new_values}}
        for place, old_value, new_value in zip(np.flatnonzero(differs).tolist(), old_values, new_values, strict=True):
            told[place].append(f'"{name}": [{texts[old_value]}, {texts[new_value]}]')
    return [f'{{"changes": {{{", ".join(change)}}}}}' for change in told]
