"""Slowing down who guesses passwords, without keeping out who knows one.

An address that was wrong waits longer each time, one try after the other however many connections it opens. An account
that was guessed at from anywhere makes every unknown address wait a little, and never more: a stranger can't lock a
school out. Who signed in with the password from an address before waits for neither. Signing in with a key never comes
here. All in memory, and forgotten after a while.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE_TRIES = 2
FIRST_PAUSE_SECONDS = 1.0
ADDRESS_PAUSE_LIMIT = 30.0
ACCOUNT_PAUSE_LIMIT = 4.0
PATIENCE_SECONDS = 40.0  # who would wait longer is refused unheard, so that waiting tries don't pile up
FORGOTTEN_SECONDS = 900.0
KEPT_COUNT = 10_000
TRUSTED_MISTAKES = 5


@dataclass
class _Failures:
    count: int = 0
    last_at: float = 0.0
    next_at: float = 0.0


class GuessingGuard:
    """How long each try at a password has to wait.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._addresses: OrderedDict[str, _Failures] = OrderedDict()
        self._accounts: OrderedDict[str, _Failures] = OrderedDict()
        self._trusted: OrderedDict[tuple[str, str], int] = OrderedDict()

    def ask(self, address: str, account: str) -> float | None:
        """Return the seconds that a try has to wait before the password is looked at; None refuses it unheard."""
        network, now = find_network(address), self._clock()
        if self._trusted.get((network, account), TRUSTED_MISTAKES) < TRUSTED_MISTAKES:
            return 0.0
        by_address, by_account = self._find(self._addresses, network), self._find(self._accounts, account)
        pause = find_pause(by_address.count, ADDRESS_PAUSE_LIMIT)
        start = max(now, by_address.next_at) + pause
        if start - now > PATIENCE_SECONDS:
            return None
        if pause:
            by_address.next_at = start
        return max(start - now, find_pause(by_account.count, ACCOUNT_PAUSE_LIMIT))

    def note_failure(self, address: str, account: str) -> None:
        """Note a wrong password."""
        network, now = find_network(address), self._clock()
        if (network, account) in self._trusted:
            self._trusted[network, account] += 1
        for failures in (self._find(self._addresses, network), self._find(self._accounts, account)):
            failures.count, failures.last_at = failures.count + 1, now

    def note_success(self, address: str, account: str) -> None:
        """Note a right password: this account is known at this address from now on."""
        self._trusted[find_network(address), account] = 0
        _shorten(self._trusted)

    def _find(self, failures: OrderedDict[str, _Failures], key: str) -> _Failures:
        found = failures.get(key)
        if found is None or self._clock() - found.last_at > FORGOTTEN_SECONDS:
            found = failures[key] = _Failures(last_at=self._clock())
            _shorten(failures)
        failures.move_to_end(key)
        return found


def find_pause(failure_count: int, limit_seconds: float) -> float:
    """Return the pause after that many failures: none at first, then doubled each time up to a limit."""
    if failure_count < FREE_TRIES:
        return 0.0
    return float(min(limit_seconds, FIRST_PAUSE_SECONDS * 2 ** min(failure_count - FREE_TRIES, 10)))


def find_network(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the 64 bits of IPv6 that one household is given."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)


def _shorten(kept: OrderedDict[str, _Failures] | OrderedDict[tuple[str, str], int]) -> None:
    while len(kept) > KEPT_COUNT:
        kept.popitem(last=False)
