"""The tabs of My account [manual 3]: personal details, username, password; each is a page with a Save of its own."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from records.tables import Account, Purpose
from web_min.access import Role, opens_to
from web_min.current import get_session
from web_min.forms import digest
from web_min.my_account.details import OvertakenError, find_learner, read_details, save_details
from web_min.my_account.forms import DetailsForm, UsernameForm
from web_min.my_account.usernames import change_username
from web_min.signing_in.confirming import confirm_password
from web_min.signing_in.forms import ChangePasswordForm
from web_min.signing_in.password_rules import RULES
from web_min.signing_in.passwords import set_password
from web_min.signing_in.sessions import end_session, start_session
from web_min.signing_in.username_rules import SHORTEST, find_longest

blueprint = Blueprint("my_account", __name__)


@blueprint.route("/my-account", methods=["GET", "POST"])
@opens_to(Role.SIGNED_IN)
def show_details() -> ResponseReturnValue:
    """Show and save first name, last name, email address and telephone [manual 3.2]."""
    account: Account = current_user._get_current_object()
    kept = read_details(find_learner(account) or account)
    form = DetailsForm(is_staff=account.is_staff, data=kept | {"seen": digest(kept.values())})
    if not form.validate_on_submit():
        return render_template("my_account/details.html", form=form), 400 if form.errors else 200
    try:
        changes = save_details(account, form.judged.values, seen=form.seen.data)
    except OvertakenError:
        get_session().rollback()
        flash("Nothing was saved: somebody else changed your details meanwhile. Look at them, and try again.")
        return redirect(url_for("my_account.show_details"))
    get_session().commit()
    flash("Your personal details are saved.")
    if "profile_status" in changes:
        flash("Your profile is a draft again: submit it when you are ready.")
    if not form.judged.is_telephone_plausible:
        flash("Your telephone number does not look like one that can be dialled. Check it.")
    return redirect(url_for("my_account.show_details"))


@blueprint.route("/my-account/username", methods=["GET", "POST"])
@opens_to(Role.SIGNED_IN)
def show_username() -> ResponseReturnValue:
    """Show and change the username, which signs out [manual 3.3]."""
    account: Account = current_user._get_current_object()
    form = UsernameForm(is_staff=account.is_staff, data={"username": account.username})
    if form.validate_on_submit():
        if form.username.data == account.username:
            flash("That is your username already. Nothing was changed.")
            return redirect(url_for("my_account.show_username"))
        if change_username(account, form.username.data):
            end_session()
            flash("Your username is changed. Sign in with the new one.")
            return redirect(url_for("signing_in.show"))
        form.add_error("username", "That username is taken. Choose another one")
    longest = find_longest(is_staff=account.is_staff)
    page = render_template("my_account/username.html", form=form, shortest=SHORTEST, longest=longest)
    return page, 400 if form.errors else 200


@blueprint.route("/my-account/password", methods=["GET", "POST"])
@opens_to(Role.SIGNED_IN)
def show_password() -> ResponseReturnValue:
    """Change the password for whoever knows the current one, and end every other session [manual 3.4]."""
    account: Account = current_user._get_current_object()
    form = ChangePasswordForm(account)
    if form.validate_on_submit():
        if confirm_password(account, form.current_password.data):
            set_password(account, form.normalised)
            start_session(account, Purpose.FULL)
            get_session().commit()
            flash("Your new password is saved. Wherever else you were signed in, you are signed out.")
            return redirect(url_for("my_account.show_password"))
        form.add_error("current_password", "That is not your current password")
    page = render_template("my_account/password.html", form=form, rules=RULES)
    return page, 400 if form.errors else 200
