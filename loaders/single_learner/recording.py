"""How what befalls a learner gets into the audit trail."""

from typing import Any, NamedTuple, Protocol

from records.tables import Account, Learner


class Record(Protocol):
    """Adds one event to the trail, in the transaction of the change. The website's is `web_min.auditing.record`."""

    def __call__(
        self,
        action: str,
        *,
        account: Account | None = None,
        provider_id: int | None = None,
        learner_id: int | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Record it.

        Args:
            action: what happened, in the past tense, 50 characters at most.
            account: the learner's.
            provider_id: whose learner.
            learner_id: which.
            details: `{"changes": {column: [old, new]}}`, or nothing of a learner.
        """


class Person(NamedTuple):
    """A learner and what the learner signs in with."""

    learner: Learner
    account: Account


def record_on(person: Person, action: str, record: Record, changes: dict[str, list[Any]] | None = None) -> None:
    """Record what was done to a learner, with what it changed."""
    details = {"changes": changes} if changes else None
    learner = person.learner
    record(action, account=person.account, provider_id=learner.provider_id, learner_id=learner.id, details=details)
