"""Giving a person one more provider, other permissions at one, or taking one away [manual 1.2]."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from loaders.memberships import (
    Grant,
    MembershipError,
    add_membership,
    change_membership,
    list_permissions,
    remove_membership,
)
from records.tables import Account, Membership, Provider
from web_min.access import Role, opens_to
from web_min.auditing import record
from web_min.current import get_session
from web_min.staff.blueprint import ACCOUNT, LARGEST_ID, blueprint
from web_min.staff.forms import AddMembershipForm, PermissionsForm
from web_min.staff.queries import find_membership
from web_min.staff.reach import find_scope, find_staff_or_404, is_within_reach, require_membership_changes
from web_min.staff.words import PERMISSION_HINTS, name_person

MEMBERSHIP = f"{ACCOUNT}/providers/<int(max={LARGEST_ID}):provider_id>"


@blueprint.route(f"{ACCOUNT}/providers/new", methods=["GET", "POST"])
@opens_to(Role.STAFF_MANAGER)
def add_provider(account_id: int) -> ResponseReturnValue:
    """Let a person work for one more provider."""
    account = _find_account(account_id)
    form = AddMembershipForm()
    if form.validate_on_submit() and _add(account, form):
        flash(f"{name_person(account)} now works for {form.provider.provider.name}.")
        return redirect(url_for("staff.show", account_id=account_id))
    page = render_template(
        "staff/add_provider.html",
        form=form,
        account=account,
        name=name_person(account),
        permission_hints=PERMISSION_HINTS,
    )
    return page, 400 if form.errors else 200


@blueprint.route(MEMBERSHIP, methods=["GET", "POST"])
@opens_to(Role.STAFF_MANAGER)
def change_permissions(account_id: int, provider_id: int) -> ResponseReturnValue:
    """Change what a person may do at a provider."""
    account = _find_account(account_id)
    membership, provider = _find_membership(account, provider_id)
    form = PermissionsForm(permissions=list_permissions(membership))
    if form.validate_on_submit():
        change_membership(account, membership, form.permissions.data, record=record)
        get_session().commit()
        flash(f"The permissions at {provider.name} are saved.")
        return redirect(url_for("staff.show", account_id=account_id))
    page = render_template(
        "staff/change_permissions.html",
        form=form,
        account=account,
        name=name_person(account),
        provider=provider,
        permission_hints=PERMISSION_HINTS,
    )
    return page, 400 if form.errors else 200


@blueprint.post(f"{MEMBERSHIP}/remove")
@opens_to(Role.STAFF_MANAGER)
def remove_provider(account_id: int, provider_id: int) -> ResponseReturnValue:
    """Let a person work for a provider no more. A user manager may not see the person any longer then."""
    account = _find_account(account_id)
    membership, provider = _find_membership(account, provider_id)
    remove_membership(get_session(), account, membership, record=record)
    get_session().commit()
    flash(f"{name_person(account)} no longer works for {provider.name}.")
    if is_within_reach(account):
        return redirect(url_for("staff.show", account_id=account_id))
    return redirect(url_for("staff.show_list"))


def _find_account(account_id: int) -> Account:
    account = find_staff_or_404(account_id)
    require_membership_changes(account)
    return account


def _find_membership(account: Account, provider_id: int) -> tuple[Membership, Provider]:
    session = get_session()
    membership = find_membership(session, find_scope(), account.id, provider_id) or abort(404)
    return membership, session.get_one(Provider, provider_id)


def _add(account: Account, form: AddMembershipForm) -> bool:
    """Add the membership that a valid form describes; tell whether the person did not have it yet."""
    session = get_session()
    try:
        grant = Grant(form.provider.provider.id, form.permissions.data)
        add_membership(session, account, grant, record=record)
    except MembershipError as refused:
        session.rollback()
        form.add_error("provider", str(refused))
        return False
    session.commit()
    return True
