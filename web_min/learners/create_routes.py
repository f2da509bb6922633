"""Creating a learner by hand [manual 5.1, 6.1, 6.2]."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from loaders.holding import hold_providers
from loaders.single_learner.creating import Credentials, PasswordMaking, UsernameTakenError, create_learner
from loaders.single_learner.recording import Person
from schemas.single_learner import Judged
from web_min.access import Role, opens_to
from web_min.auditing import record
from web_min.current import get_now, get_sealer, get_session, get_settings
from web_min.learners.blueprint import blueprint
from web_min.learners.filters import YEAR_CHOICES
from web_min.learners.forms import CreateForm
from web_min.learners.judging import Same, find_same, judge_form
from web_min.learners.scope import list_found, list_providers
from web_min.permissions import Permission

TAKEN = "This username is taken. Choose another one, or have one generated"


@blueprint.route("/learners/create", methods=["GET", "POST"])
@opens_to(Role.STAFF)
def create() -> ResponseReturnValue:
    """Show the form, and make the learner that it describes."""
    form = CreateForm(list_providers(Permission.CREATE))
    if request.method == "GET":
        _preset(form)
        return _render(form)
    judged = judge_form(form)
    if judged is None:
        return _render(form), 400
    hold_providers(get_session(), form.provider.id)
    same = find_same(form, judged)
    person = None if same else _create(form, judged)
    if person is None:
        return _render(form, same), 400
    get_session().commit()
    return _lead_on(form, judged, person)


def make_passwords_now() -> PasswordMaking:
    """Return how passwords that are made in this request are kept."""
    return PasswordMaking(get_sealer(), get_settings().initial_password_days, get_now())


def _preset(form: CreateForm) -> None:
    """Choose what is known already: the provider that one comes from, the year group of the learner before."""
    if request.args.get("provider") in form.providers:
        form.provider_id.data = request.args["provider"]
    form.year_group.data = YEAR_CHOICES.get(request.args.get("year", ""), "")


def _create(form: CreateForm, judged: Judged) -> Person | None:
    """Make the learner; None when the user name is taken."""
    chosen = Credentials() if form.is_generated else Credentials(form.username.data, form.chosen_password)
    try:
        return create_learner(
            get_session(),
            {**judged.values, **form.read_settings()},
            provider_id=form.provider.id,
            credentials=chosen,
            making=make_passwords_now(),
            record=record,
        )
    except UsernameTakenError:
        form.add_error("username", TAKEN)
        return None


def _lead_on(form: CreateForm, judged: Judged, person: Person) -> ResponseReturnValue:
    """Lead to the new learner, or to an empty form that tells who was created."""
    for warning in judged.warnings.values():
        flash(f"Please look again: {warning}")
    learner = person.learner
    if not form.save_and_add.data:
        flash("The learner is created.")
        return redirect(url_for("learners.show", learner_id=learner.id))
    year = (learner.year_group or "").removeprefix("Year ")
    return redirect(url_for("learners.create", provider=learner.provider_id, year=year or None, created=learner.id))


def _render(form: CreateForm, same: list[Same] | None = None) -> str:
    created: dict[str, Any] = {"created": None}
    number = request.args.get("created", "")
    if request.method == "GET" and number.isascii() and number.isdigit() and len(number) < 19:
        created["created"] = next(iter(list_found([int(number)])), None)
    return render_template("learners/create.html", form=form, same=same or [], **created)
