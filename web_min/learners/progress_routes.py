"""Application progress by hand [manual 4]: qualifications, reference, applications and offers of one learner."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField, SelectChoice
from wtforms.validators import ValidationError

from loaders.holding import hold_providers
from loaders.single_learner.changing import PROGRESS, VersionError, change_progress, hold_version
from records.tables import LearnerProgress
from schemas.columns import AWAITING, RECEIVED
from web_min.access import Role, opens_to
from web_min.auditing import record
from web_min.current import get_now, get_session
from web_min.forms import Button, Form, OneOf, TextField
from web_min.learners.blueprint import LEARNER, blueprint
from web_min.learners.scope import find_learner_or_404, name_of
from web_min.permissions import Permission

MOST = 99  # as the progress spreadsheet takes it
STATES = [SelectChoice("", AWAITING), SelectChoice("yes", RECEIVED)]
COUNT_BOX = {"inputmode": "numeric", "autocomplete": "off"}
OVERTAKEN = "Somebody else changed this learner while you had the form open. What is shown now is what they saved."


class WholeNumber:
    """Refuses what is no whole number from 0 to `MOST`."""

    def __init__(self, noun: str) -> None:
        self.noun = noun

    def __call__(self, form: Form, field: TextField) -> None:
        """Raise when it is none."""
        text = field.data or ""
        if not (text.isascii() and text.isdigit() and int(text[:9]) <= MOST and len(text) < 9):
            raise ValidationError(f"{self.noun} must be a whole number from 0 to {MOST}")


class ProgressForm(Form):
    """How a learner's applications stand."""

    has_qualifications = OneOf("Qualifications", choices=STATES, default="")
    has_reference = OneOf("Reference", choices=STATES, default="")
    application_count = TextField("Applications", validators=[WholeNumber("Applications")], render_kw=COUNT_BOX)
    offer_count = TextField("Offers", validators=[WholeNumber("Offers")], render_kw=COUNT_BOX)
    version = HiddenField()
    save = Button("Save")

    def read(self) -> dict[str, bool | int]:
        """Return it by columns."""
        return {
            "has_qualifications": bool(self.has_qualifications.data),
            "has_reference": bool(self.has_reference.data),
            "application_count": int(self.application_count.data),
            "offer_count": int(self.offer_count.data),
        }

    def show(self, progress: LearnerProgress | None, version: int) -> None:
        """Show what is known; of whom nothing was said, nothing is there."""
        known = {name: getattr(progress, name) if progress else 0 for name in PROGRESS}
        for name in ("has_qualifications", "has_reference"):
            self[name].data = "yes" if known[name] else ""
        for name in ("application_count", "offer_count"):
            self[name].data = str(known[name])
        self.version.data = str(version)


@blueprint.route(f"{LEARNER}/progress", methods=["GET", "POST"])
@opens_to(Role.STAFF)
def change_by_hand(learner_id: int) -> ResponseReturnValue:
    """Show the form, and save what was changed in it."""
    found, form, session = find_learner_or_404(learner_id, Permission.EDIT), ProgressForm(), get_session()
    if request.method == "GET":
        form.show(session.get(LearnerProgress, learner_id), found.learner.version)
        return render_template("learners/progress.html", form=form, learner=found.learner, name=name_of(found.learner))
    if not form.validate():
        page = render_template("learners/progress.html", form=form, learner=found.learner, name=name_of(found.learner))
        return page, 400
    hold_providers(session, found.provider.id)
    version = form.version.data or ""
    try:
        person = hold_version(session, learner_id, int(version[:9]) if version.isascii() and version.isdigit() else 0)
    except VersionError:
        flash(OVERTAKEN)
        return redirect(url_for("learners.change_by_hand", learner_id=learner_id))
    if person is None:
        abort(404)
    values = form.read()
    changes = change_progress(session, person, values, record=record, now=get_now())
    session.commit()
    flash("The progress is saved." if changes else "Nothing was changed.")
    if values["offer_count"] > values["application_count"]:
        flash("Please look again: there are more offers than applications.")
    return redirect(url_for("learners.show", learner_id=learner_id))
