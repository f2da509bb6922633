"""Slowing down addresses that wrong passwords come from, so that a stranger can't try, or lock, a whole school.

A school has one address for all its pupils, so some failures are free, they are forgotten with time, and each account
that gets in takes back some. Beyond that, each failure is followed by a pause that doubles. docs/security.md says what
that comes to. Rows that have been quiet for long are deleted by retention (`flows.upkeep`).
"""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from records.tables import AddressFailure

HALF_LIFE = timedelta(hours=1)
LONGEST_PAUSE = timedelta(minutes=5)
TAKEN_BACK = 2.0  # failures, by an account that has not signed in for `SUCCESS_COUNTS_AFTER`
SUCCESS_COUNTS_AFTER = timedelta(hours=1)
IPV6_PREFIX = 64  # what one household or attacker has at the least
LONGEST_NETWORK = 40  # of what is kept


def find_network(address: str) -> str:
    """Return what an address is counted as: itself, or an IPv6 address's network."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:LONGEST_NETWORK]
    if parsed.version == 6 and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, IPV6_PREFIX), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def find_pause(session: Session, address: str, *, now: datetime, limit: int) -> timedelta:
    """Return how long the address has to wait before a password from it is looked at again; zero for most.

    Args:
        session: reads only.
        address: as `find_network` gives it.
        now: in UTC.
        limit: how many failures are free.
    """
    row = session.scalars(_find(address)).one_or_none()
    if row is None or row.failure_count < limit:
        return timedelta()
    pause = min(timedelta(seconds=2.0 ** min(row.failure_count - limit, 20)), LONGEST_PAUSE)
    return max(row.last_failure_at + pause - now, timedelta())


def say_pause(pause: timedelta) -> str:
    """Say how long to wait."""
    seconds = round(pause.total_seconds()) + 1
    return f"{seconds} seconds" if seconds < 90 else f"{round(seconds / 60)} minutes"


def count_failure(session: Session, address: str, *, now: datetime) -> None:
    """Count a wrong password, or whatever else is slowed down, from the address. The caller commits."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    new = insert(AddressFailure).values(address=address, failure_count=0.0, last_failure_at=now)
    session.execute(new.on_conflict_do_nothing(index_elements=[AddressFailure.address]))  # others may be first
    row = session.scalars(_find(address).with_for_update().execution_options(populate_existing=True)).one()
    row.failure_count = row.failure_count * find_share_left(row, now) + 1
    row.last_failure_at = now


def take_back_failures(session: Session, address: str, *, now: datetime) -> None:
    """Let a success make up for some failures of its address. The caller has begun to write, and commits."""
    row = session.scalars(_find(address).with_for_update().execution_options(populate_existing=True)).one_or_none()
    if row is not None:  # the count is as of the last failure, and so is what is taken from it
        row.failure_count = max(row.failure_count - TAKEN_BACK / find_share_left(row, now), 0.0)


def find_share_left(row: AddressFailure, now: datetime) -> float:
    """Return which share of the address's failures is not forgotten by now."""
    half_lives = min(max((now - row.last_failure_at) / HALF_LIFE, 0.0), 1000.0)
    return float(0.5**half_lives)


def _find(address: str) -> Select[AddressFailure]:
    return select(AddressFailure).where(AddressFailure.address == address)
