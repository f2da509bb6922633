"""The receipt in plain text: what was received, what came of it, what to do next."""

from collections.abc import Sequence
from textwrap import fill

from records.tables import ImportFinding, ImportStatus, LearnerImport
from schemas.causes import group_causes
from schemas.dates_shown import format_moment

WIDTH = 78

NEXT_STEPS = {
    ImportStatus.SUCCESSFUL: (
        "Nothing more to do. Every new learner has a username and an initial password. They are kept sealed and never "
        "sent: your learner managers will find them on the website once they can sign in there."
    ),
    ImportStatus.UNSUCCESSFUL: (
        "Nothing was loaded. Mend what is named below and drop the file in your folder again. The spreadsheet "
        "{workbook} beside this receipt lists every cell, with what to write there."
    ),
    ImportStatus.FAILED: (
        "The fault is ours and nothing was loaded. Your file is kept and our operators have been told; you need not "
        "send it again."
    ),
}
REPEATED = (
    "These are the same bytes as import {repeats_import_id}, which is loaded already, so nothing was done. If you "
    "meant to send another file, drop that one."
)


def write_receipt(learner_import: LearnerImport, findings: Sequence[ImportFinding], *, workbook: str | None) -> str:
    """Write the receipt of a processed import.

    Args:
        learner_import: with its provider loaded.
        findings: all of them.
        workbook: the name of the spreadsheet of findings beside the receipt; None when there is none.
    """
    provider, outcome = learner_import.provider, _name_outcome(learner_import)
    lines = [
        f"Import {learner_import.id} for {provider.name} (UKPRN {provider.ukprn}): {outcome}",
        "",
        fill(_next_step(learner_import, workbook), WIDTH),
        "",
        f"File:       {learner_import.file_name}",
        f"Size:       {learner_import.file_bytes:,} bytes",
        f"SHA-256:    {learner_import.sha256}",
        f"Received:   {format_moment(learner_import.requested_at)}",
        f"Processed:  {format_moment(learner_import.processed_at or learner_import.requested_at)}",
        f"Learners:   {learner_import.row_count:,} in the file: {learner_import.created_count:,} created, "
        f"{learner_import.updated_count:,} updated, {learner_import.unchanged_count:,} unchanged",
        f"Findings:   {learner_import.error_count:,} errors, {learner_import.warning_count:,} warnings",
    ]
    for cause in group_causes(findings):
        text = f"{cause.severity.capitalize()}. {cause.where}: {cause.message}"
        lines += ["", fill(text, WIDTH, initial_indent="  ", subsequent_indent="    ")]
    return "\n".join(lines) + "\n"


def _name_outcome(learner_import: LearnerImport) -> str:
    return "already imported" if learner_import.repeats_import_id else learner_import.status


def _next_step(learner_import: LearnerImport, workbook: str | None) -> str:
    if learner_import.repeats_import_id:
        return REPEATED.format(repeats_import_id=learner_import.repeats_import_id)
    return NEXT_STEPS[ImportStatus(learner_import.status)].format(workbook=workbook)
