"""Staff."""

from flask import Blueprint

from web_min.access import Role, opens_to

blueprint = Blueprint("staff", __name__)


@blueprint.get("/staff")
@opens_to(Role.STAFF_MANAGER)
def show_list() -> str:
    """Show it."""
    return "Staff"
