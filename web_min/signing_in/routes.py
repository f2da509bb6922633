"""Signing in and off [manual 2.1, 2.3], and the code of the second step."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from records.tables import Account, Purpose
from web_min.access import Role, is_own_path, opens_to
from web_min.auditing import record
from web_min.current import get_session, get_settings
from web_min.signing_in.addresses import say_pause
from web_min.signing_in.attempts import Result, attempt_sign_in, note_signed_in
from web_min.signing_in.confirming import confirm_code
from web_min.signing_in.forms import WRONG_CODE, GiveCodeForm, SignInForm
from web_min.signing_in.sessions import NEXT, end_session, find_purpose, widen_session

blueprint = Blueprint("signing_in", __name__)


@blueprint.get("/sign-in")
@opens_to(Role.ANYONE)
def show() -> ResponseReturnValue:
    """Show the form on a page of its own."""
    if current_user.is_authenticated and find_purpose() is Purpose.FULL:
        return redirect(url_for("home.show"))
    return render_template("signing_in/sign_in.html", form=SignInForm(formdata=None, next=request.args.get(NEXT, "")))


@blueprint.post("/sign-in")
@opens_to(Role.ANYONE)
def sign_in() -> ResponseReturnValue:
    """Judge what was typed, and lead to where the person was going."""
    form = SignInForm()
    if not form.validate():
        return render_template("signing_in/sign_in.html", form=form), 400
    attempt = attempt_sign_in(form.username.data, form.password.data, address=request.remote_addr or "")
    if attempt.result is Result.SIGNED_IN:
        if is_own_path(form.next.data or ""):
            session[NEXT] = form.next.data
        return redirect(url_for("home.show"))
    form.add_error("username", explain(attempt.result, attempt.pause))
    is_slowed_down = attempt.result is Result.SLOWED_DOWN
    return render_template("signing_in/sign_in.html", form=form), 429 if is_slowed_down else 400


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@opens_to(Role.STAFF, during=Purpose.GIVE_CODE)
def give_code() -> ResponseReturnValue:
    """Ask for the code of the second step, and let in whoever has it."""
    account: Account = current_user._get_current_object()
    if account.two_step_secret is None:  # an administrator has reset it since the password was right
        end_session()
        get_session().commit()
        flash("Two-step sign-in was reset for your account. Sign in again.")
        return redirect(url_for("signing_in.show"))
    form = GiveCodeForm()
    if form.validate_on_submit():
        if confirm_code(account, form.code.data):
            note_signed_in(account)
            widen_session(account)
            get_session().commit()
            return redirect(url_for("home.show"))
        form.add_error("code", WRONG_CODE)
    return render_template("signing_in/code.html", form=form), 400 if form.errors else 200


@blueprint.post("/log-off")
@opens_to(Role.ANYONE)
def log_off() -> ResponseReturnValue:
    """End the session [manual 2.3]."""
    if current_user.is_authenticated:
        record("logged off", account=current_user)
    end_session()
    get_session().commit()
    flash("You have logged off.")
    return redirect(url_for("home.show"))


def explain(result: Result, pause: timedelta) -> str:
    """Say why nobody was signed in. A wrong name, a wrong password and a lock are one answer, on purpose."""
    if result is Result.SLOWED_DOWN:
        return f"Too many wrong passwords have come from your network. Wait {say_pause(pause)}, then try again"
    if result is Result.EXPIRED:
        return "That first password was not used in time. Ask your school or college for a new one"
    limit = get_settings().sign_in_failure_limit
    return (
        "The username or password is wrong, or the account is locked. Check both and try again. After "
        f"{limit} wrong passwords in a row an account is locked: learners ask their school or college to unlock it, "
        "staff use “Forgotten your password?”"
    )
