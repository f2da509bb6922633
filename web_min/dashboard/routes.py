"""The page that learner managers begin with [manual 4]."""

from flask import Blueprint, render_template

from web_min.access import Role, opens_to
from web_min.current import get_session
from web_min.dashboard.counts import count_states
from web_min.dashboard.next_steps import list_next_steps
from web_min.dashboard.scope import ALL, read_scope
from web_min.imports.queries import is_within, list_imports
from web_min.learners.states import STATES
from web_min.paging import Page

IMPORTS_SHOWN = 5
REFRESH_SECONDS = 2  # while an import waits or is being processed

blueprint = Blueprint("dashboard", __name__)


@blueprint.get("/dashboard")
@opens_to(Role.STAFF)
def show() -> str:
    """Show the counts over one's providers or one of them, the last imports, and what to do next."""
    session = get_session()
    scope = read_scope(session)
    counts = count_states(session, scope.provider_ids)
    imports = list_imports(session, Page(1, IMPORTS_SHOWN, IMPORTS_SHOWN), is_within(scope.provider_ids))
    return render_template(
        "dashboard/show.html",
        scope=scope,
        all_providers=ALL,
        states=STATES,
        counts=counts,
        imports=imports,
        next_steps=list_next_steps(scope, counts, imports),
        refresh_seconds=REFRESH_SECONDS if any(shown.is_unfinished for shown in imports) else 0,
    )
