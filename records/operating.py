"""What operating the service needs to remember: alerts, signs of life of its parts, and keys of the SFTP server."""

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from records.providers import Provider
from records.types import Base, Moment, RowId, now, reference


class Alert(Base):
    """Something that needs an operator, one row for each cause. Holds no value and no file name.

    `cause` names it for good ("import failed: load: OperationalError at base.py:12"); `message` is what was last said
    of it. `unmailed_count` counts how often it was seen since operators were last mailed about it.
    """

    __tablename__ = "alert"

    id: Mapped[RowId]
    cause: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(50))
    message: Mapped[str] = mapped_column(String(1000))
    first_seen_at: Mapped[Moment] = mapped_column(default=now)
    last_seen_at: Mapped[Moment] = mapped_column(default=now)
    seen_count: Mapped[int] = mapped_column(default=1)
    unmailed_count: Mapped[int] = mapped_column(default=1)
    mailed_at: Mapped[Moment | None]


class PartBeat(Base):
    """A sign of life of one process of one part (`collector`, `website`, `sftp`, `supervisor`, `import run`).

    `holder` is host:pid, as in an import's `lease_holder`. A part that stops cleanly removes its row.
    """

    __tablename__ = "part_beat"
    __table_args__ = (UniqueConstraint("part", "holder"),)

    id: Mapped[RowId]
    part: Mapped[str] = mapped_column(String(50))
    holder: Mapped[str] = mapped_column(String(100))
    started_at: Mapped[Moment] = mapped_column(default=now)
    beat_at: Mapped[Moment] = mapped_column(default=now)
    address: Mapped[str | None] = mapped_column(String(200))


class SftpCredential(Base):
    """One way to sign in to the built-in SFTP server as a provider: a public key, or a password kept as its hash."""

    __tablename__ = "sftp_credential"
    __table_args__ = (
        CheckConstraint("kind IN ('key', 'password')", name="kind"),
        UniqueConstraint("provider_id", "fingerprint"),
        Index(None, "provider_id"),
    )

    id: Mapped[RowId]
    provider_id: Mapped[int] = reference("provider.id", ondelete="CASCADE")
    kind: Mapped[str] = mapped_column(String(8))
    fingerprint: Mapped[str | None] = mapped_column(String(100))
    public_key: Mapped[str | None] = mapped_column(String(4000))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    comment: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[Moment] = mapped_column(default=now)
    last_used_at: Mapped[Moment | None]

    provider: Mapped[Provider] = relationship()
