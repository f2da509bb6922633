"""Which imports a page is asked for: by provider and by status, and within what whoever asks may see."""

from typing import Any, NamedTuple

from flask import abort, request
from flask_login import current_user
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from records.tables import Provider
from schemas.visible_text import make_visible
from web_min.imports.queries import Scope, is_within
from web_min.imports.statuses import TAGS, is_shown_as
from web_min.permissions import Permission, list_provider_ids

LONGEST_ID = 18  # digits


class Filters(NamedTuple):
    """What is asked for.

    Args:
        scope: the providers whose imports may be seen.
        providers: those to choose from; none for an administrator, who types a UKPRN.
        provider: the one that is asked for.
        ukprn: as typed; "" where nothing is.
        status: a key of `TAGS`; "" when all are.
    """

    scope: Scope
    providers: list[Provider]
    provider: Provider | None
    ukprn: str
    status: str

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        """The conditions but for the status."""
        if self.provider:
            return [is_within([self.provider.id])]
        return [is_within([] if self.ukprn else self.scope)]

    @property
    def status_conditions(self) -> list[ColumnElement[bool]]:
        """The condition for the status, if one is asked for."""
        return [is_shown_as(self.status)] if self.status else []

    @property
    def address_parts(self) -> dict[str, Any]:
        """What an address needs to ask for the same again."""
        chosen = self.provider.id if self.provider and not self.ukprn else None
        parts = {"provider": chosen, "ukprn": self.ukprn, "status": self.status}
        return {name: value for name, value in parts.items() if value}


def find_scope() -> Scope:
    """Return the ids of the providers whose imports may be seen; None for an administrator, who sees every one's.

    To see an import is not to see what stands in its file: an administrator learns what came of it and nothing of
    anyone in it.
    """
    if current_user.is_administrator:
        return None
    return sorted({*list_provider_ids(Permission.VIEW), *list_provider_ids(Permission.IMPORT)})


def read_filters(session: Session) -> Filters:
    """Return what the request's address asks for. A UKPRN that nobody has and a status that is none find nothing.

    Raises:
        werkzeug.exceptions.NotFound: it asks for a provider of others.
    """
    scope = find_scope()
    ukprn, status = request.args.get("ukprn", "").strip(), request.args.get("status", "")
    if status and status not in TAGS:
        abort(404)
    if scope is None:
        asked = Provider.id == _read_id() if request.args.get("provider") else Provider.ukprn == ukprn
        provider = session.scalars(select(Provider).where(asked)).one_or_none()
        return Filters(scope, [], provider, ukprn, status)
    found = session.scalars(select(Provider).where(Provider.id.in_(scope)))
    providers = sorted(found, key=lambda provider: (provider.name.casefold(), provider.id))
    provider = None
    if request.args.get("provider"):
        provider = next((one for one in providers if one.id == _read_id()), None) or abort(404)
    return Filters(scope, providers, provider, "", status)


def _read_id() -> int:
    asked = request.args["provider"]
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_ID else abort(404)


def find_importable(session: Session, filters: Filters | None = None) -> dict[int, str]:
    """Return what the providers are called at which whoever makes the request may import, by id.

    Args:
        session: only read.
        filters: whose providers need not be read again.
    """
    ids = list_provider_ids(Permission.IMPORT)
    if not ids:
        return {}
    known = filters.providers if filters else []
    found = known or session.scalars(select(Provider).where(Provider.id.in_(ids)))
    return {provider.id: name_provider(provider.name, provider.ukprn) for provider in found if provider.id in ids}


def name_provider(name: str, ukprn: str) -> str:
    """Return what a provider is called in a list to choose from."""
    return f"{make_visible(name)} ({ukprn})"
