"""A text with the capitals of English letters made small, for LIKE. Each database has its own way that is quick.

Every learner whom one may see is looked at in a search, six texts of each.
"""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class SmallLetters(FunctionElement[str]):
    """The text as LIKE shall see it."""

    type = String()
    inherit_cache = True


@compiles(SmallLetters)
def _make_small(element: SmallLetters, compiler: SQLCompiler, **options: Any) -> str:
    """Make letters small without regard to languages, which takes PostgreSQL half the time."""
    return f'lower({compiler.process(element.clauses, **options)} COLLATE "C")'


@compiles(SmallLetters, "sqlite")
def _leave(element: SmallLetters, compiler: SQLCompiler, **options: Any) -> str:
    """Leave it as it is: SQLite's LIKE passes over the capitals of English letters by itself."""
    return str(compiler.process(element.clauses, **options))
