"""Whose passwords the person may look at, and what is written down when they do."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from flask import abort

from web_min.auditing import record
from web_min.credentials.filters import Filters
from web_min.credentials.queries import Scope
from web_min.current import get_now
from web_min.permissions import Permission, list_provider_ids


class Told(NamedTuple):
    """A learner whose password was told."""

    learner_id: int
    provider_id: int


def find_scope(filters: Filters, permission: Permission = Permission.VIEW) -> Scope:
    """Return the learners whom the person may do this with, narrowed down.

    Raises:
        werkzeug.exceptions.Forbidden: the person may do it nowhere.
    """
    scope = Scope(list_provider_ids(permission), filters, get_now())
    if not scope.narrowed_ids:
        abort(403)
    return scope


def record_look(action: str, told: Sequence[Told], filters: Filters) -> None:
    """Write down whose initial passwords were told, as one event. The caller commits.

    Args:
        action: how they were told, in the past tense.
        told: whose passwords; nothing is written down where there are none.
        filters: how the list was narrowed down.
    """
    if not told:
        return
    provider_ids = {one.provider_id for one in told}
    record(
        action,
        provider_id=told[0].provider_id if len(provider_ids) == 1 else None,
        learner_id=told[0].learner_id if len(told) == 1 else None,
        details={
            "count": len(told),
            "learner_ids": write_numbers(one.learner_id for one in told),
            "list": filters.to_details(),
        },
    )


def write_numbers(numbers: Iterable[int]) -> str:
    """Write numbers in ascending order, those in a row as one: "3-5, 9"."""
    runs = groupby(enumerate(sorted(numbers)), key=lambda place: place[1] - place[0])
    listed = [[number for _, number in run] for _, run in runs]
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in listed)
