"""How many learners are in each of the manual's ten states, in one query over the learners of some providers."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from records.tables import Learner, Provider
from web_min.learners.states import STATES, LearnerState, join_states

APART_UP_TO = 30  # providers that are counted apart: for several together PostgreSQL reads whole tables


def count_states(session: Session, provider_ids: Sequence[int]) -> dict[LearnerState, int]:
    """Count the providers' learners by state; every state is there, in the manual's order.

    A learner may be in several, or in none but the first.
    """
    if session.get_bind().dialect.name == "postgresql" and len(provider_ids) <= APART_UP_TO:
        own = select(Provider.id).where(Provider.id.in_(provider_ids)).subquery("own")
        of_each = _count(Learner.provider_id == own.c.id).lateral("of_each")
        counting = select(*of_each.c).select_from(own.join(of_each, true()))
    else:
        counting = _count(Learner.provider_id.in_(provider_ids))
    rows = session.execute(counting).all()
    return {state: sum(row[index] for row in rows) for index, state in enumerate(STATES)}


def _count(condition: ColumnElement[bool]) -> Select[*tuple[int, ...]]:
    counts = (func.count().filter(state.condition).label(name) for name, state in STATES.items())
    return join_states(select(*counts).select_from(Learner)).where(condition)
