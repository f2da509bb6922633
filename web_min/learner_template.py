"""The template for download [manual 7.1 c]: blank for anybody, and with a provider's UKPRN for its staff."""

from flask import Blueprint, Response, abort
from sqlalchemy import select

from records.tables import Provider
from schemas.template import MEDIA_TYPES, Format, make_template
from web_min.access import Role, opens_to
from web_min.current import get_session
from web_min.permissions import Permission, may

FILE_NAME = "learner-import-template"

blueprint = Blueprint("learner_template", __name__)


@blueprint.get("/template.<any(xls, xlsx):format>")
@opens_to(Role.ANYONE)
def download(format: Format) -> Response:
    """Give the blank template. It holds nothing of anyone, so nobody need sign in for it."""
    return give(make_template(format), FILE_NAME, format)


@blueprint.get("/template/<ukprn>.<format>")
@opens_to(Role.STAFF)
def download_for_provider(ukprn: str, format: Format) -> Response:
    """Give the template of one of the person's providers, its UKPRN filled in."""
    if format not in MEDIA_TYPES:
        abort(404)
    provider_id = get_session().scalar(select(Provider.id).where(Provider.ukprn == ukprn))
    if provider_id is None or not (may(Permission.IMPORT, provider_id) or may(Permission.VIEW, provider_id)):
        abort(404)
    return give(make_template(format, ukprn), f"{FILE_NAME}-{ukprn}", format)


def give(content: bytes, name: str, format: Format) -> Response:
    """Return a file to be saved."""
    response = Response(content, mimetype=MEDIA_TYPES[format])
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{format}")
    return response
