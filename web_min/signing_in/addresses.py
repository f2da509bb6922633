"""Slowing down addresses that wrong passwords come from, so that a stranger can't try, or lock, a whole school.

A school has one address for all its pupils, so some failures are free, they are forgotten with time, and each learner
who gets in takes back some. Beyond that, each failure is followed by a pause that doubles.
"""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from records.tables import AddressFailure

HALF_LIFE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(minutes=5)
TAKEN_BACK = 2.0  # failures, by an account that has not signed in for `SUCCESS_COUNTS_AFTER`
SUCCESS_COUNTS_AFTER = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)
IPV6_PREFIX = 64  # what one household or attacker has at the least


def find_network(address: str) -> str:
    """Return what an address is counted as: itself, or an IPv6 address's network."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:50]
    if parsed.version == 6 and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)


def find_pause(session: Session, address: str, *, now: datetime, limit: int) -> timedelta:
    """Return how long the address has to wait before a password from it is looked at again; zero for most.

    Args:
        session: reads only.
        address: as `find_network` gives it.
        now: in UTC.
        limit: how many failures are free.
    """
    row = session.scalars(select(AddressFailure).where(AddressFailure.address == address)).one_or_none()
    if row is None or row.failure_count < limit:
        return timedelta()
    pause = min(timedelta(seconds=2.0 ** min(row.failure_count - limit, 20)), LONGEST_PAUSE)
    return max(row.last_failure_at + pause - now, timedelta())


def count_failure(session: Session, address: str, *, now: datetime) -> None:
    """Count a wrong password from the address, and forget addresses that have been quiet. The caller commits."""
    session.execute(delete(AddressFailure).where(AddressFailure.last_failure_at < now - FORGOTTEN_AFTER))
    row = session.scalars(
        select(AddressFailure).where(AddressFailure.address == address).with_for_update()
    ).one_or_none()
    if row is None:
        row = AddressFailure(address=address, failure_count=0.0, last_failure_at=now)
        session.add(row)
    row.failure_count = decay(row, now) + 1
    row.last_failure_at = now


def take_back_failures(session: Session, address: str, *, now: datetime) -> None:
    """Let a success make up for some failures of its address. The caller commits."""
    row = session.scalars(
        select(AddressFailure).where(AddressFailure.address == address).with_for_update()
    ).one_or_none()
    if row is not None:
        row.failure_count = max(decay(row, now) - TAKEN_BACK, 0.0)


def decay(row: AddressFailure, now: datetime) -> float:
    """Return what is left of the address's failures by now."""
    return float(row.failure_count * 0.5 ** max((now - row.last_failure_at) / HALF_LIFE, 0.0))
