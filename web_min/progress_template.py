"""The progress template for download: blank for anyone, or with a provider's learners and what is known of them."""

from collections.abc import Iterator

from flask import Blueprint, Response, flash, redirect, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as RedirectResponse

from records.tables import Account, Learner, LearnerProgress
from schemas.columns import AWAITING, RECEIVED
from schemas.template import Format
from schemas.template.progress import MOST_LEARNERS, ProgressRow, make_progress_template
from web_min.access import Role, opens_to
from web_min.auditing import record
from web_min.current import get_session
from web_min.learner_template import give
from web_min.permissions import Permission, require

FILE_NAME = "progress-template"
LARGEST_ID = 2**63 - 1

blueprint = Blueprint("progress_template", __name__)


@blueprint.get("/progress-template.<any(xls, xlsx):format>")
@opens_to(Role.ANYONE)
def download(format: Format) -> Response:
    """Give the blank template."""
    return give(make_progress_template(format), FILE_NAME, format)


@blueprint.get(f"/providers/<int(max={LARGEST_ID}):provider_id>/progress-template.<any(xls, xlsx):format>")
@opens_to(Role.STAFF)
def download_filled(provider_id: int, format: Format) -> Response | RedirectResponse:
    """Give the template with the provider's learners filled in. It holds names, so the trail tells of it."""
    require(Permission.VIEW, provider_id)
    learners = list(_list_learners(provider_id))
    if format == "xls" and len(learners) > MOST_LEARNERS:
        flash(f"A .xls has room for {MOST_LEARNERS:,} learners, and there are {len(learners):,}. Take the .xlsx.")
        return redirect(url_for("imports.show_list", provider=provider_id))
    made = make_progress_template(format, learners)
    record("progress template downloaded", provider_id=provider_id)
    get_session().commit()
    return give(made, f"progress-{provider_id}", format)


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
