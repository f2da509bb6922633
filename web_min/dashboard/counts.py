"""How many learners are in each of the manual's ten states, in one query over the learners of some providers."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.tables import Learner
from web_min.learners.states import STATES, LearnerState, join_states


def count_states(session: Session, provider_ids: Sequence[int]) -> dict[LearnerState, int]:
    """Count the providers' learners by state; every state is there, in the manual's order.

    A learner may be in several, or in none but the first.
    """
    counts = (func.count().filter(state.condition) for state in STATES.values())
    row = session.execute(
        join_states(select(*counts).select_from(Learner)).where(Learner.provider_id.in_(provider_ids))
    )
    return dict(zip(STATES, row.one(), strict=True))
