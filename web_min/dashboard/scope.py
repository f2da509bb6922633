"""Over which of the manager's providers the dashboard counts: all of them, or one that is chosen."""

from typing import Any, NamedTuple

from flask import abort, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables import Provider
from web_min.permissions import Permission, list_provider_ids

ALL = "all"
COUNTED_AT_ONCE = 5  # providers; over more, one is counted until all are asked for


class DashboardScope(NamedTuple):
    """What is counted.

    Args:
        providers: those whose learners the person may see, by name.
        chosen: the one that is counted; None when all are.
    """

    providers: list[Provider]
    chosen: Provider | None

    @property
    def provider_ids(self) -> list[int]:
        """Whose learners are counted."""
        return [provider.id for provider in ([self.chosen] if self.chosen else self.providers)]

    @property
    def address_parts(self) -> dict[str, Any]:
        """What an address of another page needs to be about the same providers."""
        return {"provider": self.chosen.id} if self.chosen and len(self.providers) > 1 else {}


def read_scope(session: Session) -> DashboardScope:
    """Return what the request's address asks for.

    Raises:
        werkzeug.exceptions.HTTPException: 403 for who may see no learners anywhere, 404 for a provider of others.
    """
    ids = list_provider_ids(Permission.VIEW)
    if not ids:
        abort(403)
    found = session.scalars(select(Provider).where(Provider.id.in_(ids)))
    providers = sorted(found, key=lambda provider: (provider.name.casefold(), provider.id))
    asked = request.args.get("provider", "")
    if asked and asked != ALL:
        chosen = next((provider for provider in providers if str(provider.id) == asked), None)
        return DashboardScope(providers, chosen or abort(404))
    return DashboardScope(providers, providers[0] if not asked and len(providers) > COUNTED_AT_ONCE else None)
