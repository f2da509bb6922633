"""The audit trail: who did what to which record, with old and new values."""

from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from records.types import Base, BigId, JsonObject, Moment, RowId, now, partial_index


def _newest_first_by(column: str) -> Index:
    """Make the index that a page of the trail is found by, of the events that have a value in the column."""
    condition = text(f"{column} IS NOT NULL")
    name = f"ix_audit_event_{column}_at"
    return Index(name, column, "at", sqlite_where=condition, postgresql_where=condition)


class AuditEvent(Base):
    """One thing that happened. Ids are kept without foreign keys: the trail outlives what it tells of.

    `details` of a changed learner is `{"changes": {column: [old, new]}}`.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "learner_id"),
        Index(None, "import_id"),
        Index(None, "at"),
        Index(None, "action", "at"),
        Index(None, "actor", "at"),
        _newest_first_by("actor_account_id"),
        _newest_first_by("provider_id"),
        partial_index("ix_audit_event_account_id", "account_id", where="account_id IS NOT NULL"),
    )

    id: Mapped[RowId]
    at: Mapped[Moment] = mapped_column(default=now)
    action: Mapped[str] = mapped_column(String(50))
    actor: Mapped[str] = mapped_column(String(256))
    actor_account_id: Mapped[int | None] = mapped_column(BigId)
    provider_id: Mapped[int | None] = mapped_column(BigId)
    learner_id: Mapped[int | None] = mapped_column(BigId)
    account_id: Mapped[int | None] = mapped_column(BigId)
    import_id: Mapped[int | None] = mapped_column(BigId)
    details: Mapped[dict[str, Any]] = mapped_column(JsonObject, default=dict)
