"""What an operator reads of a run in the Prefect UI: its files and counts, and findings by cell.

Everything here is stored in Prefect's database and shown to operators, so it holds no file name, no value and no
suggestion: only UKPRNs, import numbers, counts, cells and rules.
"""

from collections.abc import Sequence

from prefect.artifacts import create_table_artifact

from flows.steps import ImportWork

SHOWN_PER_IMPORT = 200


def publish_imports(works: Sequence[ImportWork]) -> None:
    """Publish a table of the imports, and one of their findings when there are any."""
    create_table_artifact(
        key="imports", table=[_describe_import(work) for work in works], description=_count_outcomes(works)
    )
    findings = [row for work in works for row in _describe_findings(work)]
    if findings:
        create_table_artifact(
            key="findings",
            table=findings,
            description="Errors and warnings by cell. The values are left out: the provider has them.",
        )


def name_run(works: Sequence[ImportWork]) -> str:
    """Name a run for the runs page, such as "3 files of 10001234 and 10005678"."""
    ukprns = sorted({work.ukprn for work in works})
    shown = " and ".join(ukprns) if len(ukprns) <= 2 else f"{len(ukprns)} providers"
    return f"{len(works)} {'file' if len(works) == 1 else 'files'} of {shown}"


def _count_outcomes(works: Sequence[ImportWork]) -> str:
    counts: dict[str, int] = {}
    for work in works:
        outcome = work.outcome or "put back"
        counts[outcome] = counts.get(outcome, 0) + 1
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))


def _describe_import(work: ImportWork) -> dict[str, object]:
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


def _describe_findings(work: ImportWork) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {
            "Import": work.import_id,
            "Provider": work.ukprn,
            "Cell": finding.cell or "",
            "Column": finding.column or "",
            "Kind": finding.severity,
            "Rule": finding.rule,
            "What to do": finding.message,
        }
        for finding in work.findings[:SHOWN_PER_IMPORT]
    ]
    hidden_count = len(work.findings) - len(rows)
    if hidden_count:
        note = f"{hidden_count:,} more findings of this import: see its page on the website."
        rows.append({"Import": work.import_id, "Provider": work.ukprn, "What to do": note})
    return rows
