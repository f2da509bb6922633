"""Audit trail."""

from flask import Blueprint

from web_min.access import Role, opens_to

blueprint = Blueprint("audit_trail", __name__)


@blueprint.get("/audit-trail")
@opens_to(Role.ADMINISTRATOR)
def show() -> str:
    """Show it."""
    return "Audit trail"
