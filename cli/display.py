"""What came of a file, shown to a person on a terminal or given to a program as JSON."""

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.single_file import FileOutcome
from schemas.causes import find_headline, group_causes, name_place
from schemas.findings import Finding
from schemas.rules import ERROR
from schemas.visible_text import make_visible

COLOURS = {"error": "red", "warning": "yellow"}
HEADLINES = {
    "valid": ("green", "can be imported. Nothing has been loaded."),
    "successful": ("green", "is loaded."),
    "already_imported": ("green", "had been imported already, so nothing was done."),
    "unsuccessful": ("red", "was refused. Nothing has been loaded."),
    "failed": ("red", "could not be processed. The fault is ours: nothing has been loaded and the file is kept."),
}
FINDING_KEYS = ("rule", "severity", "row_number", "column", "cell", "message", "suggestion")
ROWS_SHOWN = 200
CORRECT_IT = "Correct its coloured cells and import it in place of the file."
CHECK_IT = "Check its coloured cells. If one is wrong, correct it and import the workbook."


def to_json(outcome: FileOutcome) -> str:
    """Write the outcome as the contract's one JSON object."""
    return json.dumps(
        {
            "status": str(outcome.status),
            "import_id": outcome.import_id,
            "row_count": outcome.row_count,
            "created_count": outcome.created_count,
            "updated_count": outcome.updated_count,
            "unchanged_count": outcome.unchanged_count,
            "findings": [{key: getattr(finding, key) for key in FINDING_KEYS} for finding in outcome.findings],
        }
    )


def show_outcome(
    console: Console, path: Path, outcome: FileOutcome, *, marked_up: Path | None = None, is_marked_up: bool = False
) -> None:
    """Show the outcome: one headline, the counts, the causes, then every finding by row, then the marked-up workbook.

    Args:
        console: the terminal.
        path: of the provider's file.
        outcome: what came of it.
        marked_up: where a marked-up workbook was asked for.
        is_marked_up: whether it was written.
    """
    colour, headline = HEADLINES[outcome.status]
    console.print(Text.assemble((make_visible(path.name), "bold"), " ", (headline, f"bold {colour}")))
    reference = f"Import {outcome.import_id}. " if outcome.import_id else ""
    console.print(
        f"{reference}{outcome.row_count:,} learners in the file: {outcome.created_count:,} created, "
        f"{outcome.updated_count:,} updated, {outcome.unchanged_count:,} unchanged."
    )
    if outcome.findings:
        _show_causes(console, outcome.findings)
    if any(finding.row_number or finding.suggestion for finding in outcome.findings):
        _show_findings(console, outcome.findings)
    if words := _word_marked_up(outcome, marked_up, is_marked_up=is_marked_up):
        console.print()
        console.print(Text(words), soft_wrap=True)


def _word_marked_up(outcome: FileOutcome, marked_up: Path | None, *, is_marked_up: bool) -> str | None:
    """Say where the marked-up workbook is, why there is none, or how to get one."""
    if is_marked_up:
        has_errors = any(finding.severity == ERROR for finding in outcome.findings)
        return f"Marked-up workbook: {marked_up}. {CORRECT_IT if has_errors else CHECK_IT}"
    if marked_up is None:
        # What is loaded would be told as already imported if it were imported once more.
        can_be_marked = outcome.table is not None and outcome.findings and outcome.status != "successful"
        return "To get the sheet with these cells marked in it, add: --marked-up OUT.xlsx" if can_be_marked else None
    return f"No marked-up workbook was written: {_find_why_unmarked(outcome)}."


def _find_why_unmarked(outcome: FileOutcome) -> str:
    if not outcome.findings:
        return "there is nothing to mark"
    if outcome.table is not None:
        return "what went wrong is said above, on standard error"
    has_no_rows = any(finding.rule == "file_no_rows" for finding in outcome.findings)
    return "there are no learners below the headings" if has_no_rows else "no learners could be read from the file"


def _show_causes(console: Console, findings: list[Finding]) -> None:
    console.print()
    causes = group_causes(findings)
    if headline := find_headline(causes):
        console.print(Text(headline, style="bold"))
        console.print()
    for cause in causes:
        style = COLOURS[cause.severity]
        console.print(
            Text.assemble((f"{cause.severity.capitalize()}: ", style), (cause.where, "bold"), ". ", cause.message)
        )


def _show_findings(console: Console, findings: list[Finding]) -> None:
    table = Table(title="By row", title_justify="left", header_style="bold")
    for heading in ("Row", "Cell", "Column", "What to do", "Write instead"):
        table.add_column(heading, justify="right" if heading == "Row" else "left")
    for finding in findings[:ROWS_SHOWN]:
        table.add_row(
            str(finding.row_number or ""),
            finding.cell or "",
            Text(finding.column or ("the whole row" if finding.row_number else name_place(finding.rule).lower())),
            Text(finding.message, style=COLOURS[finding.severity]),
            Text(finding.suggestion or ""),
        )
    console.print()
    console.print(table)
    if len(findings) > ROWS_SHOWN:
        console.print(f"{len(findings) - ROWS_SHOWN:,} more findings are not shown here. --json gives all of them.")
