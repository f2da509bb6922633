"""Writing the audit trail beside the change that it tells of, whoever makes the change: the website or a command.

Owns the contract, and the command line's way of keeping it. The website's is `web_min.auditing.record`.
"""

from typing import Any, Protocol

from sqlalchemy.orm import Session

from records.tables import Account, AuditEvent

COMMAND_LINE = "command line"


class Record(Protocol):
    """Adds one event to the trail, in the transaction of the change."""

    def __call__(
        self,
        action: str,
        *,
        account: Account | None = None,
        provider_id: int | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Record it.

        Args:
            action: what happened, in the past tense, 50 characters at most.
            account: whom it was done to; flushed, so that it has its id.
            provider_id: at which provider, or to which.
            details: what else is worth knowing; no password, nothing of a learner.
        """


def record_from_command_line(session: Session) -> Record:
    """Return what records into a session's transaction that an operator did it at a terminal."""

    def record(
        action: str,
        *,
        account: Account | None = None,
        provider_id: int | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        session.add(
            AuditEvent(
                action=action,
                actor=COMMAND_LINE,
                account_id=account.id if account else None,
                provider_id=provider_id,
                details=details or {},
            )
        )

    return record
