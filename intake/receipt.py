"""The receipt in plain text: what was received, what came of it, what to do next."""

from collections.abc import Sequence
from textwrap import TextWrapper

from records.tables import ImportStatus, LearnerImport
from schemas.causes import AnyFinding, find_headline, group_causes
from schemas.dates_shown import format_moment
from schemas.visible_text import make_visible

WIDTH = 78

LOADED = "Nothing more to do."
LOADED_WITH_WARNINGS = "The learners are loaded. Please check the warnings below. {workbook_words}"
WITH_CREDENTIALS = (
    "Every new learner has a username and an initial password. They are kept sealed and never sent: your learner "
    "managers find them on the website, under Learners who have not logged in."
)
REFUSED = (
    "Nothing was loaded. Open {workbook}, which lies beside this receipt. It is your own workbook with every cell to "
    "correct in colour and a comment on it that says what to write. Correct those cells, save the workbook and drop it "
    "in your folder; colours and comments can stay. Or correct your own file and drop that one again."
)
REFUSED_UNREAD = (
    "Nothing was loaded. There is no marked-up workbook, because no learners could be read from this file. Do what is "
    "said below and drop the file in your folder again."
)
REFUSED_UNMARKED = (
    "Nothing was loaded. There is no marked-up workbook: this time none could be made, which is no fault of yours. "
    "Correct in your own file what is said below, and drop it in your folder again."
)
FAILED = (
    "The fault is ours and nothing was loaded. Your file is kept and our operators have been told; you need not send "
    "it again."
)
WARNINGS_MARKED = (
    "{workbook} beside this receipt is your own workbook with the cells in question in colour. If one is wrong, "
    "correct it and drop that workbook in your folder: learners already loaded are updated."
)
WARNINGS_UNMARKED = (
    "There is no marked-up workbook: this time none could be made, which is no fault of yours. If a cell is wrong, "
    "correct it in your own file and drop that in your folder: learners already loaded are updated."
)
NOT_KEPT = (
    "Nothing was loaded. The file is too large to be taken, so it was removed from your folder unread and no copy is "
    "kept. Do what is said below and drop the smaller file in your folder."
)
REPEATED = (
    "These are the same bytes as import {repeats_import_id}, which is loaded already, so nothing was done. If you "
    "meant to send another file, drop that one."
)


def write_receipt(learner_import: LearnerImport, findings: Sequence[AnyFinding], *, workbook: str | None) -> str:
    """Write the receipt of a processed import.

    Args:
        learner_import: with its provider loaded.
        findings: all of them.
        workbook: the name of the marked-up workbook beside the receipt; None when there is none.
    """
    provider, outcome = learner_import.provider, _name_outcome(learner_import)
    causes = group_causes(findings)
    lines = [
        f"Import {learner_import.id} for {make_visible(provider.name)} (UKPRN {provider.ukprn}): {outcome}",
        "",
        _wrap(_next_step(learner_import, workbook)),
        "",
        f"File:       {make_visible(learner_import.file_name)}",
        f"Size:       {learner_import.file_bytes:,} bytes",
        f"SHA-256:    {learner_import.sha256 or 'not computed, because the file is too large to be taken'}",
        f"Received:   {format_moment(learner_import.requested_at)}",
        f"Processed:  {format_moment(learner_import.processed_at or learner_import.requested_at)}",
        f"Learners:   {learner_import.row_count:,} in the file: {learner_import.created_count:,} created, "
        f"{learner_import.updated_count:,} updated, {learner_import.unchanged_count:,} unchanged",
        f"Findings:   {_count(learner_import.error_count, 'error')}, {_count(learner_import.warning_count, 'warning')}",
    ]
    if headline := find_headline(causes):
        lines += ["", headline]
    for cause in causes:
        text = make_visible(f"{cause.severity.capitalize()}. {cause.where}: {cause.message}")
        lines += ["", _wrap(text, "  ", "    ")]
    return "\n".join(lines) + "\n"


def _wrap(text: str, first_indent: str = "", indent: str = "") -> str:
    """Break lines between words only: a file name with hyphens stays whole."""
    return TextWrapper(WIDTH, first_indent, indent, break_on_hyphens=False, break_long_words=False).fill(text)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word if number == 1 else f'{word}s'}"


def _name_outcome(learner_import: LearnerImport) -> str:
    return "already imported" if learner_import.repeats_import_id else learner_import.status


def _next_step_of_refused(learner_import: LearnerImport, workbook: str | None) -> str:
    if not learner_import.sha256:
        return NOT_KEPT
    if workbook:
        return REFUSED.format(workbook=workbook)
    return REFUSED_UNMARKED if learner_import.row_count else REFUSED_UNREAD


def _next_step(learner_import: LearnerImport, workbook: str | None) -> str:
    if learner_import.repeats_import_id:
        return REPEATED.format(repeats_import_id=learner_import.repeats_import_id)
    if learner_import.status == ImportStatus.FAILED:
        return FAILED
    if learner_import.status == ImportStatus.UNSUCCESSFUL:
        return _next_step_of_refused(learner_import, workbook)
    loaded = LOADED
    if learner_import.warning_count:
        words = WARNINGS_MARKED.format(workbook=workbook) if workbook else WARNINGS_UNMARKED
        loaded = LOADED_WITH_WARNINGS.format(workbook_words=words)
    return f"{loaded} {WITH_CREDENTIALS}" if learner_import.created_count else loaded
