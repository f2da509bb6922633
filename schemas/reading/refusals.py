"""Why a file can't be read, as the child process says it: a rule of `schemas.rules.FILE_RULES` and the words it needs.

Owns the names of other formats. Words are numbers or one of those names, never something that stood in the file.
"""

from typing import Any

from schemas.reading.limits import ReadingLimits

PDF = "PDF document"
RICH_TEXT = "rich text document"
PICTURE = "picture"
ARCHIVE = "compressed archive"
WORD = "Word document"
POWERPOINT = "PowerPoint presentation"
VISIO = "Visio drawing"
MAIL = "mail message"
OFFICE = "document of another program"
XLSB = "binary Excel workbook (.xlsb)"
ODF = "document in OpenDocument format and no spreadsheet"
FLAT_ODF = "flat OpenDocument file (.fods)"
NUMBERS = "document of Apple Numbers, Pages or Keynote"
XML_2003 = "spreadsheet in the XML format of Excel 2003"

OTHER_FORMATS = frozenset(
    (PDF, RICH_TEXT, PICTURE, ARCHIVE, WORD, POWERPOINT, VISIO, MAIL, OFFICE, XLSB, ODF, FLAT_ODF, NUMBERS, XML_2003)
)


class RefusedError(Exception):
    """The file can't be used; the parent makes a `schemas.findings.FileError` of it.

    Args:
        rule: id in `schemas.rules.FILE_RULES`.
        words: what the rule's message needs.
    """

    def __init__(self, rule: str, **words: int | str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.words: dict[str, Any] = words


def damaged() -> RefusedError:
    """The file is not whole."""
    return RefusedError("file_damaged")


def other_format(name: str) -> RefusedError:
    """The file is whole and no workbook that we read."""
    return RefusedError("file_other_format", format=name)


def too_large(limit_bytes: int, limits: ReadingLimits) -> RefusedError:
    """The file unpacks to more than it may, or its table takes more; `limit_bytes` is what it may take."""
    words = {"limit_megabytes": limit_bytes // 2**20, "learner_limit": limits.learner_count}
    return RefusedError("file_too_large", **words)


def too_long(row_count: int, limits: ReadingLimits) -> RefusedError:
    """The sheet holds more learners than it may; `row_count` are all of its rows that hold anything."""
    file_count = -(-row_count // limits.learner_count)
    return RefusedError("file_too_long", row_count=row_count, learner_limit=limits.learner_count, file_count=file_count)


def too_heavy() -> RefusedError:
    """The file takes more time or memory than it may."""
    return RefusedError("file_too_heavy")


def too_spread(row_count: int, column_count: int) -> RefusedError:
    """The sheet's used area is larger than can be read."""
    return RefusedError("file_too_spread", row_count=row_count, column_count=column_count)
