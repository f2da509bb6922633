"""What a member of staff may do at which provider [manual 1.2]. One query a request, whatever the page asks."""

from collections.abc import Mapping
from enum import StrEnum
from typing import cast

from flask import abort, g
from flask_login import current_user
from sqlalchemy import select

from records.tables import Membership, Purpose
from web_min.current import get_session
from web_min.signing_in.sessions import find_purpose


class Permission(StrEnum):
    """What a membership can allow; each is a column of it."""

    VIEW = "can_view"  # and search
    CREATE = "can_create"
    EDIT = "can_edit"  # and reset passwords, unlock
    DELETE = "can_delete"
    IMPORT = "can_import"
    MANAGE_USERS = "is_user_manager"


def get_memberships() -> Mapping[int, Membership]:
    """Return the memberships of who makes the request, by provider id.

    Empty for learners and strangers, and for staff whose session is good for one page only.
    """
    if "memberships" not in g:
        g.memberships = {}
        if current_user.is_authenticated and find_purpose() is Purpose.FULL and current_user.is_staff:
            found = get_session().scalars(select(Membership).where(Membership.account_id == current_user.id))
            g.memberships = {membership.provider_id: membership for membership in found}
    return cast(Mapping[int, Membership], g.memberships)


def list_provider_ids(permission: Permission) -> list[int]:
    """Return the ids of the providers at which the request's account has the permission."""
    return [number for number, membership in get_memberships().items() if getattr(membership, permission)]


def may(permission: Permission, provider_id: int) -> bool:
    """Tell whether the request's account has the permission at the provider. Administrators have none by being one."""
    membership = get_memberships().get(provider_id)
    return membership is not None and bool(getattr(membership, permission))


def may_somewhere(permission: Permission) -> bool:
    """Tell whether the request's account has the permission at any provider."""
    return bool(list_provider_ids(permission))


def is_user_manager_somewhere() -> bool:
    """Tell whether the request's account manages the staff of any provider."""
    return may_somewhere(Permission.MANAGE_USERS)


def require(permission: Permission, provider_id: int) -> None:
    """Refuse the request unless it may: 404 for a provider of others, of which nothing is told, 403 at one's own.

    Raises:
        werkzeug.exceptions.HTTPException: it may not.
    """
    if not may(permission, provider_id):
        abort(403 if may(Permission.VIEW, provider_id) else 404)
