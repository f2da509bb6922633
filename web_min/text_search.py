"""The condition that a text holds what is looked for, in capitals or not, in the way that is quick on each database."""

import re
import string
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

ESCAPE = "\\"
SPECIAL = re.compile(r"[%_\\]")
APOSTROPHES = re.compile("['\u2018\u2019\u02bc`]")  # typed for each other
SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class SmallLetters(FunctionElement[str]):
    """A text as LIKE shall see it, so that capitals of English letters make no difference."""

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


def holds_text(wanted: str, texts: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]]) -> ColumnElement[bool]:
    """Make the condition that one of these texts holds what is wanted.

    The databases know the capitals of English letters only, so what has others is looked for in each way it is written.
    """
    spellings = {wanted.lower(), wanted.upper(), wanted.capitalize(), wanted.title()}
    patterns = sorted({_to_pattern(spelling.translate(SMALL)) for spelling in spellings})
    return or_(*(SmallLetters(text).like(pattern, escape=ESCAPE) for pattern in patterns for text in texts))


def _to_pattern(word: str) -> str:
    escaped = SPECIAL.sub(lambda sign: ESCAPE + sign[0], word)
    return f"%{APOSTROPHES.sub('_', escaped)}%"
