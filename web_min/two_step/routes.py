"""Two-step sign-in of staff: its state, turning it on with a first code, turning it off with the password."""

from typing import cast

from flask import Blueprint, abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from records.tables import Account, Purpose
from web_min.access import Role, opens_to
from web_min.auditing import record
from web_min.current import get_session
from web_min.signing_in.codes import get_codes, prove_secret
from web_min.signing_in.confirming import confirm_password
from web_min.signing_in.forms import WRONG_CODE
from web_min.signing_in.sessions import find_purpose, keep_only_this_session
from web_min.two_step.forms import SetUpForm, TurnOffForm

SECRET = "two_step_secret"  # noqa: S105 - the cookie's name for one that no code has proved yet; it is encrypted

blueprint = Blueprint("two_step", __name__)


@blueprint.get("/my-account/two-step")
@opens_to(Role.STAFF)
def show() -> str:
    """Say whether it is on, and what can be done."""
    return render_template("two_step/show.html", form=TurnOffForm(formdata=None))


@blueprint.post("/my-account/two-step")
@opens_to(Role.STAFF)
def turn_off() -> ResponseReturnValue:
    """Turn it off for whoever knows the password, unless an administrator requires it."""
    account: Account = current_user._get_current_object()
    if account.has_to_use_two_step:
        abort(403)
    form = TurnOffForm()
    if not form.validate() or not confirm_password(account, form.current_password.data):
        if not form.errors:
            form.add_error("current_password", "That is not your current password")
        return render_template("two_step/show.html", form=form), 400
    account.two_step_secret = account.two_step_counter = None
    record("two-step sign-in turned off", account=account)
    keep_only_this_session(account)
    get_session().commit()
    flash("Two-step sign-in is off.")
    return redirect(url_for("two_step.show"))


@blueprint.route("/my-account/two-step/set-up", methods=["GET", "POST"])
@opens_to(Role.STAFF, during=(Purpose.FULL, Purpose.SET_UP_TWO_STEP))
def set_up() -> ResponseReturnValue:
    """Show an app the secret, and turn it on with the first code; with another phone's when it is on."""
    account: Account = current_user._get_current_object()
    is_full = find_purpose() is Purpose.FULL
    secret = get_unproved_secret()
    form = SetUpForm(needs_password=is_full)
    if form.validate_on_submit():
        if is_full and not confirm_password(account, form.current_password.data):
            form.add_error("current_password", "That is not your current password")
        elif not prove_secret(account, form.code.data, secret=secret):
            form.add_error("code", WRONG_CODE)
        else:
            record("two-step sign-in turned on", account=account)
            keep_only_this_session(account)
            get_session().commit()
            flash("Two-step sign-in is on. From now on you need your phone to sign in.")
            return redirect(url_for("two_step.show" if is_full else "home.show"))
    codes = get_codes()
    page = render_template(
        "two_step/set_up.html",
        form=form,
        is_full=is_full,
        image=codes.generate_qrcode(account.username, secret),
        key=codes.get_totp_pretty_key(secret).replace("-", " "),
    )
    return page, 400 if form.errors else 200


def get_unproved_secret() -> str:
    """Return the secret that is being set up in this session, encrypted; a new one the first time."""
    if SECRET not in session:
        session[SECRET] = get_codes().generate_totp_secret()
    return cast(str, session[SECRET])
