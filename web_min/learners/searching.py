"""The condition that words stand somewhere in a learner's names, user name, email address or numbers.

Every learner whom one may see is looked at in a search, six texts of each: each database has its own way that is quick.
"""

import re
import string
from typing import Any

from sqlalchemy import ColumnElement, String, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from records.tables import Account, Learner

ESCAPE = "\\"
SPECIAL = re.compile(r"[%_\\]")
APOSTROPHES = re.compile("['\u2018\u2019\u02bc`]")  # typed for each other
SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
SEARCHED = (Learner.last_name, Learner.first_name, Account.username, Learner.email, Learner.uln, Learner.upn)


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


def holds_word(word: str) -> ColumnElement[bool]:
    """Make the condition that a word stands somewhere in what is searched, in capitals or not.

    The database knows the capitals of English letters only, so a word with others is looked for in each way it is
    written.
    """
    spellings = {word.lower(), word.upper(), word.capitalize(), word.title()}
    patterns = sorted({_to_pattern(spelling.translate(SMALL)) for spelling in spellings})
    return or_(*(SmallLetters(text).like(pattern, escape=ESCAPE) for pattern in patterns for text in SEARCHED))


def _to_pattern(word: str) -> str:
    escaped = SPECIAL.sub(lambda sign: ESCAPE + sign[0], word)
    return f"%{APOSTROPHES.sub('_', escaped)}%"
