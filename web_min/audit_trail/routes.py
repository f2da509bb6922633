"""The page of the audit trail."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from web_min.access import Role, opens_to
from web_min.audit_trail.forms import FilterForm
from web_min.audit_trail.queries import (
    EventPage,
    Filters,
    find_place,
    list_actions,
    list_newer,
    list_newest,
    list_older,
)
from web_min.audit_trail.shown import show_events
from web_min.current import get_session

EVENTS_A_PAGE = 50

blueprint = Blueprint("audit_trail", __name__)


@blueprint.get("/audit-trail")
@opens_to(Role.ADMINISTRATOR)
def show() -> ResponseReturnValue:
    """Show a page of events, newest first: the newest, or those before or after an event."""
    form = FilterForm(request.args, actions=list_actions(get_session()))
    page = _find_events(form.read()) if form.validate() else EventPage([], False, False)
    events = page.events
    shown = render_template(
        "audit_trail/show.html",
        form=form,
        events=show_events(get_session(), events),
        older_than=events[-1].id if events and page.has_older else None,
        newer_than=events[0].id if events and page.has_newer else None,
        filters=form.list_filled(),
    )
    return shown, 400 if form.errors else 200


def _find_events(filters: Filters) -> EventPage:
    session = get_session()
    for name, list_events in (("before", list_older), ("after", list_newer)):
        if asked := request.args.get(name):
            number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
            place = find_place(session, number) or abort(404)
            return list_events(session, filters, place, EVENTS_A_PAGE)
    return list_newest(session, filters, EVENTS_A_PAGE)
