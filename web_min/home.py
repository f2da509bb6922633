"""The home page [manual 2.1]: for strangers with the boxes to sign in, for others the way to their own first page."""

from flask import Blueprint, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from records.tables import Purpose
from web_min.access import PAGES_OF_PURPOSES, Role, is_own_path, opens_to
from web_min.permissions import Permission, may_somewhere
from web_min.signing_in.forms import SignInForm
from web_min.signing_in.sessions import NEXT, find_purpose

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@opens_to(Role.ANYONE)
def show() -> ResponseReturnValue:
    """Welcome strangers; lead everyone else on."""
    if not current_user.is_authenticated:
        return render_template("home/welcome.html", sign_in_form=SignInForm(formdata=None))
    purpose = find_purpose()
    if purpose is not None and purpose is not Purpose.FULL:
        return redirect(url_for(PAGES_OF_PURPOSES[purpose]))
    path = session.pop(NEXT, "")
    return redirect(path if is_own_path(path) else url_for(find_first_page()))


def find_first_page() -> str:
    """Return the endpoint of the page that whoever is signed in begins with."""
    if not current_user.is_staff:
        return "learner_page.show"
    if may_somewhere(Permission.VIEW):
        return "dashboard.show"
    if may_somewhere(Permission.IMPORT):
        return "imports.show_list"
    return "staff.show_list" if current_user.is_administrator else "my_account.show_details"
