"""What can be told of a learner's initial password: itself, or why there is none to tell and what to do about it."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from loaders.sealing import Sealer, SealError
from web_min.credentials.queries import Credential


class PasswordState(StrEnum):
    """How an initial password stands."""

    GOOD = "good"
    EXPIRED = "expired"
    UNREADABLE = "unreadable"
    OWN = "own"
    NONE = "none"


# Why it can't be told, and what to do. One who chose a password by a link in mail needs no other.
REASONS = {
    PasswordState.EXPIRED: "Expired. Make a new password.",
    PasswordState.UNREADABLE: "Can’t be opened: it was sealed under another key. Make a new password.",
    PasswordState.OWN: "Chose a password of their own by email, and has not signed in since.",
    PasswordState.NONE: "There is no initial password. Make a new password.",
}
RENEWABLE = frozenset(PasswordState) - {PasswordState.OWN}


class InitialPassword(NamedTuple):
    """The state, and the password itself where it is good and was asked for."""

    state: PasswordState
    password: str | None = None

    @property
    def reason(self) -> str:
        """Why there is no password to use; "" where there is."""
        return REASONS.get(self.state, "")


def judge_password(credential: Credential, now: datetime) -> InitialPassword:
    """Tell how a password stands as far as can be told without opening it."""
    if credential.has_own_password:
        return InitialPassword(PasswordState.OWN)
    if credential.sealed is None:
        return InitialPassword(PasswordState.NONE)
    if credential.expires_at is not None and credential.expires_at <= now:
        return InitialPassword(PasswordState.EXPIRED)
    return InitialPassword(PasswordState.GOOD)


def open_password(credential: Credential, sealer: Sealer, now: datetime) -> InitialPassword:
    """Tell the password, when it is good and opens. That is a look at it: the caller writes the audit trail."""
    judged = judge_password(credential, now)
    if judged.state is not PasswordState.GOOD or credential.sealed is None:
        return judged
    try:
        return InitialPassword(PasswordState.GOOD, sealer.open(credential.account_id, credential.sealed))
    except SealError:
        return InitialPassword(PasswordState.UNREADABLE)
