"""The page "Import learners" [manual 7.1, 7.2]: template, upload, and the list of imports with its filters."""

from flask import render_template

from records.tables import Provider
from web_min.current import get_session, get_settings
from web_min.imports.filters import Filters, find_importable, read_filters
from web_min.imports.forms import UploadForm
from web_min.imports.queries import count_statuses, list_imports
from web_min.imports.statuses import TAGS, UNFINISHED
from web_min.paging import find_page
from web_min.permissions import Permission, may, may_somewhere

IMPORTS_A_PAGE = 50
BUSY_REFRESH_SECONDS = 2
IDLE_REFRESH_SECONDS = 5


def show_list_page(form: UploadForm | None) -> str:
    """Show the list.

    Args:
        form: as it was sent and refused; None for a new one.
    """
    session = get_session()
    filters = read_filters(session)
    counts = count_statuses(session, *filters.conditions)
    page = find_page(counts[filters.status] if filters.status else sum(counts.values()), IMPORTS_A_PAGE)
    shown = list_imports(session, page, *filters.conditions, *filters.status_conditions)
    unfinished_count = sum(counts[status] for status in UNFINISHED)
    return render_template(
        "imports/list.html",
        form=form or make_form(filters),
        filters=filters,
        template_provider=find_template_provider(filters),
        imports=shown,
        page=page,
        counts=counts,
        all_count=sum(counts.values()),
        tags=TAGS,
        unfinished_count=unfinished_count,
        refresh_seconds=BUSY_REFRESH_SECONDS if unfinished_count else IDLE_REFRESH_SECONDS,
    )


def make_form(filters: Filters) -> UploadForm | None:
    """Return an empty form, with the provider chosen that the list is filtered by; None for who may import nowhere."""
    if not may_somewhere(Permission.IMPORT):
        return None
    return UploadForm(
        find_importable(get_session(), filters),
        limit_bytes=get_settings().file_limit_bytes,
        chosen_id=filters.provider.id if filters.provider else None,
        formdata=None,
    )


def find_template_provider(filters: Filters) -> Provider | None:
    """Return for whom the templates shall be filled in: for the chosen provider, or the only one there is."""
    provider = filters.provider or (filters.providers[0] if len(filters.providers) == 1 else None)
    is_own = provider and (may(Permission.VIEW, provider.id) or may(Permission.IMPORT, provider.id))
    return provider if is_own else None
