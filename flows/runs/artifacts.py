"""What an operator reads of a run in the Prefect UI: its files and counts, and what was wrong, by cause and by cell.

Everything here is stored in Prefect's database and shown to operators, so it holds no file name, no value and no
suggestion: only UKPRNs, import numbers, counts, cells and rules.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from prefect.artifacts import create_progress_artifact, create_table_artifact, update_progress_artifact

from flows.steps import ImportWork, Step, load, read, tell, validate
from schemas.causes import find_headline, group_causes

logger = logging.getLogger("learner_imports")

SHOWN_PER_IMPORT = 100
SHOWN_PER_TABLE = 1_000
LARGE_ROW_COUNT = 5_000  # from here on a file takes long enough for somebody to look how far it is

PROGRESS: dict[Step, float] = {read: 40, validate: 60, load: 95, tell: 100}  # shares of the time a large file takes

Row = dict[str, object]


def publish_imports(works: Sequence[ImportWork]) -> None:
    """Publish a table of the imports and, when something was found in them, one of causes and one of cells."""
    create_table_artifact(
        key="imports",
        table=[_describe_import(work) for work in works],
        description=f"**{len(works)} {'file' if len(works) == 1 else 'files'}:** {_count_outcomes(works)}",
    )
    _publish(
        "causes",
        [row for work in works for row in _describe_causes(work)],
        "**What was wrong, by cause.** The same words are in the provider's receipt.",
    )
    _publish(
        "findings",
        [row for work in sorted(works, key=lambda work: not work.is_refused) for row in _describe_findings(work)],
        "**What was wrong, by cell.** The values are left out: the provider has them.",
    )


def name_run(outcomes: Counter[str], ukprns: set[str]) -> str:
    """Name a run for the runs page, such as "3 files of 10001234 and 10005678"."""
    count = outcomes.total()
    shown = " and ".join(sorted(ukprns)) if len(ukprns) <= 2 else f"{len(ukprns)} providers"
    return f"{count} {'file' if count == 1 else 'files'} of {shown}"


class Progress:
    """Shows how far a large file is, as a bar in the Prefect UI. Small files cost nothing."""

    def __init__(self) -> None:
        self._artifact_id: UUID | None = None

    def tell(self, work: ImportWork, step: Step) -> None:
        """Move the bar after a step. A Prefect server that does not answer costs the bar and nothing else."""
        try:
            self._move(work, step)
        except Exception as fault:
            logger.warning("import %s: progress not shown in Prefect: %s", work.import_id, type(fault).__name__)

    def _move(self, work: ImportWork, step: Step) -> None:
        if step is read and work.table and len(work.table.row_numbers) >= LARGE_ROW_COUNT:
            self._artifact_id = _as_id(
                create_progress_artifact(
                    progress=PROGRESS[step],
                    key=f"import-{work.import_id}",
                    description=f"Import {work.import_id} of {work.ukprn}: {len(work.table.row_numbers):,} learners",
                )
            )
        elif self._artifact_id:
            update_progress_artifact(self._artifact_id, progress=PROGRESS[step])


def _as_id(value: Any) -> UUID:
    assert isinstance(value, UUID)  # noqa: S101 - Prefect's types leave open whether it is awaited
    return value


def _publish(key: str, table: list[Row], description: str) -> None:
    if len(table) > SHOWN_PER_TABLE:
        description += f" {len(table) - SHOWN_PER_TABLE:,} more are left out here: see the imports' pages."
    if table:
        create_table_artifact(key=key, table=table[:SHOWN_PER_TABLE], description=description)


def _count_outcomes(works: Sequence[ImportWork]) -> str:
    counts = Counter(work.outcome or "put back" for work in works)
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))


def _describe_import(work: ImportWork) -> Row:
    record = work.learner_import
    return {
        "Import": work.import_id,
        "Provider": work.ukprn,
        "Outcome": work.outcome or "put back",
        "Learners": record.row_count,
        "Created": record.created_count,
        "Updated": record.updated_count,
        "Unchanged": record.unchanged_count,
        "Errors": record.error_count,
        "Warnings": record.warning_count,
        "Attempt": work.lease.attempt_count,
    }


def _describe_causes(work: ImportWork) -> list[Row]:
    if not work.is_refused:
        return []
    causes = group_causes(work.findings)
    headline = find_headline(causes)
    first: list[Row] = [{"Import": work.import_id, "Provider": work.ukprn, "What to do": headline}] if headline else []
    return first + [
        {
            "Import": work.import_id,
            "Provider": work.ukprn,
            "Count": cause.finding_count,
            "Where": cause.where,
            "What to do": cause.message,
            "Kind": cause.severity,
        }
        for cause in causes[:SHOWN_PER_IMPORT]
    ]


def _describe_findings(work: ImportWork) -> list[Row]:
    rows: list[Row] = [
        {
            "Import": work.import_id,
            "Provider": work.ukprn,
            "Cell": finding.cell or "",
            "Column": finding.column or "",
            "What to do": finding.message,
            "Kind": finding.severity,
            "Rule": finding.rule,
        }
        for finding in work.findings[:SHOWN_PER_IMPORT]
    ]
    hidden_count = len(work.findings) - len(rows)
    if hidden_count:
        note = f"{hidden_count:,} more findings of this import: see its page on the website."
        rows.append({"Import": work.import_id, "Provider": work.ukprn, "What to do": note})
    return rows
