"""Who is connected: how many in all, of each provider and of each address, and for how long they did nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from intake.sftp.guessing import find_network
from intake.sftp.limits import MAKES_ROOM_SECONDS, SftpLimits
from intake.sftp.waiting import Waiting

if TYPE_CHECKING:
    from intake.sftp.connection import ProviderConnection


class Connections:
    """All connections of one server.

    Args:
        limits: of them.
        clock: monotonic seconds.
    """

    def __init__(self, limits: SftpLimits, clock: Callable[[], float]) -> None:
        self.limits, self._clock = limits, clock
        self._open: dict[ProviderConnection, None] = {}
        self._waiting: dict[str, Waiting] = {}

    def __iter__(self) -> Iterator[ProviderConnection]:
        """Go through the connections that are open now, oldest first."""
        return iter(list(self._open))

    def __len__(self) -> int:
        """Count the connections that are open."""
        return len(self._open)

    def admit(self, new: ProviderConnection) -> bool:
        """Take a new connection in, in place of an old one that has not signed in if need be; say whether it may stay.

        A stranger who opens connections and says nothing so keeps nobody out, not even others behind his address.
        """
        network = find_network(new.address)
        of_address = sum(not other.is_signed_in and find_network(other.address) == network for other in self._open)
        if of_address >= self.limits.stranger_limit and not self._make_room(network):
            return False
        if len(self._open) >= self.limits.connection_limit and not self._make_room():
            return False
        self._open[new] = None
        return True

    def _make_room(self, network: str = "") -> bool:
        oldest = self._clock() - MAKES_ROOM_SECONDS
        silent = [other for other in self._open if not other.is_signed_in and other.began < oldest]
        if network:
            silent = [other for other in silent if find_network(other.address) == network]
        if not silent:
            return False
        crowd = Counter(find_network(other.address) for other in silent)
        chosen = max(silent, key=lambda other: crowd[find_network(other.address)])
        chosen.drop()
        self._open.pop(chosen, None)
        return True

    def is_full_for(self, ukprn: str) -> bool:
        """Whether a provider has as many connections as it may."""
        return sum(other.signed_in_as == ukprn for other in self._open) >= self.limits.provider_connection_limit

    def leave(self, one: ProviderConnection) -> None:
        """Forget a connection that ended."""
        self._open.pop(one, None)

    def find_waiting(self, ukprn: str) -> Waiting:
        """Return what waits in a provider's folder, the same for all its sessions."""
        return self._waiting.setdefault(ukprn, Waiting(self.limits))
