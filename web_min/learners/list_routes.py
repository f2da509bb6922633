"""The list of learners [manual 5.2, 6.4]: searched, narrowed down, sorted, with boxes to tick for what is to do."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web_min.access import Role, opens_to
from web_min.current import get_session
from web_min.learners.blueprint import blueprint
from web_min.learners.chosen_routes import MOST_AT_ONCE
from web_min.learners.filters import COLUMNS, YEAR_CHOICES, read_filled_in, read_filters
from web_min.learners.queries import LIST_LIMIT, list_learners, look_up
from web_min.learners.scope import list_providers
from web_min.learners.states import STATES
from web_min.learners.words import ACTIONS, HEADINGS
from web_min.paging import find_page, read_number
from web_min.permissions import Permission, list_provider_ids, may_somewhere

LEARNERS_A_PAGE = 50


@blueprint.get("/learners")
@opens_to(Role.STAFF)
def show_list() -> str:
    """Show the learners of one's providers, those whom the address asks for."""
    filters, session = read_filters(), get_session()
    providers = list_providers(Permission.VIEW)
    provider_ids = list_provider_ids(Permission.VIEW)
    count, ids = look_up(session, provider_ids, filters, read_number(), LEARNERS_A_PAGE)
    page = find_page(min(count, LIST_LIMIT), LEARNERS_A_PAGE, has_more=count > LIST_LIMIT)
    return render_template(
        "learners/list.html",
        learners=list_learners(session, provider_ids, filters, page, ids),
        page=page,
        filters=filters,
        arguments=filters.to_arguments(),
        providers=providers,
        years=YEAR_CHOICES,
        states=STATES,
        columns=[(sort, HEADINGS[sort]) for sort in COLUMNS if sort != "provider" or len(providers) > 1],
        actions=[action for action in ACTIONS.values() if may_somewhere(action.permission)],
        are_ticked=request.args.get("tick") == "all",
        most_at_once=MOST_AT_ONCE,
    )


@blueprint.post("/learners/search")
@opens_to(Role.STAFF)
def search() -> ResponseReturnValue:
    """Lead to the list that was asked for. What is searched for, often a name, is sealed in the address."""
    if not may_somewhere(Permission.VIEW):
        abort(403)
    return redirect(url_for("learners.show_list", **read_filled_in().to_arguments()))
