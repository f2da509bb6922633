"""How many learners are in each of the manual's ten states, in one query over the learners of some providers."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select, union_all
from sqlalchemy.orm import Session

from records.tables import Learner
from web_min.learners.states import STATES, LearnerState, join_states

APART_UP_TO = 30  # providers that are counted apart: for several together PostgreSQL reads the whole table of progress


def count_states(session: Session, provider_ids: Sequence[int]) -> dict[LearnerState, int]:
    """Count the providers' learners by state; every state is there, in the manual's order.

    A learner may be in several, or in none but the first.
    """
    if len(provider_ids) <= APART_UP_TO:
        counting = union_all(*(_count(Learner.provider_id == provider_id) for provider_id in provider_ids))
    else:
        counting = union_all(_count(Learner.provider_id.in_(provider_ids)))
    rows = session.execute(counting).all()
    return {state: sum(row[index] for row in rows) for index, state in enumerate(STATES)}


def _count(condition: ColumnElement[bool]) -> Select[*tuple[int, ...]]:
    counts = (func.count().filter(state.condition).label(name) for name, state in STATES.items())
    return join_states(select(*counts).select_from(Learner)).where(condition)
