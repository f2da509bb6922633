"""My account."""

from flask import Blueprint

from web_min.access import Role, opens_to

blueprint = Blueprint("my_account", __name__)


@blueprint.get("/my-account")
@opens_to(Role.SIGNED_IN)
def show_details() -> str:
    """Show it."""
    return "My account"
