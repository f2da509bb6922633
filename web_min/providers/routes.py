"""Providers."""

from flask import Blueprint

from web_min.access import Role, opens_to

blueprint = Blueprint("providers", __name__)


@blueprint.get("/providers")
@opens_to(Role.ADMINISTRATOR)
def show_list() -> str:
    """Show it."""
    return "Providers"
