"""The blank template for download [manual 7.1 c]. It holds nothing of anyone, so nobody need sign in for it."""

from flask import Blueprint, Response

from schemas.template import MEDIA_TYPES, Format, make_template
from web_min.access import Role, opens_to

FILE_NAME = "learner-import-template"

blueprint = Blueprint("learner_template", __name__)


@blueprint.get("/template.<any(xls, xlsx):format>")
@opens_to(Role.ANYONE)
def download(format: Format) -> Response:
    """Give the template as a file to be saved."""
    response = Response(make_template(format), mimetype=MEDIA_TYPES[format])
    response.headers.set("Content-Disposition", "attachment", filename=f"{FILE_NAME}.{format}")
    return response
