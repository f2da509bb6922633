"""What the audit trail says of one session: who, from where, signed in how, what came and went, how it ended."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class SessionCounts:
    """What a session did. `broken_off_count` counts uploads that the client did not close."""

    received_count: int = 0
    received_bytes: int = 0
    fetched_count: int = 0
    fetched_bytes: int = 0
    broken_off_count: int = 0
    removed_count: int = 0


@dataclass
class SessionRecord:
    """One session, as the audit trail keeps it. `ended_by` is empty while it goes on, or when the server was killed.

    `proof` is the key's fingerprint or the password's hash; the latter is not told. `event_id` is that of its row once
    it has one.
    """

    ukprn: str
    provider_id: int
    credential_id: int
    method: str
    proof: str
    address: str
    began_at: datetime
    counts: SessionCounts = field(default_factory=SessionCounts)
    ended_by: str = ""
    duration_seconds: float | None = None
    event_id: int | None = None

    def describe(self) -> dict[str, object]:
        """Return the details of its row."""
        return {
            "address": self.address,
            "signed_in_with": self.method,
            "fingerprint": self.proof if self.method == "key" else None,
            **vars(self.counts),
            "duration_seconds": self.duration_seconds,
            "ended_by": self.ended_by,
        }
