"""Many rows at once, in and out, the fastest way that each database has.

Owns how rows travel: raw `executemany` on SQLite, COPY on PostgreSQL, one parameter for a long list of values. Does not
know what the rows mean. Works on the session's own connection, in its transaction.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, cast

import numpy as np
from sqlalchemy import (
    Column,
    ColumnElement,
    Dialect,
    Select,
    String,
    Table,
    any_,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from loaders.agreement import Cells

BATCH_ROWS = 4_096


def is_sqlite(session: Session) -> bool:
    """Tell whether the session is on SQLite; it is on PostgreSQL otherwise."""
    return session.connection().dialect.name == "sqlite"


def table_of(model: Any) -> Table:
    """Return a model's table."""
    return cast(Table, model.__table__)


def is_one_of(session: Session, column: Any, values: Sequence[Any]) -> ColumnElement[bool]:
    """Make the condition that a column holds one of these values, however many they are, as one parameter."""
    if is_sqlite(session):
        listed = text(f"SELECT value FROM json_each(:{column.key})").bindparams(**{column.key: json.dumps(values)})  # noqa: S608 - our name
        return cast(ColumnElement[bool], column.in_(listed))
    return cast(ColumnElement[bool], column == any_(bindparam(None, values, type_=ARRAY(column.type))))


def fetch_columns(session: Session, query: Select[*tuple[Any, ...]]) -> dict[str, Cells]:
    """Return a query's result by columns, as the driver gives the values: a date is text on SQLite, a `date` else.

    Rows of SQLAlchemy's own would take twice as long.
    """
    result = session.connection().execute(query)
    names = list(result.keys())
    columns: list[list[Any]] = [[] for _ in names]
    fetch = cast(Any, result.cursor).fetchmany
    while rows := fetch(BATCH_ROWS):  # all at once would be in memory twice
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
    result.close()
    return {name: to_cells(column) for name, column in zip(names, columns, strict=True)}


def to_cells(values: Sequence[Any]) -> Cells:
    """Return values as an array of them, whatever they are."""
    cells = np.empty(len(values), dtype=object)
    cells[:] = values
    return cells


def reserve_ids(session: Session, table: Table, count: int) -> list[int]:
    """Return that many ids, ascending, that no row of the table ever had. They are this transaction's to use.

    On SQLite the transaction must hold the writer's lock already and the table be AUTOINCREMENT.
    """
    if is_sqlite(session):
        query = text("SELECT max(seq) FROM sqlite_sequence WHERE name = :name")
        last = session.execute(query, {"name": table.name}).scalar() or 0
        return list(range(last + 1, last + 1 + count))
    sequence = select(func.pg_get_serial_sequence(table.name, "id")).scalar_subquery()  # looked up once, not for each
    numbers = select(func.nextval(sequence).label("id")).select_from(func.generate_series(1, count))
    return sorted(fetch_columns(session, numbers)["id"].tolist())


def insert_rows(
    session: Session, table: Table, columns: Mapping[str, Sequence[Any]], constants: Mapping[str, Any]
) -> None:
    """Insert many rows.

    Args:
        session: on whose connection.
        table: where to.
        columns: by column name one value a row, as the driver takes them; None is NULL. Dates as YYYY-MM-DD.
        constants: by column name the value that all rows share, as SQLAlchemy takes it, never None. Columns that stand
            in neither get their default.

    Raises:
        LookupError: a column that must have a value has none and no default.
        sqlalchemy.exc.DBAPIError, psycopg.Error: the database refuses a row; the text may hold values.
    """
    constants = _complete(table, columns, constants)
    if is_sqlite(session):
        _insert_by_executemany(session, table, columns, constants)
    else:
        _insert_by_copy(session, table, columns, constants)


def _complete(table: Table, columns: Mapping[str, Any], constants: Mapping[str, Any]) -> dict[str, Any]:
    """Add the defaults of the columns that nobody gave, so that a column added to the table is never forgotten."""
    completed = dict(constants)
    for column in table.columns:
        if column.name in columns or column.name in completed:
            continue
        default: Any = column.default
        if default is not None:
            completed[column.name] = default.arg(None) if default.is_callable else default.arg
        elif not column.nullable and not column.primary_key:
            raise LookupError(f"column {table.name}.{column.name} must have a value")
    return {name: json.dumps(value) if isinstance(value, dict) else value for name, value in completed.items()}


def _insert_by_executemany(
    session: Session, table: Table, columns: Mapping[str, Sequence[Any]], constants: Mapping[str, Any]
) -> None:
    """Constants stand in the statement itself: binding them again for every row would double the time."""
    connection = session.connection()
    literals = [to_literal(table.c[name], value, connection.dialect) for name, value in constants.items()]
    values = ", ".join([*repeat("?", len(columns)), *literals])
    statement = f"INSERT INTO {table.name} ({_names([*columns, *constants])}) VALUES ({values})"  # noqa: S608 - our names
    run_many(session, statement, columns.values())


def run_many(session: Session, statement: str, columns: Iterable[Sequence[Any]]) -> int:
    """Run a statement of SQLite's once for each row of these columns; return how many rows it touched.

    The driver takes the rows from an iterator: a list of 65,535 tuples would set off Python's garbage collector.
    """
    cursor = _raw_cursor(session)
    try:
        cursor.executemany(statement, zip(*columns, strict=True))
        return int(cursor.rowcount)
    finally:
        cursor.close()


def _insert_by_copy(
    session: Session, table: Table, columns: Mapping[str, Sequence[Any]], constants: Mapping[str, Any]
) -> None:
    statement = f"COPY {table.name} ({_names([*columns, *constants])}) FROM STDIN"
    with (
        _raw_cursor(session) as cursor,
        cursor.copy(statement) as copy,
    ):
        write_row = copy.write_row
        for row in zip(*columns.values(), *map(repeat, constants.values()), strict=False):  # constants have no end
            write_row(row)


def _raw_cursor(session: Session) -> Any:
    return session.connection().connection.cursor()


def to_literal(column: Column[Any], value: Any, dialect: Dialect) -> str:
    """Write a value of the program's own, never one from a file, as it stands in a statement."""
    kind = String() if isinstance(value, str) else column.type
    write = cast(Any, kind.dialect_impl(dialect).literal_processor(dialect))
    return str(write(value))


def _names(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)  # some, such as column, are words of SQL
