"""What becomes of a file that was read and validated: loaded, refused, or only checked. In the caller's transaction.

Owns the outcome's status and counts.
"""

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.orm import Session

from flows.kinds import find_more_faults, load_by_kind, plan_by_kind
from flows.page_rows import keep_planned_rows
from flows.workplace import Workplace
from records.tables import ImportStatus, LearnerImport
from schemas.findings import Finding, sort_findings
from schemas.rules import ERROR, WARNING

if TYPE_CHECKING:
    from flows.steps import ImportWork
    from loaders.loading import LoadResult
    from schemas.validation import Validated


class Decision(NamedTuple):
    """An import's outcome: its status, its counts as the row names them, and all that was found."""

    status: ImportStatus
    counts: dict[str, int]
    findings: list[Finding]


def repeat(repeated: LearnerImport) -> Decision:
    """Decide on a file whose bytes are loaded already."""
    return Decision(ImportStatus.SUCCESSFUL, {"row_count": repeated.row_count}, [])


def decide(session: Session, workplace: Workplace, work: "ImportWork") -> Decision:
    """Load the rows, or refuse the file; of one that is only checked, find out what would be loaded.

    Args:
        session: in which the provider is locked.
        workplace: key, settings and storage.
        work: validated, unless the file could not be read.
    """
    validated, findings = work.validated, list(work.findings)
    counts = {"row_count": validated.row_count if validated else 0}
    provider_id = work.learner_import.provider_id
    if validated is not None and work.is_refused:
        more = find_more_faults(session, validated, kind=work.kind, provider_id=provider_id)
        findings = sort_findings([*findings, *more]) if more else findings
    elif validated is not None:
        result = (_check if work.learner_import.is_check else _load)(session, workplace, work, validated)
        findings += result.findings
        counts |= {
            "created_count": result.created_count,
            "updated_count": result.updated_count,
            "unchanged_count": result.unchanged_count,
        }
    counts |= {
        "error_count": sum(finding.severity == ERROR for finding in findings),
        "warning_count": sum(finding.severity == WARNING for finding in findings),
    }
    status = ImportStatus.UNSUCCESSFUL if counts["error_count"] else ImportStatus.SUCCESSFUL
    return Decision(status, counts, findings)


def _load(session: Session, workplace: Workplace, work: "ImportWork", validated: "Validated") -> "LoadResult":
    return load_by_kind(
        session,
        validated,
        kind=work.kind,
        provider_id=work.learner_import.provider_id,
        import_id=work.import_id,
        sealer=workplace.sealer,
        password_days=workplace.settings.initial_password_days,
        now=workplace.now(),
    )


def _check(session: Session, workplace: Workplace, work: "ImportWork", validated: "Validated") -> "LoadResult":
    plan = plan_by_kind(session, validated, kind=work.kind, provider_id=work.learner_import.provider_id)
    keep_planned_rows(workplace, work.learner_import.storage_name, plan)
    return plan.result
