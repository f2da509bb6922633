"""Faults of the database while learners are loaded, in texts that are safe to log: they hold no values."""

import sqlite3
import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeGuard, TypeVar

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    import psycopg

Given = ParamSpec("Given")
Result = TypeVar("Result")


class TransientFault(Exception):  # noqa: N818 - the fault of a moment, and no error of anyone's
    """The database was busy or away, or someone else wrote the same just now. Roll back and try again: it can help."""


class RefusedError(Exception):
    """The database refused a statement. Trying again can't help: the program or the database must be put right."""


PASSING = (  # classes and codes of PostgreSQL that trying again can help against
    "08",  # connection
    "23505",  # unique: written by someone else since we looked
    "23503",  # foreign key: deleted by someone else since we looked
    "40",  # serialisation, deadlock
    "53",  # resources: disk full, too many connections
    "55P03",  # lock not available
    "57",  # shut down, cancelled
    "58",  # system error
)


def without_values(work: Callable[Given, Result]) -> Callable[Given, Result]:
    """Make the errors of a database safe to log: its own texts quote values ("Key (username_key)=(...) exists").

    The first error is not even kept as the new one's context, since a logger might print that too.

    Raises:
        TransientFault: trying again can help.
        RefusedError: it can't.
    """

    @wraps(work)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            return work(*args, **kwargs)
        except Exception as error:
            cause = error.orig if isinstance(error, DBAPIError) else error
            if not (isinstance(error, (DBAPIError, sqlite3.Error)) or _is_of_psycopg(error)):
                raise
            fault = _describe(cause)
        raise fault

    return guarded


def _is_of_psycopg(error: BaseException | None) -> "TypeGuard[psycopg.Error]":
    """Say whether an error is PostgreSQL's driver's, which is not imported for that: on SQLite none needs it."""
    driver = sys.modules.get("psycopg")
    return driver is not None and isinstance(error, driver.Error)


def _describe(cause: BaseException | None) -> Exception:
    if _is_of_psycopg(cause):
        import psycopg

        code, constraint = cause.sqlstate or "", cause.diag.constraint_name
        is_passing = code.startswith(PASSING) or (not code and isinstance(cause, psycopg.OperationalError))
    else:
        code, constraint = str(getattr(cause, "sqlite_errorname", "")), None
        is_passing = isinstance(cause, sqlite3.OperationalError) and code != "SQLITE_ERROR"
    words = [type(cause).__name__, code, constraint and f"on {constraint}"]
    text = f"the database answered {' '.join(word for word in words if word)}"
    return TransientFault(text) if is_passing else RefusedError(text)
