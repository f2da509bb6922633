"""Mail that is waiting to go out, written in the same transaction as what it tells of."""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from records.types import Base, Email, Moment, RowId, now, reference


class OutboxMail(Base):
    """One mail to one address. `message_id` stays the same however often it is tried."""

    __tablename__ = "outbox_mail"
    __table_args__ = (CheckConstraint("status IN ('waiting', 'sent', 'given_up')", name="status"),)

    id: Mapped[RowId]
    import_id: Mapped[int | None] = reference("learner_import.id", ondelete="SET NULL")
    kind: Mapped[str] = mapped_column(String(50))
    message_id: Mapped[str] = mapped_column(String(100), unique=True)
    to_email: Mapped[Email]
    subject: Mapped[str] = mapped_column(String(500))
    body_text: Mapped[str]
    body_html: Mapped[str]
    status: Mapped[str] = mapped_column(String(8), default="waiting", index=True)
    attempt_count: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[Moment] = mapped_column(default=now)
    created_at: Mapped[Moment] = mapped_column(default=now)
    sent_at: Mapped[Moment | None]
    fault: Mapped[str | None] = mapped_column(String(500))
