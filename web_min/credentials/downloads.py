"""The list as a workbook, and as printable slips. Both hold passwords, so each is written down as a look at them."""

from collections.abc import Iterator, Mapping
from typing import IO

from flask import Response, flash, redirect, send_file, url_for
from flask.typing import ResponseReturnValue

from schemas.columns import YEAR_GROUPS
from schemas.dates_shown import format_moment
from schemas.template import MEDIA_TYPES
from web_min.access import Role, opens_to
from web_min.credentials.filters import Filters, read_filters
from web_min.credentials.initial_passwords import InitialPassword, open_password
from web_min.credentials.queries import Credential, Scope, count_credentials, iterate_credentials, list_providers
from web_min.credentials.routes import blueprint
from web_min.credentials.scope import Told, find_scope, record_look
from web_min.credentials.slips.entries import LeftOut, Slip
from web_min.current import get_sealer, get_session, get_settings

WORKBOOK_LIMIT = 65_535  # learners, as many as one import can bring
SLIP_LIMIT = 5000
WORKBOOK_NAME = "learners-not-logged-in.xlsx"
SLIPS_NAME = "slips.pdf"
YEAR_ORDER = {year_group: place for place, year_group in enumerate(YEAR_GROUPS)}


@blueprint.post("/workbook")
@opens_to(Role.STAFF)
def download_workbook() -> ResponseReturnValue:
    """Give the list as a workbook with what the page shows, passwords included."""
    from web_min.credentials.workbook import Entry, make_workbook  # with pandas, whose import takes half a second

    filters = read_filters()
    scope = find_scope(filters)
    count = count_credentials(get_session(), scope, limit=WORKBOOK_LIMIT)
    if not 0 < count <= WORKBOOK_LIMIT:
        return _refuse(filters, count, f"A workbook holds up to {WORKBOOK_LIMIT:,} learners.")
    names = list_providers(get_session(), scope.provider_ids)
    told: list[Told] = []

    def list_entries() -> "Iterator[Entry]":
        for credential, password in _open_all(scope, told, limit=count):
            yield Entry(credential, password, names[credential.provider_id])

    file: IO[bytes] = make_workbook(list_entries(), count=count)
    record_look("initial passwords downloaded", told, filters)
    get_session().commit()
    return send_file(file, mimetype=MEDIA_TYPES["xlsx"], as_attachment=True, download_name=WORKBOOK_NAME)


@blueprint.post("/slips")
@opens_to(Role.STAFF)
def download_slips() -> ResponseReturnValue:
    """Give a PDF with a card for each learner, and a last page with those for whom there can be none."""
    from web_min.credentials.slips.document import make_slips  # with fpdf2, whose import takes over a second

    filters = read_filters()
    scope = find_scope(filters)
    count = count_credentials(get_session(), scope, limit=SLIP_LIMIT)
    if not 0 < count <= SLIP_LIMIT:
        return _refuse(filters, count, f"Slips are made for up to {SLIP_LIMIT:,} learners at a time.")
    names = list_providers(get_session(), scope.provider_ids)
    told: list[Told] = []
    slips, left_out = _sort_out(_open_all(scope, told, limit=count), names)
    pdf = make_slips(slips, left_out, web_address=get_settings().effective_web_url)
    record_look("slips with initial passwords made", told, filters)
    get_session().commit()
    response = Response(pdf, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=SLIPS_NAME)
    return response


def _open_all(scope: Scope, told: list[Told], *, limit: int) -> Iterator[tuple[Credential, InitialPassword]]:
    """Yield the learners with their passwords, and add to `told` those whose password was told."""
    sealer = get_sealer()
    for credential in iterate_credentials(get_session(), scope, limit=limit):
        password = open_password(credential, sealer, scope.now)
        if password.password is not None:
            told.append(Told(credential.learner_id, credential.provider_id))
        yield credential, password


def _sort_out(
    opened: Iterator[tuple[Credential, InitialPassword]], names: Mapping[int, str]
) -> tuple[list[Slip], list[LeftOut]]:
    """Return the slips, and who has none; both by provider, year group and name."""

    def order(pair: tuple[Credential, InitialPassword]) -> tuple[str, int, int, str, str, int]:
        one = pair[0]
        year = YEAR_ORDER.get(one.year_group or "", len(YEAR_ORDER))
        provider = names[one.provider_id].casefold()
        return provider, one.provider_id, year, one.last_name.casefold(), one.first_name.casefold(), one.learner_id

    slips, left_out = [], []
    for one, password in sorted(opened, key=order):
        provider_name = names[one.provider_id]
        if password.password is None:
            left_out.append(LeftOut(provider_name, one.name, one.username, password.reason))
            continue
        until = format_moment(one.expires_at) if one.expires_at else ""
        slips.append(Slip(provider_name, one.year_group or "", one.name, one.username, password.password, until))
    return slips, left_out


def _refuse(filters: Filters, count: int, limit_words: str) -> ResponseReturnValue:
    if count:
        flash(f"{limit_words} Choose a provider, a year group or an import first.")
    else:
        flash("There is nobody in this list.")
    return redirect(url_for("credentials.show_list", **filters.to_arguments()))
