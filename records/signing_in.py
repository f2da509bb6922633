"""Who is signed in where, and from which addresses wrong passwords come."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from records.types import Base, Moment, RowId, now, reference


class Purpose(StrEnum):
    """What a session is good for. All but `FULL` lead to one page and nowhere else."""

    FULL = "full"
    GIVE_CODE = "give_code"  # the password was right, the code of the second step is still to come
    CHOOSE_PASSWORD = "choose_password"  # noqa: S105 - signed in with an initial password
    SET_UP_TWO_STEP = "set_up_two_step"  # an administrator requires the second step, which is not set up yet


class SignInSession(Base):
    """One browser in which an account is signed in. The browser's cookie holds a token, this row its SHA-256 only.

    A row that is deleted ends the session. One whose account's `session_key` has changed since is good for nothing.
    """

    __tablename__ = "sign_in_session"
    __table_args__ = (
        CheckConstraint(f"purpose IN ({', '.join(repr(one.value) for one in Purpose)})", name="purpose"),
        Index(None, "account_id"),
    )

    id: Mapped[RowId]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = reference("account.id", ondelete="CASCADE")
    session_key: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[Moment] = mapped_column(default=now)
    last_seen_at: Mapped[Moment] = mapped_column(default=now)


class AddressFailure(Base):
    """Wrong passwords that came from one network address of late. `failure_count` decays with time."""

    __tablename__ = "address_failure"

    id: Mapped[RowId]
    address: Mapped[str] = mapped_column(String(50), unique=True)
    failure_count: Mapped[float] = mapped_column(default=0.0)
    last_failure_at: Mapped[Moment] = mapped_column(default=now, index=True)
