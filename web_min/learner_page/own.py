"""The learner who is signed in, with all that the page shows of them, and holding them for a change."""

from typing import NamedTuple

from flask import abort
from flask_login import current_user
from sqlalchemy import select

from loaders.holding import hold_providers
from loaders.single_learner.changing import hold_version
from loaders.single_learner.recording import Person
from records.tables import Learner, LearnerProgress, ProfileStatus, Provider
from schemas.dates_shown import format_date
from web_min.current import get_session
from web_min.learners.profile_parts import PROFILE_PARTS, ProfilePart, list_missing_parts
from web_min.learners.profile_settings import is_on

ADDRESS = ("house_name_or_number", "street", "locality", "town", "postcode")


class Own(NamedTuple):
    """The learner, the provider, and what was said of the learner's applications, if anything was."""

    learner: Learner
    provider: Provider
    progress: LearnerProgress | None

    @property
    def missing(self) -> list[ProfilePart]:
        """The required parts that the profile lacks."""
        return list_missing_parts(self.learner)

    @property
    def done_count(self) -> int:
        """How many required parts the profile has."""
        return len(PROFILE_PARTS) - len(self.missing)

    @property
    def born(self) -> str:
        """The date of birth in words; "" when it is not known."""
        return format_date(self.learner.date_of_birth) if self.learner.date_of_birth else ""

    @property
    def address(self) -> str:
        """The address on one line."""
        return ", ".join(filter(None, (getattr(self.learner, name) for name in ADDRESS)))

    @property
    def is_approval_required(self) -> bool:
        """Whether somebody has to look at the profile before it is approved."""
        return is_on(self.learner, self.provider, "is_profile_approval_required")

    @property
    def is_reference_required(self) -> bool:
        """Whether the provider has to write a reference."""
        return is_on(self.learner, self.provider, "is_reference_required")

    @property
    def may_submit(self) -> bool:
        """Whether there is a complete profile which is not on its way or through already."""
        status = self.learner.profile_status
        is_through = status == ProfileStatus.APPROVED
        is_on_its_way = status == ProfileStatus.SUBMITTED and self.is_approval_required
        return not (self.missing or is_through or is_on_its_way)


def find_own() -> Own:
    """Return the learner who is signed in. One query.

    Raises:
        werkzeug.exceptions.NotFound: the learner was deleted a moment ago.
    """
    query = (
        select(Learner, Provider, LearnerProgress)
        .join(Provider, Provider.id == Learner.provider_id)
        .outerjoin(LearnerProgress, LearnerProgress.learner_id == Learner.id)
        .where(Learner.account_id == current_user.id, Learner.deleted_at.is_(None))
    )
    row = get_session().execute(query).one_or_none()
    return Own._make(row) if row else abort(404)


def hold_own(own: Own, version: int) -> Person:
    """Hold the learner for a change, read anew.

    Args:
        own: who.
        version: that the learner looked at.

    Raises:
        loaders.single_learner.changing.VersionError: somebody else has changed the learner since.
        werkzeug.exceptions.NotFound: the learner was deleted a moment ago.
    """
    hold_providers(get_session(), own.provider.id)
    return hold_version(get_session(), own.learner.id, version) or abort(404)
