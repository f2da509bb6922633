"""Memberships: which provider a member of staff works for, with which permissions [manual 1.2].

Owns what a membership is and that each change to one is recorded. Who may change whose is the website's to decide.
"""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from loaders.recording import Record
from loaders.uniqueness import is_kept
from records.tables import Account, Membership

VIEW = "can_view"
PERMISSIONS = (VIEW, "can_create", "can_edit", "can_delete", "can_import", "is_user_manager")
ALL_BUT_USERS = PERMISSIONS[:-1]


class MembershipError(ValueError):
    """A membership can't be made as asked; the text says what to do."""


class Grant(NamedTuple):
    """A membership that is to be: at which provider, and which of `PERMISSIONS` it has. View comes with any."""

    provider_id: int
    permissions: Collection[str]


def add_membership(session: Session, account: Account, grant: Grant, *, record: Record) -> Membership:
    """Let the account work for a provider. The caller commits, and rolls back after a refusal.

    Raises:
        MembershipError: it works there already.
    """
    held = select(Membership.id).where(Membership.account_id == account.id, Membership.provider_id == grant.provider_id)
    membership = Membership(account_id=account.id, provider_id=grant.provider_id, **_to_columns(grant.permissions))
    if session.scalars(held).one_or_none() is not None or not is_kept(session, membership):
        raise MembershipError("This person works for that provider already. Change the permissions there instead.")
    record(
        "membership added",
        account=account,
        provider_id=grant.provider_id,
        details={"permissions": list_permissions(membership)},
    )
    return membership


def change_membership(
    account: Account, membership: Membership, permissions: Collection[str], *, record: Record
) -> None:
    """Give a membership these permissions and no others. Nothing is recorded where nothing changes."""
    before = list_permissions(membership)
    for name, is_given in _to_columns(permissions).items():
        setattr(membership, name, is_given)
    after = list_permissions(membership)
    if after != before:
        details = {"permissions": after, "permissions_before": before}
        record("membership changed", account=account, provider_id=membership.provider_id, details=details)


def remove_membership(session: Session, account: Account, membership: Membership, *, record: Record) -> None:
    """Let the account work for the provider no more."""
    session.delete(membership)
    details = {"permissions_before": list_permissions(membership)}
    record("membership removed", account=account, provider_id=membership.provider_id, details=details)


def list_permissions(membership: Membership) -> list[str]:
    """Return those of `PERMISSIONS` that a membership has, in their order."""
    return [name for name in PERMISSIONS if getattr(membership, name)]


def _to_columns(permissions: Collection[str]) -> dict[str, bool]:
    return {name: name == VIEW or name in permissions for name in PERMISSIONS}
