"""Editing a learner [manual 5.2 c]. Of two people who do it at once the second is told, and loses nothing typed."""

from typing import Any, NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from loaders.holding import hold_providers
from loaders.single_learner.changing import VersionError, change_learner, hold_version
from loaders.single_learner.creating import is_taken
from loaders.single_learner.deleting import end_sessions
from loaders.single_learner.recording import Person
from records.tables import Account, Learner
from schemas.single_learner import Judged
from web_min.access import Role, opens_to
from web_min.auditing import record
from web_min.current import get_now, get_session
from web_min.learners.blueprint import LEARNER, blueprint
from web_min.learners.boxes import Clash, fill, merge, read_boxes
from web_min.learners.create_routes import TAKEN
from web_min.learners.forms import EditForm
from web_min.learners.history import Since, find_last_event, find_since, word_changes
from web_min.learners.judging import find_same, judge_form
from web_min.learners.scope import Found, find_learner_or_404, list_providers, name_of
from web_min.permissions import Permission, list_provider_ids


class Overtaken(NamedTuple):
    """What somebody else saved while the form was open, and where it clashes with what was written in it."""

    since: Since
    clashes: list[Clash]


@blueprint.route(f"{LEARNER}/edit", methods=["GET", "POST"])
@opens_to(Role.STAFF)
def edit(learner_id: int) -> ResponseReturnValue:
    """Show the form, and save what was changed in it."""
    found = find_learner_or_404(learner_id, Permission.EDIT)
    form = EditForm(_list_choices(found))
    if request.method == "GET":
        _open(form, found)
        return _render(form, found)
    judged = judge_form(form)
    if judged is None:
        return _render(form, found), 400
    session = get_session()
    hold_providers(session, found.provider.id, form.provider.id)
    try:
        person = hold_version(session, learner_id, _read_number(form.version.data))
    except VersionError:
        return _render(form, found, overtaken=_take_over(form, found)), 409
    if person is None:
        abort(404)
    same = find_same(form, judged, except_id=learner_id) if _is_somebody_new(person, form, judged) else []
    if is_taken(session, form.username.data, except_id=person.account.id):
        form.add_error("username", TAKEN.partition(",")[0])
    if form.errors:
        return _render(form, found, same=same), 400
    _save(person, form, judged)
    session.commit()
    for warning in judged.warnings.values():
        flash(f"Please look again: {warning}")
    return redirect(url_for("learners.show", learner_id=learner_id))


def _list_choices(found: Found) -> list[Any]:
    """Return the learner's provider, and those that one may move the learner to: where one may create learners."""
    if not list_provider_ids(Permission.CREATE):
        return [found.provider]
    others = [one for one in list_providers(Permission.CREATE) if one.id != found.provider.id]
    return sorted([found.provider, *others], key=lambda provider: (provider.name.casefold(), provider.id))


def _open(form: EditForm, found: Found) -> None:
    fill(form, read_boxes(found.person))
    form.version.data = str(found.learner.version)
    form.seen_event.data = str(find_last_event(get_session(), found.learner.id))
    form.seen_username.data = found.account.username


def _is_somebody_new(person: Person, form: EditForm, judged: Judged) -> bool:
    """Tell whether what says who a learner is has changed: a namesake who was let in is not asked about again."""
    telling = ("uln", "upn", "ccis", "first_name", "last_name", "date_of_birth", "postcode")
    before = read_boxes(person)
    return form.provider.id != person.learner.provider_id or any(
        (judged.values[name] or "") != before[name] for name in telling
    )


def _save(person: Person, form: EditForm, judged: Judged) -> None:
    values = {
        **judged.values,
        **form.read_settings(),
        "provider_id": form.provider.id,
        "username": form.username.data,
        "personal_statement": form.personal_statement.data or None,
    }
    changes = change_learner(person, values, record=record, now=get_now())
    if "username" in changes:
        end_sessions(get_session(), [person])
    flash("The changes are saved." if changes else "Nothing was changed.")


def _take_over(form: EditForm, found: Found) -> Overtaken:
    """Bring into the form what the other person saved, so that saving it now undoes nothing unseen."""
    session, learner_id = get_session(), found.learner.id
    learner = session.get_one(Learner, learner_id, populate_existing=True)
    person = Person(learner, session.get_one(Account, learner.account_id, populate_existing=True))
    since = find_since(session, learner_id, _read_number(form.seen_event.data))
    seen, username = form.seen_username.data, person.account.username
    renamed = {"username": [seen, username]} if seen and seen != username else {}
    clashes = merge(form, read_boxes(person), since.changes | renamed)
    form.version.data = str(learner.version)
    form.seen_event.data = str(find_last_event(session, learner_id))
    form.seen_username.data = username
    return Overtaken(since, clashes)


def _render(form: EditForm, found: Found, *, same: list[Any] | None = None, overtaken: Overtaken | None = None) -> str:
    providers = {provider.id: provider.name for provider in list_providers(Permission.VIEW)}
    changes = word_changes({"changes": overtaken.since.changes}, providers) if overtaken else []
    return render_template(
        "learners/edit.html",
        form=form,
        learner=found.learner,
        name=name_of(found.learner),
        same=same or [],
        overtaken=overtaken,
        changes=changes,
        clashes={clash.name: clash.theirs for clash in overtaken.clashes} if overtaken else {},
    )


def _read_number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
