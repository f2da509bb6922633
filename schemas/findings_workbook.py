"""The spreadsheet of a file's findings that goes back to its provider: causes first, then every cell.

It holds values of learners, so it goes to the provider's own folder only. No cell of it can run as a formula.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter

from schemas.causes import AnyFinding, group_causes

HEADER = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1D3557", "valign": "vcenter"}
WRAPPED = {"text_wrap": True, "valign": "top"}
SEVERITY_COLOURS = {"error": "#F8D7DA", "warning": "#FFF3CD"}

CAUSE_HEADINGS = (("Kind", 10), ("How many", 10), ("Where", 50), ("What to do", 80))
FINDING_HEADINGS = (
    ("Kind", 10),
    ("Row", 8),
    ("Cell", 8),
    ("Column", 24),
    ("What to do", 70),
    ("Write instead", 32),
    ("Stands there now", 32),
)


class ReturnedFinding(AnyFinding, Protocol):
    """What a finding needs to be returned: `schemas.findings.Finding` and the table's rows both have it."""

    @property
    def cell(self) -> str | None: ...  # noqa: D102
    @property
    def suggestion(self) -> str | None: ...  # noqa: D102
    @property
    def value(self) -> str | None: ...  # noqa: D102


def write_findings_workbook(path: Path, findings: Sequence[ReturnedFinding]) -> None:
    """Write the findings as an .xlsx with the sheets Causes and Findings.

    Raises:
        OSError: the place can't be written to, or the disk is full.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    workbook = xlsxwriter.Workbook(str(path), options)
    causes = ((cause.severity, cause.finding_count, cause.where, cause.message) for cause in group_causes(findings))
    _write_sheet(workbook, "Causes", CAUSE_HEADINGS, causes)
    rows = (
        (
            finding.severity,
            finding.row_number,
            finding.cell,
            finding.column,
            finding.message,
            finding.suggestion,
            finding.value,
        )
        for finding in findings
    )
    _write_sheet(workbook, "Findings", FINDING_HEADINGS, rows)
    workbook.close()


def _write_sheet(
    workbook: Any, name: str, headings: Sequence[tuple[str, int]], rows: Iterable[tuple[str | int | None, ...]]
) -> None:
    sheet = workbook.add_worksheet(name)
    header, plain = workbook.add_format(HEADER), workbook.add_format(WRAPPED)
    colours = {
        severity: workbook.add_format(WRAPPED | {"bg_color": colour}) for severity, colour in SEVERITY_COLOURS.items()
    }
    for index, (heading, width) in enumerate(headings):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, heading, header)
    sheet.freeze_panes(1, 0)
    count = 0
    for count, row in enumerate(rows, start=1):
        sheet.write_string(count, 0, str(row[0]).capitalize(), colours[str(row[0])])
        for index, value in enumerate(row[1:], start=1):
            if isinstance(value, int):
                sheet.write_number(count, index, value, plain)
            elif value is not None:
                sheet.write_string(count, index, value, plain)
    sheet.autofilter(0, 0, max(count, 1), len(headings) - 1)
