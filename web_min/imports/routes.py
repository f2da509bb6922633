"""The pages of imports: the list with the form to upload a file [manual 7.1, 7.2], and one import's outcome."""

from flask import Blueprint, abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.exceptions import RequestEntityTooLarge

from records.tables import Purpose
from schemas.template import MEDIA_TYPES
from web_min.access import Role, has_role, opens_to
from web_min.auditing import record
from web_min.current import get_session, get_settings
from web_min.errors import show_error
from web_min.imports.filters import find_importable, find_scope
from web_min.imports.forms import NOT_KEPT, UploadForm
from web_min.imports.list_page import show_list_page
from web_min.imports.page import find_correction_form, show_page
from web_min.imports.queries import ShownImport, find_import
from web_min.imports.uploading import allow_file, import_checked, take_upload
from web_min.imports.workbook import NoWorkbookError, make_workbook
from web_min.permissions import Permission, require
from web_min.signing_in.sessions import find_purpose

LARGEST_ID = 2**63 - 1
ONE = f"/imports/<int(max={LARGEST_ID}):import_id>"

blueprint = Blueprint("imports", __name__)


@blueprint.url_value_preprocessor
def take_files(endpoint: str | None, _values: object) -> None:
    """Let uploads be large, before the form is looked at for its CSRF token."""
    if endpoint in ("imports.upload", "imports.upload_corrected"):
        allow_file()


@blueprint.errorhandler(RequestEntityTooLarge)
def refuse_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say beside the form that the file is too large. It was refused before anything of it was looked at.

    The guard has not been asked yet, so whoever is no member of staff is only told that it is too much.
    """
    if find_purpose() is not Purpose.FULL or not has_role(Role.STAFF):
        return show_error(error)
    import_id = (request.view_args or {}).get("import_id")
    shown = None if import_id is None else find_import_or_404(import_id)
    form = find_correction_form(shown, is_sent=False) if shown else make_upload_form(is_sent=False)
    if form is None or not form.has_providers:
        return show_error(error)
    form.add_error("file", form.word_too_large())
    return (show_page(shown, form) if shown else show_list_page(form)), 413


@blueprint.get("/imports")
@opens_to(Role.STAFF)
def show_list() -> str:
    """Show the imports of one's providers, newest first, and the form to upload another file."""
    return show_list_page(None)


@blueprint.post("/imports")
@opens_to(Role.STAFF)
def upload() -> ResponseReturnValue:
    """Take a file for one of the providers at which the person may import."""
    form = make_upload_form()
    if not form.has_providers:
        abort(403)
    if form.validate() and (import_id := take(form, form.provider_id.data)):
        return redirect(url_for(".show", import_id=import_id))
    return show_list_page(form), 400


@blueprint.get(ONE)
@opens_to(Role.STAFF)
def show(import_id: int) -> str:
    """Show what became of one import: counts, causes, the rows with what was found in them, and how to go on."""
    return show_page(find_import_or_404(import_id), None)


@blueprint.post(f"{ONE}/corrected")
@opens_to(Role.STAFF)
def upload_corrected(import_id: int) -> ResponseReturnValue:
    """Take the corrected file of an unsuccessful import."""
    shown = find_import_or_404(import_id)
    require(Permission.IMPORT, shown.provider_id)
    form = find_correction_form(shown)
    if form is None:
        abort(404)
    if form.validate() and (new_id := take(form, shown.provider_id, corrects_import_id=import_id)):
        return redirect(url_for(".show", import_id=new_id))
    return show_page(shown, form), 400


@blueprint.post(f"{ONE}/import")
@opens_to(Role.STAFF)
def load_checked(import_id: int) -> ResponseReturnValue:
    """Import the bytes that were checked."""
    shown = find_import_or_404(import_id)
    require(Permission.IMPORT, shown.provider_id)
    if not shown.can_be_imported:
        abort(404)
    if not FlaskForm().validate():
        abort(400)
    try:
        requested = import_checked(shown)
    except OSError:
        flash("The file could not be taken up again, which is our fault. Upload it anew.")
        return redirect(url_for(".show", import_id=import_id))
    get_session().commit()
    return redirect(url_for(".show", import_id=requested.id))


@blueprint.get(f"{ONE}/marked-up.xlsx")
@opens_to(Role.STAFF)
def download_workbook(import_id: int) -> ResponseReturnValue:
    """Give the file back as a workbook with everything that was found in its place."""
    shown = find_import_or_404(import_id)
    require(Permission.VIEW, shown.provider_id)
    if not shown.has_workbook:
        abort(404)
    try:
        workbook = make_workbook(get_session(), shown, get_settings())
    except NoWorkbookError as refused:
        flash(str(refused))
        return redirect(url_for(".show", import_id=import_id))
    record("marked-up workbook downloaded", provider_id=shown.provider_id, import_id=import_id)
    get_session().commit()
    return send_file(workbook, MEDIA_TYPES["xlsx"], as_attachment=True, download_name=shown.workbook)


def make_upload_form(*, is_sent: bool = True) -> UploadForm:
    """Make the list page's form, filled in as it was sent unless that is not to be looked at."""
    options = {} if is_sent else {"formdata": None}
    return UploadForm(find_importable(get_session()), limit_bytes=get_settings().file_limit_bytes, **options)


def take(form: UploadForm, provider_id: int, *, corrects_import_id: int | None = None) -> int | None:
    """Take the form's file and return its import's id. None, with an error in the form, when it can't be kept."""
    try:
        requested = take_upload(
            form.file.data,
            provider_id=provider_id,
            is_check=form.check.data,
            corrects_import_id=corrects_import_id,
        )
    except OSError:
        form.add_error("file", NOT_KEPT)
        return None
    get_session().commit()
    return requested.id


def find_import_or_404(import_id: int) -> ShownImport:
    """Return the import that a page is about. The one place that decides whether there is such a page."""
    return find_import(get_session(), find_scope(), import_id) or abort(404)
