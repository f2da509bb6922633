"""What an import's page shows of the sheet itself, kept beside the original while the sheet is at hand.

Owns which rows are kept and in what order; how they are kept is `intake.row_files`'. A disk that takes no more costs
the page these rows and nothing else.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from flows.workplace import Workplace
from intake.row_files import FINDING_ROWS, PLANNED_ROWS, write_rows
from schemas.findings import Finding
from schemas.rules import ERROR
from schemas.table import SheetTable

if TYPE_CHECKING:
    from loaders.planning import LoadPlan

logger = logging.getLogger("learner_imports")

TEXT_LIMIT = 200  # characters of a cell; a page shows no more


def keep_finding_rows(
    workplace: Workplace, storage_name: str, table: SheetTable | None, findings: Sequence[Finding]
) -> None:
    """Keep the rows in which something was found, those with errors first.

    Args:
        workplace: its private storage.
        storage_name: of the original.
        table: the sheet; None when it was not read.
        findings: all of them.
    """
    has_error: dict[int, bool] = {}
    for finding in findings:
        if finding.row_number is not None:
            has_error[finding.row_number] = has_error.get(finding.row_number, False) or finding.severity == ERROR
    if table is None or not has_error:
        return
    head = {"headings": table.headings, "error_row_count": sum(has_error.values())}
    row_numbers = sorted(has_error, key=lambda number: (not has_error[number], number))
    _keep(workplace, storage_name + FINDING_ROWS, head, _list_cells(table, row_numbers))


def keep_planned_rows(workplace: Workplace, storage_name: str, plan: "LoadPlan") -> None:
    """Keep what would be done with each row, in the plan's order.

    Args:
        workplace: its private storage.
        storage_name: of the original.
        plan: whose rows are taken.
    """
    result = plan.result
    head = {"created": result.created_count, "updated": result.updated_count, "unchanged": result.unchanged_count}
    _keep(workplace, storage_name + PLANNED_ROWS, head, plan.rows)


def _list_cells(table: SheetTable, row_numbers: Sequence[int]) -> Iterator[list[Any]]:
    """Yield each row as its number and its texts."""
    indices = {number: index for index, number in enumerate(table.row_numbers)}
    for number in row_numbers:
        index = indices.get(number)
        yield [number, ["" if index is None else column[index][:TEXT_LIMIT] for column in table.texts]]


def _keep(workplace: Workplace, name: str, head: dict[str, Any], rows: Iterable[Any]) -> None:
    try:
        write_rows(workplace.storage.path_of(name), head, rows)
    except OSError as fault:
        logger.warning("rows for an import's page are not kept: %s", type(fault).__name__)
