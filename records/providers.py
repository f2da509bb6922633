"""Providers and whom to tell about their imports."""

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from records.types import Base, Email, Moment, RowId, now, reference


class Provider(Base):
    """A school or college, known by its UKPRN, with its defaults for the profile settings [manual 5.1 e]."""

    __tablename__ = "provider"
    __table_args__ = (CheckConstraint("length(ukprn) = 8", name="ukprn_length"),)

    id: Mapped[RowId]
    ukprn: Mapped[str] = mapped_column(String(8), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    postcode: Mapped[str | None] = mapped_column(String(8))
    is_apply_enabled: Mapped[bool] = mapped_column(default=False)
    is_profile_approval_required: Mapped[bool] = mapped_column(default=False)
    is_reference_required: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment] = mapped_column(default=now)

    contacts: Mapped[list["ProviderContact"]] = relationship(cascade="all, delete-orphan")


class ProviderContact(Base):
    """An address that is told of the outcome of files dropped for the provider."""

    __tablename__ = "provider_contact"
    __table_args__ = (UniqueConstraint("provider_id", "email"),)

    id: Mapped[RowId]
    provider_id: Mapped[int] = reference("provider.id", ondelete="CASCADE")
    email: Mapped[Email]
