"""Accounts (what signs in), staff memberships and learners."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, synonym

from records.types import Base, BigId, Email, Moment, Name, RowId, Telephone, now, partial_index, reference

STAFF = "kind = 'staff'"


class Account(Base):
    """What signs in, of staff or of a learner.

    A learner's holds a sealed initial password until the first sign-in, and a hash of the learner's own after it.
    `username_key` is the user name in small letters: two accounts never differ by capitals only.
    `session_key` changes whenever all sessions of the account must end.
    `two_step_secret` is an authenticator app's secret, encrypted; `two_step_counter` the last code's, used up.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("kind IN ('staff', 'learner')", name="kind"),
        CheckConstraint("length(username) BETWEEN 6 AND 256", name="username_length"),
        partial_index("ix_account_email_lower", text("lower(email)"), where="email IS NOT NULL"),
        Index("ix_account_staff", "id", sqlite_where=text(STAFF), postgresql_where=text(STAFF)),
        partial_index("ix_account_locked_at", "locked_at", where="locked_at IS NOT NULL"),
        {"sqlite_autoincrement": True},  # an id is never used again: sealed passwords are bound to it
    )

    id: Mapped[RowId]
    kind: Mapped[str] = mapped_column(String(7))
    username: Mapped[str] = mapped_column(String(256))
    username_key: Mapped[str] = mapped_column(String(256), unique=True)
    session_key: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[Email | None]
    first_name: Mapped[Name | None]
    last_name: Mapped[Name | None]
    telephone: Mapped[Telephone | None]
    is_administrator: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    has_to_change_password: Mapped[bool] = mapped_column(default=False)
    initial_password_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    initial_password_created_at: Mapped[Moment | None]
    initial_password_expires_at: Mapped[Moment | None]
    failed_sign_in_count: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[Moment | None]
    confirmed_at: Mapped[Moment | None]
    first_signed_in_at: Mapped[Moment | None]
    last_signed_in_at: Mapped[Moment | None]
    password_changed_at: Mapped[Moment | None]
    two_step_secret: Mapped[str | None] = mapped_column(String(500))
    two_step_counter: Mapped[int | None] = mapped_column(BigId)
    has_to_use_two_step: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[Moment] = mapped_column(default=now)

    # What Flask-Security and Flask-Login call them.
    password: Mapped[str | None] = synonym("password_hash")
    active: Mapped[bool] = synonym("is_active")
    fs_uniquifier: Mapped[str] = synonym("session_key")
    is_authenticated, is_anonymous = True, False

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the browser's session."""
        return self.session_key

    @property
    def is_staff(self) -> bool:
        """Whether it is a learner manager's or an administrator's, and no learner's."""
        return self.kind == "staff"


class Membership(Base):
    """Which provider a member of staff works for, and what they may do there [manual 1.2]."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("account_id", "provider_id"),)

    id: Mapped[RowId]
    account_id: Mapped[int] = reference("account.id", ondelete="CASCADE")
    provider_id: Mapped[int] = reference("provider.id", ondelete="CASCADE")
    can_view: Mapped[bool] = mapped_column(default=True)
    can_create: Mapped[bool] = mapped_column(default=False)
    can_edit: Mapped[bool] = mapped_column(default=False)
    can_delete: Mapped[bool] = mapped_column(default=False)
    can_import: Mapped[bool] = mapped_column(default=False)
    is_user_manager: Mapped[bool] = mapped_column(default=False)


def unique_within_provider(column: str) -> Index:
    """Make the index that keeps an identifier unique among a provider's learners that are not deleted."""
    condition = f"{column} IS NOT NULL AND deleted_at IS NULL"
    return partial_index(f"uq_learner_provider_id_{column}", "provider_id", column, where=condition, unique=True)


class ProfileStatus(StrEnum):
    """How far a learner's profile is on its way to approval."""

    DRAFT = "draft"
    SUBMITTED = "submitted"  # awaits approval
    APPROVED = "approved"
    RETURNED = "returned"  # with a comment


class Learner(Base):
    """A learner of one provider: the spreadsheet's columns [manual 7.4] and the profile settings [manual 5.1 e].

    The UKPRN is the provider's. A profile setting that is empty means "Use provider default".
    `version` counts changes, so that of two people who edit at once the second is told.
    """

    __tablename__ = "learner"
    __table_args__ = (
        UniqueConstraint("account_id"),
        unique_within_provider("uln"),
        unique_within_provider("upn"),
        unique_within_provider("ccis"),
        partial_index("ix_learner_email_lower", text("lower(email)"), where="email IS NOT NULL"),
        partial_index(
            "ix_learner_provider_id_name",
            "provider_id",
            text("lower(last_name)"),
            text("lower(first_name)"),
            "id",
            where="deleted_at IS NULL",
        ),
        partial_index("ix_learner_deleted_at", "deleted_at", where="deleted_at IS NOT NULL"),
    )

    id: Mapped[RowId]
    provider_id: Mapped[int] = reference("provider.id")
    account_id: Mapped[int] = reference("account.id")
    year_group: Mapped[str | None] = mapped_column(String(7))
    first_name: Mapped[Name]
    last_name: Mapped[Name]
    email: Mapped[Email | None]
    house_name_or_number: Mapped[Name | None]
    street: Mapped[Name | None]
    locality: Mapped[Name | None]
    town: Mapped[Name | None]
    postcode: Mapped[str] = mapped_column(String(8))
    telephone: Mapped[Telephone | None]
    uln: Mapped[str | None] = mapped_column(String(10))
    upn: Mapped[str | None] = mapped_column(String(13))
    ccis: Mapped[str | None] = mapped_column(String(50))
    date_of_birth: Mapped[date | None]
    gender: Mapped[str | None] = mapped_column(String(13))
    ethnicity: Mapped[str | None] = mapped_column(String(60))
    is_apply_enabled: Mapped[bool | None]
    is_profile_approval_required: Mapped[bool | None]
    is_reference_required: Mapped[bool | None]
    personal_statement: Mapped[str | None] = mapped_column(String(4000))
    profile_status: Mapped[str] = mapped_column(
        String(9), default=ProfileStatus.DRAFT, server_default=ProfileStatus.DRAFT
    )
    profile_comment: Mapped[str | None] = mapped_column(String(1000))
    profile_changed_at: Mapped[Moment | None]
    created_import_id: Mapped[int | None] = reference("learner_import.id")
    updated_import_id: Mapped[int | None] = reference("learner_import.id")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment] = mapped_column(default=now)
    updated_at: Mapped[Moment] = mapped_column(default=now)
    deleted_at: Mapped[Moment | None]


class LearnerProgress(Base):
    """How a learner's applications stand, as the provider's progress spreadsheet or a manager says [manual 4].

    A learner without a row is one of whom nothing was said: awaiting everything, without applications or offers.
    """

    __tablename__ = "learner_progress"
    __table_args__ = (
        CheckConstraint("application_count >= 0", name="application_count"),
        CheckConstraint("offer_count >= 0", name="offer_count"),
    )

    learner_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("learner.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    has_qualifications: Mapped[bool] = mapped_column(default=False)
    has_reference: Mapped[bool] = mapped_column(default=False)
    application_count: Mapped[int] = mapped_column(default=0)
    offer_count: Mapped[int] = mapped_column(default=0)
    updated_import_id: Mapped[int | None] = reference("learner_import.id")
    updated_at: Mapped[Moment] = mapped_column(default=now)
