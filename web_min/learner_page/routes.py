"""A learner's own page: what is known of them, their profile, and how their applications stand."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from loaders.single_learner.changing import VersionError, to_text
from loaders.single_learner.profile import fill_in_profile, submit_profile
from records.tables import Learner, ProfileStatus
from web_min.access import Role, opens_to
from web_min.auditing import record
from web_min.current import get_now, get_session
from web_min.forms import Form
from web_min.learner_page.forms import DetailsForm, StatementForm, SubmitForm
from web_min.learner_page.own import Own, find_own, hold_own
from web_min.learners.forms import STATEMENT_LIMIT
from web_min.learners.profile_parts import PROFILE_PARTS
from web_min.learners.words import PROFILE_TAGS

DETAILS_PAGE, STATEMENT_PAGE = "learner_page.edit_details", "learner_page.edit_statement"
ACCOUNT_PAGE = "my_account.show_details"
PAGES_OF_COLUMNS = {"personal_statement": STATEMENT_PAGE} | dict.fromkeys(
    ("first_name", "last_name", "email", "telephone"), ACCOUNT_PAGE
)
CHANGED_BY_OTHERS = "Somebody else changed your details while you were writing."
SHORT = 100  # characters of a value that are shown within a message
SAVED_AS_DRAFT = "Your profile is a draft again: submit it when you are ready."

blueprint = Blueprint("learner_page", __name__, url_prefix="/my-page")


@blueprint.get("")
@opens_to(Role.LEARNER)
def show() -> str:
    """Show the page."""
    own = find_own()
    missing = own.missing
    parts = [(part, find_page_of_part(part.columns), part not in missing) for part in PROFILE_PARTS]
    return render_template(
        "learner_page/show.html",
        own=own,
        parts=parts,
        profile_tag=PROFILE_TAGS[own.learner.profile_status],
        ProfileStatus=ProfileStatus,
        submit_form=SubmitForm(formdata=None, data={"version": own.learner.version}),
    )


@blueprint.route("/details", methods=["GET", "POST"])
@opens_to(Role.LEARNER)
def edit_details() -> ResponseReturnValue:
    """Show and save date of birth, gender, ethnicity and address."""
    own = find_own()
    form = DetailsForm(own.learner)
    if form.validate_on_submit() and _save(own, form, form.values, "Your details are saved."):
        return redirect(url_for("learner_page.show"))
    return _render_form("learner_page/details.html", own, form)


@blueprint.route("/statement", methods=["GET", "POST"])
@opens_to(Role.LEARNER)
def edit_statement() -> ResponseReturnValue:
    """Show and save the personal statement."""
    own = find_own()
    form = StatementForm(own.learner)
    if form.validate_on_submit():
        values = {"personal_statement": form.personal_statement.data or None}
        if _save(own, form, values, "Your personal statement is saved."):
            return redirect(url_for("learner_page.show"))
    return _render_form("learner_page/statement.html", own, form)


@blueprint.post("/submit")
@opens_to(Role.LEARNER)
def submit() -> ResponseReturnValue:
    """Submit the profile, which must be complete."""
    own, form = find_own(), SubmitForm()
    try:
        person = hold_own(own, form.version.data)
    except VersionError:
        get_session().rollback()
        flash("Somebody else changed your details in the meantime. Look at them, and submit your profile again.")
        return redirect(url_for("learner_page.show"))
    own = own._replace(learner=person.learner)
    if own.may_submit:
        submit_profile(person, is_approval_required=own.is_approval_required, record=record, now=get_now())
        get_session().commit()
        flash("Your profile is submitted." if own.is_approval_required else "Your profile is submitted and approved.")
    elif own.missing:
        flash("Your profile is not complete. Fill in what is marked “To do” first.")
    return redirect(url_for("learner_page.show"))


def find_page_of_part(columns: tuple[str, ...]) -> str:
    """Return the address at which a part of the profile is filled in."""
    endpoint = PAGES_OF_COLUMNS.get(columns[0], DETAILS_PAGE)
    return url_for(endpoint, _anchor=columns[0] if endpoint != ACCOUNT_PAGE else None)


def _save(own: Own, form: Any, values: Mapping[str, str | None], told: str) -> bool:
    """Save what was filled in; where somebody else changed the learner meanwhile, add that as an error instead."""
    session, was = get_session(), own.learner.profile_status
    try:
        person = hold_own(own, form.version.data)
    except VersionError:
        session.rollback()
        _tell_conflict(find_own().learner, form, values)
        return False
    changes = fill_in_profile(person, values, record=record, now=get_now())
    session.commit()
    flash(told if changes else "Nothing was changed.")
    if "profile_status" in changes and was != ProfileStatus.DRAFT:
        flash(SAVED_AS_DRAFT)
    return True


def _tell_conflict(learner: Learner, form: Any, values: Mapping[str, str | None]) -> None:
    """Say beside each field what is kept there by now, and let the next try be over that."""
    form.version.set(learner.version)
    kept = {name: to_text(getattr(learner, name)) for name in values}
    differing = [name for name, value in values.items() if kept[name] != value]
    for name in differing:
        shown = "nothing" if kept[name] is None else kept[name] if len(kept[name]) <= SHORT else "another text"
        form.add_error(name, f"{CHANGED_BY_OTHERS} Kept at present: {shown}. Save again to replace it")
    if not differing:
        form.add_error(next(iter(values)), f"{CHANGED_BY_OTHERS} Save again")


def _render_form(template: str, own: Own, form: Form) -> ResponseReturnValue:
    page = render_template(template, own=own, form=form, ProfileStatus=ProfileStatus, limit=STATEMENT_LIMIT)
    return page, 400 if form.errors else 200
