"""The list of staff, one person's page, and the form for a new account."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from loaders.staff import UsernameTakenError, add_staff
from web_min.access import Role, opens_to
from web_min.auditing import record
from web_min.current import get_session
from web_min.paging import find_page
from web_min.permissions import Permission
from web_min.signing_in.passwords import mail_invitation
from web_min.staff.blueprint import ACCOUNT, blueprint
from web_min.staff.forms import CreateForm, SearchForm
from web_min.staff.queries import count_staff, list_memberships, list_staff, name_role
from web_min.staff.reach import find_reach, find_scope, find_staff_or_404
from web_min.staff.words import ACTION_WORDS, PERMISSION_HINTS, find_standing, name_person

STAFF_A_PAGE = 50
TAKEN = (
    "This username is taken. If the person has an account already, an administrator can add a provider to it. If not, "
    "use another email address"
)


@blueprint.get("/staff")
@opens_to(Role.STAFF_MANAGER)
def show_list() -> ResponseReturnValue:
    """List the staff whom one may see, or those of them whom a search finds."""
    session, scope, form = get_session(), find_scope(), SearchForm(request.args)
    wanted = {"search": form.search.data or "", "standing": form.standing.data or ""} if form.validate() else {}
    search = {"search": "", "standing": ""} | wanted
    page = find_page(count_staff(session, scope, **search), STAFF_A_PAGE)
    shown = render_template(
        "staff/list.html",
        form=form,
        staff=list_staff(session, scope, page, **search),
        page=page,
        search={name: text for name, text in search.items() if text},
    )
    return shown, 400 if form.errors else 200


@blueprint.get(ACCOUNT)
@opens_to(Role.STAFF_MANAGER)
def show(account_id: int) -> str:
    """Show one person, and what can be done."""
    account = find_staff_or_404(account_id)
    memberships = list_memberships(get_session(), find_scope(), account_id)
    is_user_manager = any(Permission.MANAGE_USERS in membership.permissions for membership in memberships)
    return render_template(
        "staff/show.html",
        account=account,
        name=name_person(account),
        role=name_role(account, is_user_manager=is_user_manager),
        standing=find_standing(account),
        memberships=memberships,
        reach=find_reach(account),
        action_words=ACTION_WORDS,
    )


@blueprint.route("/staff/new", methods=["GET", "POST"])
@opens_to(Role.STAFF_MANAGER)
def create() -> ResponseReturnValue:
    """Make an account and mail the invitation [manual 1.4]."""
    form = CreateForm()
    if request.method == "GET":
        form.grants[0].form.provider.suggest(request.args.get("ukprn", ""))
    elif form.add_provider.data and len(form.grants) < form.grants.max_entries:
        form.grants.append_entry()
    elif form.validate() and (account_id := _create(form)):
        flash(f"The account is made. The invitation is on its way to {form.email.data}.")
        return redirect(url_for("staff.show", account_id=account_id))
    page = render_template("staff/create.html", form=form, permission_hints=PERMISSION_HINTS)
    return page, 400 if form.errors else 200


def _create(form: CreateForm) -> int | None:
    """Make the account that a valid form describes; None when the username is taken."""
    session, email = get_session(), form.values["email"] or ""
    try:
        account = add_staff(
            session,
            form.username,
            email=email,
            is_administrator=form.is_for_administrator,
            record=record,
            grants=form.grants.list_grants(),
            first_name=form.values["first_name"],
            last_name=form.values["last_name"],
        )
    except UsernameTakenError:
        session.rollback()
        form.add_error("email", TAKEN)
        return None
    mail_invitation(account)
    session.commit()
    return account.id
