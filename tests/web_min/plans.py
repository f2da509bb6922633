"""How SQLite goes about the queries of a page: by which index, and whether it has to sort."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from records.database import Database


@contextmanager
def note_plans(database: Database, table: str) -> Iterator[list[str]]:
    """Collect the plan of each query in the block that reads a page's rows of the table."""
    plans: list[str] = []

    def explain(connection: Connection, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        if f"FROM {table}" in statement and "LIMIT" in statement:
            rows = connection.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            plans.append(" ".join(row[3] for row in rows))

    event.listen(database.engine, "before_cursor_execute", explain)
    yield plans
    event.remove(database.engine, "before_cursor_execute", explain)
