"""Two-step sign-in."""

from flask import Blueprint

from web_min.access import Role, opens_to

blueprint = Blueprint("two_step", __name__)


@blueprint.get("/two-step")
@opens_to(Role.SIGNED_IN)
def set_up() -> str:
    """Show it."""
    return "Two-step sign-in"
