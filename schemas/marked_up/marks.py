"""What is marked in the learners' sheet: each cell's colour and comment, and the cells of each cause.

Owns joining the findings of one cell, and the words of a comment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.causes import Cause, CauseKey, build_cause, order_of
from schemas.marked_up.places import MarkedFinding, Place, Places
from schemas.rules import ERROR
from schemas.table import SheetTable

SEE_CELLS = "See each cell’s comment"


@dataclass
class MarkedCause:
    """A cause with the cells that it is marked in and what to write there.

    Args:
        cause: holds no value of a learner.
        places: in the order of the findings.
        suggestions: all different ones; None for findings that have none.
    """

    cause: Cause
    places: list[Place]
    suggestions: set[str | None]

    @property
    def write_instead(self) -> str:
        """What is suggested, when all its findings suggest the same."""
        if self.suggestions == {None}:
            return ""
        return next(iter(self.suggestions)) or "" if len(self.suggestions) == 1 else SEE_CELLS


@dataclass
class Mark:
    """What is said of one cell."""

    severity: str
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The comment."""
        return "\n\n".join(self.texts)


@dataclass
class Marks:
    """All that is marked in one sheet.

    Args:
        by_place: each marked cell.
        causes: errors before warnings, the largest first.
        left_out_count: findings beyond the first million, which are not marked.
    """

    by_place: dict[Place, Mark]
    causes: list[MarkedCause]
    left_out_count: int = 0


def mark_findings(table: SheetTable, findings: Sequence[MarkedFinding]) -> Marks:
    """Find what is to be marked, and where."""
    places = Places(table)
    by_place: dict[Place, Mark] = {}
    groups: dict[CauseKey, tuple[list[MarkedFinding], list[Place]]] = {}
    for finding in findings:
        found = places.find(finding)
        group = groups.setdefault(CauseKey.of(finding), ([], []))
        group[0].append(finding)
        group[1].extend(found)
        text = _word_comment(finding)
        for place in found:
            mark = by_place.get(place)
            if mark is None:
                by_place[place] = Mark(finding.severity, [text])
            elif text not in mark.texts:
                mark.texts.append(text)
                mark.severity = ERROR if ERROR in (mark.severity, finding.severity) else mark.severity
    causes = [
        MarkedCause(_gather(key, found), cells, {finding.suggestion for finding in found})
        for key, (found, cells) in groups.items()
    ]
    return Marks(by_place, sorted(causes, key=lambda marked: order_of(marked.cause)))


def _gather(key: CauseKey, findings: Sequence[MarkedFinding]) -> Cause:
    messages = {finding.message for finding in findings}
    row_numbers = [finding.row_number for finding in findings if finding.row_number is not None]
    return build_cause(key, row_numbers, min(messages), has_several=len(messages) > 1)


def _word_comment(finding: MarkedFinding) -> str:
    text = f"{finding.severity.capitalize()}: {finding.message}"
    return f"{text}\nWrite instead: {finding.suggestion}" if finding.suggestion else text
