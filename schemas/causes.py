"""Findings grouped by cause, for people and for mail: "Gender, rows 5, 9 and 31: ...", and what few causes explain.

Owns what counts as one cause, their order, and the headline. A cause holds no value of a learner.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from schemas.rules import ERROR

RANGES_SHOWN = 12
EXPLAINED_SHARE = 0.8
NUMBER_WORDS = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")

# Rules that name another row or learner, so that no two messages are alike. What is said of several at once:
GATHERED_MESSAGES = {
    "duplicate_row": "Each of these rows is the same learner as an earlier row, which the row's own message names. "
    "Delete one of the two.",
    "match_ambiguous": "Each of these rows fits more than one learner you already have; the row's own message names "
    "them. Give the ULN or UPN of the one you mean, or put those learners right first.",
    "match_shared": "Each of these rows fits the same learner as another row, which the row's own message names. "
    "Delete one of the two, or give each its own ULN or UPN.",
    "identifier_taken": "Each of these is held here by a learner with another name and another ULN or UPN, as each "
    "row's own message tells. Correct those of rows that are somebody else. Where it is the same person, change that "
    "learner on the website first, then send the file again.",
    "person_replaced": "Learners you already have hold these, with other names and other dates of birth or postcodes, "
    "as each row's own message tells. The rows' details will stand in those learners' place, under the same usernames. "
    "Check that each is the person's own: one column sorted alone in Excel gives learners each other's.",
    "identifier_changed": "The learners you already have had others than these, as each row's own message tells. They "
    "will be replaced by these.",
}


class AnyFinding(Protocol):
    """What a finding needs to be grouped: `schemas.findings.Finding` and the table's rows both have it."""

    @property
    def rule(self) -> str: ...  # noqa: D102
    @property
    def severity(self) -> str: ...  # noqa: D102
    @property
    def row_number(self) -> int | None: ...  # noqa: D102
    @property
    def column(self) -> str | None: ...  # noqa: D102
    @property
    def message(self) -> str: ...  # noqa: D102


class CauseKey(NamedTuple):
    """What findings of one cause have in common. `message` is "" where the rule's messages are all different."""

    severity: str
    rule: str
    column: str | None
    message: str

    @classmethod
    def of(cls, finding: AnyFinding) -> "CauseKey":
        """Return the cause that a finding belongs to."""
        rule = finding.rule
        return cls(finding.severity, rule, finding.column, "" if rule in GATHERED_MESSAGES else finding.message)


class Cause(NamedTuple):
    """All findings that say the same of the same column. Holds no value of a learner.

    Args:
        severity: "error" or "warning".
        rule: id in `schemas.rules.RULES`.
        column: the template's heading; None when it concerns none or several.
        message: what to do.
        row_numbers: ascending; none when it is about the whole file.
    """

    severity: str
    rule: str
    column: str | None
    message: str
    row_numbers: list[int]

    @property
    def finding_count(self) -> int:
        """How many findings it stands for: the rows, or 1 for the whole file."""
        return len(self.row_numbers) or 1

    @property
    def where(self) -> str:
        """The place, such as "Gender, rows 5, 9 and 31" or "The whole file"."""
        if not self.row_numbers:
            return self.column or name_place(self.rule)
        rows = format_rows(self.row_numbers)
        return f"{self.column}, {rows}" if self.column else rows.capitalize()


def name_place(rule: str) -> str:
    """Say what a finding is about that names neither a row nor a column of the template's."""
    return "Headings" if rule.startswith("heading_") else "The whole file"


def group_causes(findings: Iterable[AnyFinding]) -> list[Cause]:
    """Group findings by cause; errors before warnings, the largest cause first."""
    groups: dict[CauseKey, tuple[list[int], set[str]]] = {}
    for finding in findings:
        rows, messages = groups.setdefault(CauseKey.of(finding), ([], set()))
        messages.add(finding.message)
        if finding.row_number is not None:
            rows.append(finding.row_number)
    causes = [
        build_cause(key, rows, min(messages), has_several=len(messages) > 1) for key, (rows, messages) in groups.items()
    ]
    return sorted(causes, key=order_of)


def build_cause(key: CauseKey, row_numbers: list[int], message: str, *, has_several: bool) -> Cause:
    """Make a cause from what its findings have in common.

    Args:
        key: of all of them.
        row_numbers: in any order.
        message: of one of them.
        has_several: whether they have different messages.
    """
    said = GATHERED_MESSAGES[key.rule] if has_several else message
    return Cause(key.severity, key.rule, key.column, said, sorted(row_numbers))


def order_of(cause: Cause) -> tuple[object, ...]:
    """Return what causes are sorted by: errors before warnings, the largest first, then the first to begin."""
    return cause.severity, -cause.finding_count, cause.row_numbers[:1], cause.column or "", cause.message


def find_headline(causes: Iterable[Cause]) -> str | None:
    """Say how few causes explain how many of the errors, such as "One cause explains 340 of 352 errors."

    None when that would tell nothing: there is one error, or nearly every error has a cause of its own.
    """
    counts = sorted((cause.finding_count for cause in causes if cause.severity == ERROR), reverse=True)
    total, explained, number = sum(counts), 0, 0
    while explained < EXPLAINED_SHARE * total:
        explained += counts[number]
        number += 1
    if total < 2 or explained < 2 * number or number > len(NUMBER_WORDS):
        return None
    words = f"{NUMBER_WORDS[number - 1]} {'cause explains' if number == 1 else 'causes explain'}"
    if explained < total:
        return f"{words} {explained:,} of {total:,} errors."
    return f"{words} {'both' if total == 2 else f'all {total:,}'} errors."


def format_rows(row_numbers: Sequence[int]) -> str:
    """Write ascending row numbers as people do: "row 5", "rows 2 to 9 and 31". Says how many it leaves out.

    A number that comes twice is written once; there must be one at least.
    """
    ranges: list[tuple[int, int]] = []
    for number in row_numbers:
        if ranges and number <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    shown = [part for first, last in ranges[:RANGES_SHOWN] for part in _write_range(first, last)]
    hidden_count = sum(last - first + 1 for first, last in ranges[RANGES_SHOWN:])
    if hidden_count:
        shown.append(f"{hidden_count:,} more")
    noun = "row" if row_numbers[0] == row_numbers[-1] else "rows"
    return f"{noun} {join_words(shown)}"


def _write_range(first: int, last: int) -> list[str]:
    if last - first < 2:
        return [str(number) for number in range(first, last + 1)]
    return [f"{first} to {last}"]


def join_words(words: Sequence[str]) -> str:
    """Join with commas and a closing "and"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
