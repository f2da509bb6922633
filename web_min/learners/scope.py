"""Which learners the person may see and do things to: those of the providers where a membership allows it.

Everyone else's are answered as if there were none.
"""

from collections.abc import Sequence
from typing import NamedTuple

from flask import abort
from sqlalchemy import select

from loaders.single_learner.recording import Person
from records.tables import Account, Learner, Provider
from web_min.current import get_session
from web_min.permissions import Permission, list_provider_ids, require


class Found(NamedTuple):
    """A learner with account and provider."""

    learner: Learner
    account: Account
    provider: Provider

    @property
    def person(self) -> Person:
        """The two that things are done to."""
        return Person(self.learner, self.account)


def find_learner_or_404(learner_id: int, permission: Permission = Permission.VIEW) -> Found:
    """Return the learner that a page is about.

    Raises:
        werkzeug.exceptions.NotFound: there is none, or it is deleted, or of a provider where one may not look.
        werkzeug.exceptions.Forbidden: one may look at the learner, and not do this.
    """
    found = list_found([learner_id])
    if not found:
        abort(404)
    require(permission, found[0].provider.id)
    return found[0]


def list_found(learner_ids: Sequence[int]) -> list[Found]:
    """Return those of the learners whom one may see, in the order of their names. One query."""
    query = (
        select(Learner, Account, Provider)
        .join(Account, Account.id == Learner.account_id)
        .join(Provider, Provider.id == Learner.provider_id)
        .where(
            Learner.id.in_(learner_ids),
            Learner.provider_id.in_(list_provider_ids(Permission.VIEW)),
            Learner.deleted_at.is_(None),
        )
        .order_by(Learner.last_name, Learner.first_name, Learner.id)
    )
    return [Found._make(row) for row in get_session().execute(query)]


def list_providers(permission: Permission) -> list[Provider]:
    """Return the providers at which one has the permission, by name.

    Raises:
        werkzeug.exceptions.Forbidden: there is none.
    """
    provider_ids = list_provider_ids(permission)
    if not provider_ids:
        abort(403)
    providers = get_session().scalars(select(Provider).where(Provider.id.in_(provider_ids)))
    return sorted(providers, key=lambda provider: (provider.name.casefold(), provider.id))


def name_of(learner: Learner) -> str:
    """Return first and last name."""
    return f"{learner.first_name} {learner.last_name}"
