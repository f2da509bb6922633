"""Telling what loading a file would do, row by row, without doing it.

Owns the rows of a plan and their order. Who is who and what differs is decided as a load decides it.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd
from sqlalchemy.orm import Session

from loaders.agreement import NONE
from loaders.comparing import Changes, compare_rows
from loaders.faults import without_values
from loaders.loading import LoadResult, count_rows
from loaders.matching import RowMatches, match_rows

NAMES = ("first_name", "last_name", "year_group")


class PlannedRow(NamedTuple):
    """What would be done with one row. Holds learners' data.

    Args:
        row_number: as Excel shows it.
        learner_id: whose row it is; None when the learner would be created.
        first_name: as in the file; None where the file does not say, as with the two that follow.
        last_name: the same.
        year_group: the same.
        new_values: what would be changed about the learner, by column: canonical texts.
    """

    row_number: int
    learner_id: int | None
    first_name: str | None
    last_name: str | None
    year_group: str | None
    new_values: dict[str, str]


class LoadPlan(NamedTuple):
    """What a load would do: its counts and findings, and its rows in the order created, updated, left as they are.

    There are no rows when there is an error among the findings. They are made as they are asked for, once.
    """

    result: LoadResult
    rows: Iterator[PlannedRow]


@without_values
def plan_load(session: Session, learners: pd.DataFrame, positions: Mapping[str, int], *, provider_id: int) -> LoadPlan:
    """Tell what `load_learners` would do now. The arguments are the same; `session` only reads."""
    matches = match_rows(session, learners, positions, provider_id=provider_id)
    changes = compare_rows(session, learners, positions, matches)
    result = count_rows(matches, changes)
    return LoadPlan(result, iter(()) if result.is_refused else _plan_rows(learners, matches, changes))


def _plan_rows(learners: pd.DataFrame, matches: RowMatches, changes: Changes) -> Iterator[PlannedRow]:
    row_numbers, learner_ids = learners.index.tolist(), matches.learner_ids.tolist()
    names = [*zip(*(learners[name].tolist() for name in NAMES), strict=True)]
    changed = changes.rows.tolist()

    def plan(row: int, new_values: dict[str, str]) -> PlannedRow:
        learner_id = learner_ids[row]
        known_id = None if learner_id == NONE else learner_id
        return PlannedRow._make((row_numbers[row], known_id, *names[row], new_values))

    yield from (plan(row, {}) for row, learner_id in enumerate(learner_ids) if learner_id == NONE)
    for place, row in enumerate(changed):
        differing = (name for name, (differs, _) in changes.by_column.items() if differs[place])
        yield plan(row, {name: str(learners[name].iat[row]) for name in differing})
    is_changed = set(changed)
    yield from (
        plan(row, {}) for row, learner_id in enumerate(learner_ids) if learner_id != NONE and row not in is_changed
    )
