"""Whom among the staff the request may see, and what it may do to them. The one place that decides either.

An administrator sees everybody. A user manager sees who works for a provider of theirs, and of these people only the
memberships there: nothing tells of another provider. Nobody changes an account of their own here.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from flask import abort
from flask_login import current_user
from sqlalchemy import ColumnElement, literal_column, select, true

from records.tables import Account, Membership
from web_min.current import get_session
from web_min.permissions import Permission, list_provider_ids

Scope = list[int] | None  # ids of providers; None is every provider


class Action(StrEnum):
    """What can be done to an account, as the trail of addresses says it."""

    RESEND = "resend-invitation"
    DISABLE = "disable"
    ENABLE = "enable"
    UNLOCK = "unlock"
    REQUIRE_TWO_STEP = "require-two-step"
    STOP_REQUIRING_TWO_STEP = "stop-requiring-two-step"
    RESET_TWO_STEP = "reset-two-step"
    MAKE_ADMINISTRATOR = "make-administrator"
    UNMAKE_ADMINISTRATOR = "unmake-administrator"


class Reach(NamedTuple):
    """What may be done to an account, and of that what there is cause for as the account stands."""

    allowed: frozenset[Action]
    offered: list[Action]
    may_change_memberships: bool


CAUSES: dict[Action, Callable[[Account], bool]] = {
    Action.RESEND: lambda account: account.is_active and account.confirmed_at is None,
    Action.UNLOCK: lambda account: account.locked_at is not None,
    Action.REQUIRE_TWO_STEP: lambda account: not account.has_to_use_two_step,
    Action.STOP_REQUIRING_TWO_STEP: lambda account: account.has_to_use_two_step,
    Action.RESET_TWO_STEP: lambda account: account.two_step_secret is not None,
    Action.MAKE_ADMINISTRATOR: lambda account: not account.is_administrator,
    Action.UNMAKE_ADMINISTRATOR: lambda account: account.is_administrator,
    Action.DISABLE: lambda account: account.is_active,
    Action.ENABLE: lambda account: not account.is_active,
}


def find_scope() -> Scope:
    """Return the ids of the providers whose staff the request may see; None for an administrator."""
    return None if current_user.is_administrator else list_provider_ids(Permission.MANAGE_USERS)


def is_in_scope(scope: Scope) -> ColumnElement[bool]:
    """Return the condition on a membership that it is at a provider of the scope."""
    return true() if scope is None else Membership.provider_id.in_(scope)


def is_seen(scope: Scope) -> ColumnElement[bool]:
    """Return the condition on an account that it is of staff whom the scope lets one see."""
    is_staff = Account.kind == literal_column("'staff'")  # no parameter: SQLite must see that its index of staff helps
    if scope is None:
        return is_staff
    return is_staff & Account.id.in_(select(Membership.account_id).where(is_in_scope(scope)))


def find_staff_or_404(account_id: int) -> Account:
    """Return the account that a page is about. One that may not be seen is one that is not there."""
    one = select(Account).where(Account.id == account_id, is_seen(find_scope()))
    return get_session().scalars(one).one_or_none() or abort(404)


def is_within_reach(account: Account) -> bool:
    """Tell whether the request may see an account, after a change to it."""
    one = select(Account.id).where(Account.id == account.id, is_seen(find_scope()))
    return get_session().scalars(one).one_or_none() is not None


def find_reach(account: Account) -> Reach:
    """Return what the request may do to an account that it sees."""
    is_own = account.id == current_user.id
    allowed = frozenset() if is_own else _find_allowed(account)
    offered = [action for action, has_cause in CAUSES.items() if action in allowed and has_cause(account)]
    return Reach(allowed, offered, may_change_memberships=not is_own)


def require_action(account: Account, action: Action) -> None:
    """Refuse the request unless it may do this to the account.

    Raises:
        werkzeug.exceptions.Forbidden: it may not.
    """
    if action not in find_reach(account).allowed:
        abort(403)


def require_membership_changes(account: Account) -> None:
    """Refuse the request when the account is its own.

    Raises:
        werkzeug.exceptions.Forbidden: nobody gives or takes rights of their own.
    """
    if not find_reach(account).may_change_memberships:
        abort(403)


def _find_allowed(account: Account) -> frozenset[Action]:
    if current_user.is_administrator:
        return frozenset(Action)
    if account.is_administrator:
        return frozenset()
    if _works_elsewhere(account):
        return frozenset({Action.RESEND})
    return frozenset({Action.RESEND, Action.DISABLE, Action.ENABLE})


def _works_elsewhere(account: Account) -> bool:
    """Tell whether the account has a membership at a provider that the request does not manage the staff of."""
    elsewhere = select(Membership.id).where(Membership.account_id == account.id, ~is_in_scope(find_scope()))
    return get_session().scalars(elsewhere.limit(1)).one_or_none() is not None
