"""Which earlier import of a provider loaded the same bytes, so that nothing is done twice."""

from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from records.tables import ImportStatus, LearnerImport


def find_repeated(session: Session, learner_import: LearnerImport) -> LearnerImport | None:
    """Return the provider's successful import of the same bytes, or None. One that was only checked loaded nothing."""
    wanted = {
        "provider_id": learner_import.provider_id,
        "sha256": learner_import.sha256,
        "import_id": learner_import.id,
    }
    return session.scalars(_finding_repeated(), wanted).one_or_none()


@cache
def _finding_repeated() -> Select[LearnerImport]:
    return (
        select(LearnerImport)
        .where(
            LearnerImport.provider_id == bindparam("provider_id"),
            LearnerImport.sha256 == bindparam("sha256"),
            LearnerImport.status == ImportStatus.SUCCESSFUL,
            LearnerImport.repeats_import_id.is_(None),
            LearnerImport.is_check.is_(False),
            LearnerImport.id != bindparam("import_id"),
        )
        .order_by(LearnerImport.id)
        .limit(1)
    )
