"""What the first sheet of a marked-up workbook says above its causes: what this is, what is missing, how to go on.

Owns those words. They must be true of a file that was refused, loaded, or only checked: which, is not known here.
"""

from collections.abc import Iterator
from enum import Enum

from schemas.causes import find_headline
from schemas.marked_up.learner_sheet import COMMENT_LIMIT
from schemas.marked_up.marks import Marks
from schemas.rules import ERROR, WARNING
from schemas.visible_text import make_visible

CAUSES_SHOWN = 1_000

TO_CORRECT, TO_CHECK = "What to correct", "What to check"
CORRECT_STEPS = (
    "1. Go through the causes below, the largest first. A click on a cell’s name leads to it.",
    "2. On the sheet “{sheet}”, red cells must be corrected and yellow ones checked. Point at a coloured cell to read "
    "what to write there.",
    "3. Correct the cells, save this workbook, and send it again the way you sent the first one.",
)
CHECK_STEPS = (
    "1. Go through the causes below, the largest first. A click on a cell’s name leads to it.",
    "2. On the sheet “{sheet}”, the cells in question are yellow. Point at one to read what to check.",
    "3. If all are right, there is nothing to do. If one is wrong, correct it, save this workbook and send it the way "
    "you sent the first one: learners already loaded are updated.",
)
IGNORED = "Colours, comments and the sheets beside “{sheet}” are ignored when it is read: there is nothing to clean up."
SHEETS_MISSING = (
    "Not in this workbook: {sheets} of yours, which may hold learners too and {was} not read. If they are to be "
    "imported, add them on the sheet “{sheet}” here, below the others."
)


class Line(Enum):
    """How a line looks."""

    TITLE = 0
    STRONG = 1
    PLAIN = 2


def name_sheet(marks: Marks) -> str:
    """Return what the sheet is called."""
    return TO_CORRECT if _count(marks)[ERROR] else TO_CHECK


def word_top(marks: Marks, *, learner_sheet: str, file_name: str) -> Iterator[tuple[Line, str]]:
    """Yield the lines above the causes, "" where one stays free.

    Args:
        marks: what is marked in the learners' sheet.
        learner_sheet: its name.
        file_name: the provider's own.
    """
    yield Line.TITLE, f"{name_sheet(marks)} in {make_visible(file_name)}"
    yield Line.PLAIN, _word_counts(marks)
    if headline := find_headline(marked.cause for marked in marks.causes):
        yield Line.STRONG, headline
    if missing := sum(marked.cause.finding_count for marked in marks.causes if marked.cause.rule == "sheet_left_out"):
        sheets, was = ("another sheet", "was") if missing == 1 else (f"{missing:,} other sheets", "were")
        yield Line.STRONG, SHEETS_MISSING.format(sheets=sheets, was=was, sheet=learner_sheet)
    yield Line.PLAIN, ""
    for words in (*(CORRECT_STEPS if _count(marks)[ERROR] else CHECK_STEPS), IGNORED):
        yield Line.PLAIN, words.format(sheet=learner_sheet)
    for words in _list_left_out(marks):
        yield Line.PLAIN, words
    yield Line.PLAIN, ""


def _count(marks: Marks) -> dict[str, int]:
    counts = {ERROR: 0, WARNING: 0}
    for marked in marks.causes:
        counts[marked.cause.severity] += marked.cause.finding_count
    return counts


def _word_counts(marks: Marks) -> str:
    counts = _count(marks)
    errors, warnings = (f"{number:,} {word if number == 1 else f'{word}s'}" for word, number in counts.items())
    if not counts[ERROR]:
        return f"There is no error in this file. {warnings} should be checked."
    stop = f"{errors} {'stops' if counts[ERROR] == 1 else 'stop'} this file from being imported"
    return f"{stop}; {warnings} {'does' if counts[WARNING] == 1 else 'do'} not." if counts[WARNING] else f"{stop}."


def _list_left_out(marks: Marks) -> Iterator[str]:
    if marks.left_out_count:
        yield f"Another {marks.left_out_count:,} are not marked: correct these first and send the workbook."
    if len(marks.by_place) > COMMENT_LIMIT:
        yield (
            f"{len(marks.by_place):,} cells are coloured; only the first {COMMENT_LIMIT:,} of them have a comment, "
            "because Excel takes no more."
        )
    if len(marks.causes) > CAUSES_SHOWN:
        yield f"The first {CAUSES_SHOWN:,} of {len(marks.causes):,} causes are listed here."
