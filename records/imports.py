"""Imports, which are also the queue of work, and what was found in their files."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from records.providers import Provider
from records.types import Base, Moment, RowId, now, reference


class ImportStatus(StrEnum):
    """Where an import stands. `unsuccessful` is the file's fault, `failed` is ours."""

    REQUESTED = "requested"
    PROCESSING = "processing"
    SUCCESSFUL = "successful"
    UNSUCCESSFUL = "unsuccessful"
    FAILED = "failed"


class ImportKind(StrEnum):
    """What a file holds."""

    LEARNERS = "learners"
    PROGRESS = "progress"


class ImportSource(StrEnum):
    """How the file came to us."""

    FOLDER = "folder"
    UPLOAD = "upload"
    COMMAND = "command"


UNFINISHED = text("status IN ('requested', 'processing')")


def _one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(value.value) for value in values)})", name=column)


class LearnerImport(Base):
    """One file on its way in: who asked, what it was, how it stands, what came of it.

    `storage_name` names the original in private storage; `lease_token` is held by the one worker that may finish it.
    `drop_location` is the address of the location that it was dropped in, without secrets (None: the folder in home).
    `erased_at` is when retention erased the original, the file's name and the values in findings.
    `is_check` marks one that was only checked: `successful` then means that the file can be imported, its counts what
    would be done, and nothing was loaded.
    `repeats_import_id` is the successful import of the same bytes, when there was one and nothing was done again.
    `corrects_import_id` is the unsuccessful import that the person corrected, when the file was uploaded on its page.
    """

    __tablename__ = "learner_import"
    __table_args__ = (
        _one_of("status", ImportStatus),
        _one_of("source", ImportSource),
        Index(None, "next_attempt_at", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
        Index(None, "provider_id", "id", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
        Index("ix_learner_import_provider_id_sha256", "provider_id", "sha256"),
    )

    id: Mapped[RowId]
    provider_id: Mapped[int] = reference("provider.id")
    source: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(10), default=ImportKind.LEARNERS, server_default=ImportKind.LEARNERS)
    is_check: Mapped[bool] = mapped_column(default=False, server_default=false())
    requested_by_account_id: Mapped[int | None] = reference("account.id", ondelete="SET NULL")
    requested_at: Mapped[Moment] = mapped_column(default=now)
    file_name: Mapped[str] = mapped_column(String(255))
    file_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    storage_name: Mapped[str] = mapped_column(String(64), unique=True)
    drop_location: Mapped[str | None] = mapped_column(String(300))
    erased_at: Mapped[Moment | None]

    status: Mapped[str] = mapped_column(String(12), default=ImportStatus.REQUESTED)
    attempt_count: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[Moment] = mapped_column(default=now)
    leased_at: Mapped[Moment | None]
    lease_token: Mapped[str | None] = mapped_column(String(36))
    lease_holder: Mapped[str | None] = mapped_column(String(100))
    lease_until_at: Mapped[Moment | None]
    processed_at: Mapped[Moment | None]
    outcome_returned_at: Mapped[Moment | None]
    outcome_removed_at: Mapped[Moment | None]

    row_count: Mapped[int] = mapped_column(default=0)
    created_count: Mapped[int] = mapped_column(default=0)
    updated_count: Mapped[int] = mapped_column(default=0)
    unchanged_count: Mapped[int] = mapped_column(default=0)
    error_count: Mapped[int] = mapped_column(default=0)
    warning_count: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None] = mapped_column(String(500))
    repeats_import_id: Mapped[int | None] = reference("learner_import.id")
    corrects_import_id: Mapped[int | None] = reference("learner_import.id")

    provider: Mapped[Provider] = relationship()


class ImportFinding(Base):
    """One error or warning of an import, as the person reads it. `value` and `suggestion` may hold personal data."""

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("severity IN ('error', 'warning')", name="severity"),
        Index(None, "import_id", "row_number"),
    )

    id: Mapped[RowId]
    import_id: Mapped[int] = reference("learner_import.id", ondelete="CASCADE")
    rule: Mapped[str] = mapped_column(String(50))
    severity: Mapped[str] = mapped_column(String(7))
    row_number: Mapped[int | None]
    column: Mapped[str | None] = mapped_column(String(100))
    cell: Mapped[str | None] = mapped_column(String(12))
    message: Mapped[str]
    suggestion: Mapped[str | None]
    value: Mapped[str | None]
