"""The progress template for download: blank for anyone, or with a provider's learners and what is known of them."""

from collections.abc import Iterator

from flask import Blueprint, Response
from sqlalchemy import select

from records.tables import Account, Learner, LearnerProgress
from schemas.columns import AWAITING, RECEIVED
from schemas.template import MEDIA_TYPES
from schemas.template.progress import ProgressRow, make_progress_template
from web_min.access import Role, opens_to
from web_min.auditing import record
from web_min.current import get_session
from web_min.permissions import Permission, require

LARGEST_ID = 2**63 - 1

blueprint = Blueprint("progress_template", __name__)


@blueprint.get("/progress-template.xlsx")
@opens_to(Role.ANYONE)
def download() -> Response:
    """Give the blank template."""
    return _give(make_progress_template(), "progress-template.xlsx")


@blueprint.get(f"/providers/<int(max={LARGEST_ID}):provider_id>/progress-template.xlsx")
@opens_to(Role.STAFF)
def download_filled(provider_id: int) -> Response:
    """Give the template with the provider's learners filled in. It holds names, so the trail tells of it."""
    require(Permission.VIEW, provider_id)
    made = make_progress_template(_list_learners(provider_id))
    record("progress template downloaded", provider_id=provider_id)
    get_session().commit()
    return _give(made, f"progress-{provider_id}.xlsx")


def _list_learners(provider_id: int) -> Iterator[ProgressRow]:
    found = get_session().execute(
        select(
            Account.username,
            Learner.uln,
            Learner.first_name,
            Learner.last_name,
            LearnerProgress.has_qualifications,
            LearnerProgress.has_reference,
            LearnerProgress.application_count,
            LearnerProgress.offer_count,
        )
        .select_from(Learner)
        .join(Account, Account.id == Learner.account_id)
        .outerjoin(LearnerProgress, LearnerProgress.learner_id == Learner.id)
        .where(Learner.provider_id == provider_id, Learner.deleted_at.is_(None))
        .order_by(Learner.last_name, Learner.first_name, Learner.id)
    )
    for (
        username,
        uln,
        first_name,
        last_name,
        has_qualifications,
        has_reference,
        application_count,
        offer_count,
    ) in found:
        yield ProgressRow(
            username,
            uln,
            first_name,
            last_name,
            RECEIVED if has_qualifications else AWAITING,
            RECEIVED if has_reference else AWAITING,
            application_count or 0,
            offer_count or 0,
        )


def _give(made: bytes, file_name: str) -> Response:
    response = Response(made, mimetype=MEDIA_TYPES["xlsx"])
    response.headers.set("Content-Disposition", "attachment", filename=file_name)
    return response
