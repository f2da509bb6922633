"""Findings: what is wrong with a file, cell by cell, and the exception for a file that can't be read at all."""

from typing import NamedTuple

from schemas.rules import RULES

VALUE_LIMIT = 1000  # characters: several times what any column takes, and far fewer than a cell can hold


class Finding(NamedTuple):
    """One error or warning, as the person reads it.

    Args:
        rule: id in `schemas.rules.RULES`.
        severity: "error" or "warning".
        row_number: as Excel shows it; None when the finding is on the whole file.
        column: the template's heading, such as "Dob"; None when it concerns none or several.
        cell: such as "O5"; None when the finding is on the whole file.
        message: finished English that says what to do. Holds no value of a learner.
        suggestion: what to write in the cell instead; None when nothing certain can be said. May be a learner's value.
        value: what stands in the cell now, clipped; a learner's value: never mailed, logged or shown to Prefect.
    """

    rule: str
    severity: str
    row_number: int | None
    column: str | None
    cell: str | None
    message: str
    suggestion: str | None = None
    value: str | None = None


class FileError(Exception):
    """The file can't be read as a learner spreadsheet. Trying again can't help: the file must be mended.

    Its text is the rule's id only, so that it can be logged.
    """

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(", ".join(sorted({finding.rule for finding in findings})))
        self.findings = findings


def file_finding(
    rule: str, *, column: str | None = None, suggestion: str | None = None, value: str | None = None, **words: object
) -> Finding:
    """Make a finding on the whole file; `words` fill the places in the rule's message."""
    known = RULES[rule]
    return Finding(rule, known.severity, None, column, None, known.message.format(**words), suggestion, clip(value))


def clip(value: str | None) -> str | None:
    """Return what a finding keeps of a value: its beginning when it is longer than `VALUE_LIMIT`."""
    return value if value is None or len(value) <= VALUE_LIMIT else f"{value[: VALUE_LIMIT - 1]}…"


def sort_findings(findings: list[Finding]) -> list[Finding]:
    """Return the findings on the whole file first, then the others by row; of a row they keep their order."""
    return sorted(findings, key=lambda finding: finding.row_number or 0)


def column_letters(index: int) -> str:
    """Return the letters Excel shows for the sheet column with this index: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, remainder = divmod(index - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


def cell_name(column_index: int, row_number: int) -> str:
    """Return a cell's name as Excel shows it: column 14 of row 5 is O5."""
    return f"{column_letters(column_index)}{row_number}"
