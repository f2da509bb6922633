"""The states in which the dashboard counts learners and the list shows them [manual 4]: one table for both.

Each condition is over `Learner` joined with its `Account` and `Provider`, and with its `LearnerProgress` where there is
one; `join_states` does that. Deleted learners are in none of them.
"""

from enum import StrEnum
from typing import Any, NamedTuple, TypeVarTuple

from sqlalchemy import Column, ColumnElement, Select, and_, func, not_, or_, true
from sqlalchemy.sql.visitors import iterate

from records.tables import Account, Learner, LearnerProgress, ProfileStatus, Provider
from web_min.learners.profile_parts import IS_INCOMPLETE
from web_min.learners.profile_settings import sql_is_on

Chosen = TypeVarTuple("Chosen")


class LearnerState(StrEnum):
    """A state by the name that stands in addresses: `/learners?state=locked_out`. In the dashboard's order."""

    ALL = "all"
    NEVER_SIGNED_IN = "never_signed_in"
    LOCKED_OUT = "locked_out"
    INCOMPLETE_PROFILE = "incomplete_profile"
    AWAITING_APPROVAL = "awaiting_approval"
    AWAITING_QUALIFICATIONS = "awaiting_qualifications"
    AWAITING_REFERENCE = "awaiting_reference"
    WITH_APPLICATIONS = "with_applications"
    WITHOUT_APPLICATIONS = "without_applications"
    WITHOUT_OFFERS = "without_offers"


class State(NamedTuple):
    """What a state is.

    Args:
        label: as the manual's dashboard says it.
        condition: over the tables that `join_states` joins.
        needs_action: whether somebody should do something about the learners in it, so that their count is shown red.
    """

    label: str
    condition: ColumnElement[bool]
    needs_action: bool = True


def _has_not(column: Any) -> ColumnElement[bool]:
    """Make the condition that a part of the progress is not there; of a learner without a row nothing is."""
    return or_(LearnerProgress.learner_id.is_(None), not_(column))


def _has_none(column: Any) -> ColumnElement[bool]:
    return func.coalesce(column, 0) == 0


STATES: dict[LearnerState, State] = {
    LearnerState.ALL: State("Learners", true(), needs_action=False),
    LearnerState.NEVER_SIGNED_IN: State("Never logged in", Account.first_signed_in_at.is_(None)),
    # Written so that the index of all who are locked, anywhere, is not used: for a few providers that would be slower.
    LearnerState.LOCKED_OUT: State("Locked out", func.coalesce(Account.locked_at, None).is_not(None)),
    LearnerState.INCOMPLETE_PROFILE: State("With incomplete profiles", IS_INCOMPLETE),
    LearnerState.AWAITING_APPROVAL: State(
        "Awaiting profile approval",
        and_(Learner.profile_status == ProfileStatus.SUBMITTED, sql_is_on("is_profile_approval_required")),
    ),
    LearnerState.AWAITING_QUALIFICATIONS: State(
        "Learners awaiting qualifications", _has_not(LearnerProgress.has_qualifications)
    ),
    LearnerState.AWAITING_REFERENCE: State(
        "Learners awaiting references",
        and_(sql_is_on("is_reference_required"), _has_not(LearnerProgress.has_reference)),
    ),
    LearnerState.WITH_APPLICATIONS: State(
        "Learners with applications", LearnerProgress.application_count > 0, needs_action=False
    ),
    LearnerState.WITHOUT_APPLICATIONS: State(
        "Learners with no applications", _has_none(LearnerProgress.application_count)
    ),
    LearnerState.WITHOUT_OFFERS: State(
        "Learners with no offers", _has_none(LearnerProgress.offer_count), needs_action=False
    ),
}


def join_asked(query: Select[*Chosen], *clauses: ColumnElement[Any]) -> Select[*Chosen]:
    """Join a query of `Learner` with those tables only that its conditions or its order ask.

    The index of a provider's learners answers what asks `Learner` alone, without a look at any account.
    """
    asked = {element.table for clause in clauses for element in iterate(clause) if isinstance(element, Column)}
    if Account.__table__ in asked:
        query = query.join(Account, Account.id == Learner.account_id)
    if Provider.__table__ in asked:
        query = query.join(Provider, Provider.id == Learner.provider_id)
    if LearnerProgress.__table__ in asked:
        query = query.outerjoin(LearnerProgress, LearnerProgress.learner_id == Learner.id)
    return query.where(Learner.deleted_at.is_(None))


def join_states(query: Select[*Chosen]) -> Select[*Chosen]:
    """Join a query of `Learner` with what the conditions ask, and leave deleted learners out."""
    return (
        query.join(Account, Account.id == Learner.account_id)
        .join(Provider, Provider.id == Learner.provider_id)
        .outerjoin(LearnerProgress, LearnerProgress.learner_id == Learner.id)
        .where(Learner.deleted_at.is_(None))
    )
