"""A learner's page [manual 5.2 c]: key information, profile, additional information, progress, history."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import HiddenField

from loaders.holding import hold_providers
from loaders.single_learner.changing import VersionError, decide_on_profile, hold_version
from records.tables import Learner, LearnerImport, LearnerProgress, ProfileStatus
from web_min.access import Role, opens_to
from web_min.auditing import record
from web_min.current import get_now, get_session
from web_min.forms import Button, Form, Longest
from web_min.learners.blueprint import LEARNER, blueprint
from web_min.learners.fields import LongText
from web_min.learners.forms import COMMENT_LIMIT
from web_min.learners.history import Event, count_events, list_events
from web_min.learners.profile_parts import PROFILE_PARTS, list_missing_parts
from web_min.learners.profile_settings import PROFILE_SETTINGS, is_on
from web_min.learners.scope import Found, find_learner_or_404, list_providers, name_of
from web_min.learners.words import ACTIONS, PROFILE_TAGS
from web_min.paging import find_page
from web_min.permissions import Permission, may
from web_min.sealed_words import seal_words

EVENTS_A_PAGE = 20
CHANGED_MEANWHILE = "Somebody changed this learner at the same moment. Look again, then decide."


class DecisionForm(Form):
    """Whether a profile that was submitted is approved."""

    comment = LongText(
        "Comment to the learner",
        description="Say what is to be changed if you return the profile.",
        validators=[Longest(COMMENT_LIMIT, "Comment")],
    )
    version = HiddenField()
    approve = Button("Approve profile")
    send_back = Button("Return to the learner")


@blueprint.get(LEARNER)
@opens_to(Role.STAFF)
def show(learner_id: int) -> str:
    """Show all that is known of a learner."""
    return render_page(find_learner_or_404(learner_id))


@blueprint.post(f"{LEARNER}/profile")
@opens_to(Role.STAFF)
def decide(learner_id: int) -> ResponseReturnValue:
    """Approve a profile that was submitted, or return it with a comment."""
    found, form, session = find_learner_or_404(learner_id, Permission.EDIT), DecisionForm(), get_session()
    is_approved = not form.send_back.data
    if form.validate() and not is_approved and not form.comment.data:
        form.add_error("comment", "Say what the learner should change")
    if form.errors:
        return render_page(found, form), 400
    hold_providers(session, found.provider.id)
    try:
        version = form.version.data or ""
        person = hold_version(session, learner_id, int(version[:9]) if version.isascii() and version.isdigit() else 0)
    except VersionError:
        flash(CHANGED_MEANWHILE)
        return redirect(url_for("learners.show", learner_id=learner_id))
    if person is None or person.learner.profile_status != ProfileStatus.SUBMITTED:
        flash(CHANGED_MEANWHILE)
        return redirect(url_for("learners.show", learner_id=learner_id))
    decide_on_profile(person, is_approved=is_approved, comment=form.comment.data, record=record, now=get_now())
    session.commit()
    flash("The profile is approved." if is_approved else "The profile is returned to the learner.")
    return redirect(url_for("learners.show", learner_id=learner_id))


def render_page(found: Found, form: DecisionForm | None = None) -> str:
    """Return the learner's page, with a form for the decision on a profile where one is awaited."""
    session, learner = get_session(), found.learner
    is_awaited = (
        learner.profile_status == ProfileStatus.SUBMITTED
        and is_on(learner, found.provider, "is_profile_approval_required")
        and may(Permission.EDIT, found.provider.id)
    )
    page = find_page(count_events(session, learner.id), EVENTS_A_PAGE)
    providers = {provider.id: provider.name for provider in list_providers(Permission.VIEW)}
    events = list_events(session, learner.id, page, providers)
    return render_template(
        "learners/show.html",
        found=found,
        learner=learner,
        account=found.account,
        provider=found.provider,
        name=name_of(learner),
        settings=PROFILE_SETTINGS,
        is_on=is_on,
        parts=PROFILE_PARTS,
        missing=list_missing_parts(learner),
        profile_tag=PROFILE_TAGS[learner.profile_status],
        progress=session.get(LearnerProgress, learner.id),
        form=form,
        decision_form=(form or DecisionForm(formdata=None, version=str(learner.version))) if is_awaited else None,
        events=events,
        page=page,
        import_ids=_find_imports(learner, events, list(providers)),
        actions=[action for action in ACTIONS.values() if may(action.permission, found.provider.id)],
        credentials_link=link_to_credentials(found),
    )


def _find_imports(learner: Learner, events: list[Event], provider_ids: list[int]) -> set[int]:
    """Return those of the imports that changed the learner whose pages one may see."""
    named = {learner.created_import_id, *(event.import_id for event in events)}
    own = select(LearnerImport.id).where(LearnerImport.id.in_(named), LearnerImport.provider_id.in_(provider_ids))
    return set(get_session().scalars(own))


def link_to_credentials(found: Found) -> str | None:
    """Return where the initial password can be looked at; None where there is none."""
    if found.account.password_hash is not None:
        return None
    return url_for("credentials.show_list", search=seal_words(found.account.username))
