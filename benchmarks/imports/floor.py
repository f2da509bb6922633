"""The floor below any import: `python -m benchmarks.imports.floor FILE DATABASE_URL`.

Reads the cells with the reader that the product uses and inserts as many accounts and learners as bare rows into the
same tables, in one transaction, whose own checks stay: what is unique, what refers to what. Nothing else is looked at:
no limit, no check, no match, no user name, no sealing.
"""

import json
import os
import secrets
import sys
import time
from collections.abc import Iterable
from itertools import count, repeat
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

COLUMNS = (
    "year_group", "first_name", "last_name", "email", "house_name_or_number", "street", "locality", "town", "postcode",
    "telephone", "uln", "upn", "ccis", "date_of_birth", "gender", "ethnicity",
)  # fmt: skip
ACCOUNT = (
    "id", "username", "username_key", "session_key", "initial_password_sealed", "kind", "has_to_change_password",
    "is_administrator", "is_active", "has_to_use_two_step", "failed_sign_in_count", "initial_password_created_at",
    "initial_password_expires_at", "created_at",
)  # fmt: skip
LEARNER = (
    "account_id", *COLUMNS, "provider_id", "created_import_id", "profile_status", "version", "created_at", "updated_at",
)  # fmt: skip
PROVIDER_ID = IMPORT_ID = 1  # which are there before
MOMENT = "2026-11-28 12:00:00.000000"
SEALED_BYTES = 43
# As records.database opens SQLite, which would take SQLAlchemy to import.
PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "secure_delete=ON", "cache_size=-65536")


def read_columns(path: Path) -> list[Any]:
    """Return the columns of the only sheet, headings included."""
    if path.suffix == ".xlsx":
        import python_calamine

        sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        return list(zip(*sheet.to_python(), strict=True))
    from schemas.reading import xls
    from schemas.reading.limits import DEFAULT_LIMITS

    return [column.values for column in next(xls.read_sheets(path.read_bytes(), DEFAULT_LIMITS)).columns]


def make_rows(columns: list[Any]) -> tuple[Iterable[Any], Iterable[Any]]:
    """Return the rows of accounts and of learners: what differs is as long as ours and just as random."""
    row_count = len(columns[0]) - 1
    keys = secrets.token_hex(16 * row_count)
    session_keys = (keys[at : at + 32] for at in range(0, len(keys), 32))
    usernames = [f"learner.number{number:07}" for number in range(row_count)]
    noise = os.urandom(SEALED_BYTES * row_count)
    sealed = (noise[at : at + SEALED_BYTES] for at in range(0, len(noise), SEALED_BYTES))
    every = map(repeat, ("learner", True, False, True, False, 0, MOMENT, MOMENT, MOMENT))
    accounts = zip(
        count(1_000_000), usernames, usernames, session_keys, sealed, *every, strict=False
    )  # what all share has no end
    every = map(repeat, (PROVIDER_ID, IMPORT_ID, "draft", 1, MOMENT, MOMENT))
    learners = zip(
        range(1_000_000, 1_000_000 + row_count), *(column[1:] for column in columns[1:]), *every, strict=False
    )
    return accounts, learners


def insert_into_sqlite(path: str, accounts: Iterable[Any], learners: Iterable[Any]) -> None:
    """Insert with `executemany`."""
    import sqlite3

    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN IMMEDIATE")
    for table, columns, rows in (("account", ACCOUNT, accounts), ("learner", LEARNER, learners)):
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
    connection.execute("COMMIT")
    connection.close()


def insert_into_postgresql(address: str, accounts: Iterable[Any], learners: Iterable[Any]) -> None:
    """Insert with COPY."""
    import psycopg

    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        for table, columns, rows in (("account", ACCOUNT, accounts), ("learner", LEARNER, learners)):
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)


def main() -> None:
    """Do both and print how long each took."""
    path, url = Path(sys.argv[1]), sys.argv[2]
    began = time.perf_counter()
    columns = read_columns(path)
    read = time.perf_counter()
    rows = make_rows(columns)
    if url.startswith("sqlite"):
        insert_into_sqlite(urlsplit(url).path.removeprefix("/"), *rows)
    else:
        insert_into_postgresql(url.replace("postgresql+psycopg", "postgresql"), *rows)
    seconds = {"read": read - began, "insert": time.perf_counter() - read}
    print(json.dumps({"row_count": len(columns[0]) - 1, "seconds": seconds}))


if __name__ == "__main__":
    main()
