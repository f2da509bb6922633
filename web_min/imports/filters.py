"""Which imports a page is asked for: by provider and by status, and within what whoever asks may see."""

from typing import NamedTuple

from flask import request
from flask_login import current_user
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from records.tables import Provider
from web_min.imports.queries import Scope, is_within
from web_min.imports.statuses import TAGS, is_shown_as
from web_min.permissions import Permission, list_provider_ids

SELECTED_UP_TO = 500  # providers in a list to choose from; an administrator types a UKPRN instead


class Filters(NamedTuple):
    """What is asked for.

    Args:
        scope: the providers whose imports may be seen.
        providers: those to choose from; none where a UKPRN is typed.
        ukprn: as asked for; "" when all are.
        provider: the one with that UKPRN, if it is within the scope.
        status: a key of `TAGS`; "" when all are.
    """

    scope: Scope
    providers: list[Provider]
    ukprn: str
    provider: Provider | None
    status: str

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """The conditions but for the status."""
        if not self.ukprn:
            return [is_within(self.scope)]
        return [is_within([self.provider.id] if self.provider else [])]

    @property
    def status_conditions(self) -> list[ColumnElement[bool]]:
        """The condition for the status, if one is asked for."""
        return [is_shown_as(self.status)] if self.status else []

    @property
    def address_parts(self) -> dict[str, str]:
        """What an address needs to ask for the same again."""
        return {name: value for name, value in (("ukprn", self.ukprn), ("status", self.status)) if value}


def find_scope() -> Scope:
    """Return the ids of the providers whose imports may be seen; None for an administrator, who sees every one's.

    To see an import is not to see what stands in its file: an administrator learns what came of it and nothing of
    anyone in it.
    """
    if current_user.is_administrator:
        return None
    return sorted({*list_provider_ids(Permission.VIEW), *list_provider_ids(Permission.IMPORT)})


def read_filters(session: Session) -> Filters:
    """Return what the request's address asks for. What it asks for wrongly matches nothing, or is passed over."""
    scope = find_scope()
    ukprn, status = request.args.get("ukprn", "").strip(), request.args.get("status", "")
    providers: list[Provider] = []
    provider = None
    if scope is not None and len(scope) <= SELECTED_UP_TO:
        providers = list(session.scalars(select(Provider).where(Provider.id.in_(scope)).order_by(Provider.name)))
        provider = next((one for one in providers if one.ukprn == ukprn), None)
    elif ukprn:
        is_asked = Provider.ukprn == ukprn if scope is None else (Provider.ukprn == ukprn) & Provider.id.in_(scope)
        provider = session.scalars(select(Provider).where(is_asked)).one_or_none()
    return Filters(scope, providers, ukprn, provider, status if status in TAGS else "")
