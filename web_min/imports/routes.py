"""The pages of imports: the list, and one import's outcome. Reads only."""

from flask import Blueprint, abort, render_template
from flask_login import current_user
from sqlalchemy.orm import Session

from schemas.causes import find_headline
from web_min.access import Role, opens_to
from web_min.current import get_session
from web_min.imports.queries import ShownImport, count_statuses, find_import, list_causes, list_findings, list_imports
from web_min.imports.statuses import TAGS, UNFINISHED
from web_min.paging import find_page
from web_min.permissions import Permission, list_provider_ids

IMPORTS_A_PAGE = 50
FINDINGS_A_PAGE = 100
CAUSES_SHOWN = 50
BUSY_REFRESH_SECONDS = 2
IDLE_REFRESH_SECONDS = 5
LARGEST_ID = 2**63 - 1

blueprint = Blueprint("imports", __name__)


@blueprint.get("/imports")
@opens_to(Role.STAFF)
def show_list() -> str:
    """Show the imports of one's providers, newest first, with how many there are of each status."""
    session, scope = get_session(), find_scope()
    counts = count_statuses(session, scope)
    page = find_page(sum(counts.values()), IMPORTS_A_PAGE)
    shown = list_imports(session, scope, page)
    unfinished_count = sum(counts[status] for status in UNFINISHED)
    return render_template(
        "imports/list.html",
        imports=shown,
        page=page,
        counts=counts,
        tags=TAGS,
        unfinished_count=unfinished_count,
        refresh_seconds=BUSY_REFRESH_SECONDS if unfinished_count else IDLE_REFRESH_SECONDS,
    )


@blueprint.get(f"/imports/<int(max={LARGEST_ID}):import_id>")
@opens_to(Role.STAFF)
def show(import_id: int) -> str:
    """Show what became of one import: counts, causes, and its findings by row."""
    session = get_session()
    shown = find_import_or_404(session, import_id)
    causes = list_causes(session, import_id)
    page = find_page(sum(cause.finding_count for cause in causes), FINDINGS_A_PAGE)
    findings = list_findings(session, import_id, page)
    return render_template(
        "imports/show.html",
        shown=shown,
        causes=causes[:CAUSES_SHOWN],
        hidden_cause_count=len(causes[CAUSES_SHOWN:]),
        headline=find_headline(causes),
        has_rows=any(cause.row_numbers for cause in causes),
        findings=findings,
        page=page,
        # What has an outcome changes no more, so its page need not be asked for again.
        refresh_seconds=BUSY_REFRESH_SECONDS if shown.is_unfinished else 0,
    )


def find_import_or_404(session: Session, import_id: int) -> ShownImport:
    """Return the import that a page is about. The one place that decides whether there is such a page."""
    return find_import(session, find_scope(), import_id) or abort(404)


def find_scope() -> list[int] | None:
    """Return the ids of the providers whose imports may be seen; None for an administrator, who sees every one's.

    The pages hold no learner's value, so an administrator learns what came of a file and nothing of anyone in it.
    """
    return None if current_user.is_administrator else list_provider_ids(Permission.VIEW)
