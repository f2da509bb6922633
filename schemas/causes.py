"""Findings grouped by cause, for people and for mail: "Gender, rows 5, 9 and 31: ..."."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

RANGES_SHOWN = 12


class AnyFinding(Protocol):
    """What a finding needs to be grouped: `schemas.findings.Finding` and the table's rows both have it."""

    @property
    def severity(self) -> str: ...  # noqa: D102
    @property
    def row_number(self) -> int | None: ...  # noqa: D102
    @property
    def column(self) -> str | None: ...  # noqa: D102
    @property
    def message(self) -> str: ...  # noqa: D102


class Cause(NamedTuple):
    """All findings that say the same of the same column. Holds no value of a learner."""

    severity: str
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
            return self.column or "The whole file"
        rows = format_rows(self.row_numbers)
        return f"{self.column}, {rows}" if self.column else rows.capitalize()


def group_causes(findings: Iterable[AnyFinding]) -> list[Cause]:
    """Group findings by what they say; errors before warnings, the largest cause first."""
    groups: dict[tuple[str, str | None, str], list[int]] = {}
    for finding in findings:
        rows = groups.setdefault((finding.severity, finding.column, finding.message), [])
        if finding.row_number is not None:
            rows.append(finding.row_number)
    causes = [Cause(*key, sorted(rows)) for key, rows in groups.items()]
    return sorted(causes, key=lambda cause: (cause.severity, -cause.finding_count))


def format_rows(row_numbers: Sequence[int]) -> str:
    """Write ascending row numbers as people do: "row 5", "rows 2 to 9 and 31". Says how many it leaves out."""
    ranges: list[tuple[int, int]] = []
    for number in row_numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    shown = [part for first, last in ranges[:RANGES_SHOWN] for part in _write_range(first, last)]
    hidden_count = sum(last - first + 1 for first, last in ranges[RANGES_SHOWN:])
    if hidden_count:
        shown.append(f"{hidden_count:,} more")
    noun = "row" if len(row_numbers) == 1 else "rows"
    return f"{noun} {join_words(shown)}"


def _write_range(first: int, last: int) -> list[str]:
    if last - first < 2:
        return [str(number) for number in range(first, last + 1)]
    return [f"{first} to {last}"]


def join_words(words: Sequence[str]) -> str:
    """Join with commas and a closing "and"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
