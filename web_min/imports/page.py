"""The page of one import: what came of it, what was found and where, and how to go on."""

from datetime import timedelta
from typing import Any, cast

from flask import current_app, render_template
from sqlalchemy.orm import Session

from records.tables import ImportStatus
from web_min.current import get_now, get_session, get_settings
from web_min.imports.corrections import compare
from web_min.imports.filters import find_scope, name_provider
from web_min.imports.findings import CauseMemory, ShownCauses, list_findings
from web_min.imports.forms import UploadForm
from web_min.imports.plan import show_plan
from web_min.imports.queries import ShownImport, count_before, find_correction, find_import, find_import_of_checked
from web_min.imports.replica import open_finding_rows, show_replica
from web_min.imports.statuses import CHECKED
from web_min.imports.uploading import get_storage
from web_min.paging import find_page
from web_min.permissions import Permission, may

FINDINGS_A_PAGE = 100
REFRESH_SECONDS = 1  # while it waits or is being processed; an outcome changes no more
LATE = timedelta(minutes=1)


def show_page(shown: ShownImport, form: UploadForm | None) -> str:
    """Show an import.

    Args:
        shown: one that whoever makes the request may see.
        form: with the corrected file, as it was sent and refused; None for a new one.
    """
    session = get_session()
    causes = find_causes(session, shown)
    correction = find_correction(session, shown) if shown.status == ImportStatus.UNSUCCESSFUL else None
    is_corrected = correction is not None and correction.status == ImportStatus.SUCCESSFUL
    return render_template(
        "imports/show.html",
        shown=shown,
        causes=causes,
        correction=correction,
        form=form or (None if is_corrected else find_correction_form(shown, is_sent=False)),
        keep_days=get_settings().keep_files_days,
        refresh_seconds=REFRESH_SECONDS if shown.is_unfinished else 0,
        is_late=shown.is_unfinished and get_now() - shown.requested_at > LATE,
        before_count=count_before(session, shown) if shown.status == ImportStatus.REQUESTED else 0,
        **describe_before(session, shown),
        imported_as=find_import_of_checked(session, shown) if shown.can_be_imported else None,
        **describe_rows(session, shown, causes),
    )


def find_causes(session: Session, shown: ShownImport) -> ShownCauses:
    """Return what was found, by cause."""
    memory = cast(CauseMemory, current_app.extensions.setdefault("import_causes", CauseMemory()))
    finding_count = shown.error_count + shown.warning_count
    return memory.show_causes(session, shown.id, shown.processed_at, finding_count)


def find_correction_form(shown: ShownImport, *, is_sent: bool = True) -> UploadForm | None:
    """Return the form for the corrected file of an unsuccessful import; None where there is nothing to correct.

    Args:
        shown: the import.
        is_sent: whether to fill it in as it was sent.
    """
    if shown.status != ImportStatus.UNSUCCESSFUL or not may(Permission.IMPORT, shown.provider_id):
        return None
    own = {shown.provider_id: name_provider(shown.provider_name, shown.ukprn)}
    options = {} if is_sent else {"formdata": None}
    return UploadForm(own, limit_bytes=get_settings().file_limit_bytes, **options)


def describe_before(session: Session, shown: ShownImport) -> dict[str, Any]:
    """Return the import that this one corrects, and what became of its errors."""
    before = None
    if shown.corrects_import_id is not None:
        before = find_import(session, find_scope(), shown.corrects_import_id)
    return {"before": before, "comparison": compare(session, shown, before) if before else None}


def describe_rows(session: Session, shown: ShownImport, causes: ShownCauses) -> dict[str, Any]:
    """Return the rows that the page shows: what a check found would be done, or those in which something was found.

    The latter are a replica of the sheet; where that can't be had, or is not for whoever asks, a list of findings.
    """
    rows: dict[str, Any] = {"plan": None, "replica": None, "findings": [], "page": None}
    if shown.shown_status == CHECKED and shown.shows_values:
        rows["plan"] = show_plan(session, get_storage(), shown)
    if not causes.has_rows or (rows["plan"] and rows["plan"].deed):
        return rows
    kept = open_finding_rows(get_storage(), shown.storage_name) if shown.shows_values else None
    if kept:
        return rows | {"replica": show_replica(session, shown.id, kept)}
    page = find_page(causes.finding_count, FINDINGS_A_PAGE)
    return rows | {"findings": list_findings(session, shown.id, page), "page": page}
