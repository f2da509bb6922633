"""Learners who were deleted and can still be restored."""

from datetime import datetime, timedelta
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import ColumnElement, and_, func, select

from loaders.holding import hold_providers
from loaders.single_learner.changing import to_text
from loaders.single_learner.deleting import restore_learner
from loaders.single_learner.duplicates import Duplicate, find_duplicates
from loaders.single_learner.recording import Person
from records.tables import Account, Learner, Provider
from schemas.columns import COLUMN_BY_NAME, LEARNER_NAMES
from web_min.access import Role, opens_to
from web_min.auditing import record
from web_min.current import get_now, get_session, get_settings
from web_min.learners.blueprint import LEARNER, blueprint
from web_min.learners.scope import list_providers
from web_min.paging import Page, find_page
from web_min.permissions import Permission, list_provider_ids

DELETED_A_PAGE = 50


class Deleted(NamedTuple):
    """A deleted learner as the list shows it."""

    id: int
    first_name: str
    last_name: str
    username: str
    provider_name: str
    deleted_at: datetime

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


@blueprint.get("/learners/deleted")
@opens_to(Role.STAFF)
def show_deleted() -> str:
    """List those whom one can restore, the last deleted first."""
    providers = list_providers(Permission.DELETE)
    count = select(func.count()).select_from(Learner).where(_can_restore())
    page = find_page(get_session().scalar(count) or 0, DELETED_A_PAGE)
    days = get_settings().restore_days
    return render_template(
        "learners/deleted.html",
        learners=_list_deleted(page),
        page=page,
        has_several=len(providers) > 1,
        life=timedelta(days=days),
        restore_days=days,
    )


@blueprint.post(f"{LEARNER}/restore")
@opens_to(Role.STAFF)
def restore(learner_id: int) -> ResponseReturnValue:
    """Bring one back, unless another learner of the provider has the same identifier by now."""
    session = get_session()
    one = select(Learner, Account).join(Account, Account.id == Learner.account_id)
    one = one.where(Learner.id == learner_id, _can_restore())
    row = session.execute(one).one_or_none() or abort(404)
    hold_providers(session, row[0].provider_id)
    # Again, since it may have been restored or erased before the provider was ours.
    row = session.execute(one, execution_options={"populate_existing": True}).one_or_none() or abort(404)
    person = Person._make(row)
    values = {name: to_text(getattr(person.learner, name)) for name in LEARNER_NAMES}
    same = find_duplicates(session, values, provider_id=person.learner.provider_id)
    if blocking := [duplicate for duplicate in same if duplicate.identifiers]:
        flash(_tell_conflict(blocking[0]))
        return redirect(url_for("learners.show_deleted"))
    restore_learner(person, record=record, now=get_now())
    session.commit()
    flash("The learner is restored, with the username and password of before.")
    for duplicate in same:
        link = _link_to(duplicate, "another learner")
        flash(Markup("Please look again: there is {} with the same name and date of birth or postcode.").format(link))
    return redirect(url_for("learners.show", learner_id=learner_id))


def _can_restore() -> ColumnElement[bool]:
    return and_(
        Learner.deleted_at > get_now() - timedelta(days=get_settings().restore_days),
        Learner.provider_id.in_(list_provider_ids(Permission.DELETE)),
    )


def _list_deleted(page: Page) -> list[Deleted]:
    query = (
        select(Learner.id, Learner.first_name, Learner.last_name, Account.username, Provider.name, Learner.deleted_at)
        .join(Account, Account.id == Learner.account_id)
        .join(Provider, Provider.id == Learner.provider_id)
        .where(_can_restore())
        .order_by(Learner.deleted_at.desc(), Learner.id.desc())
    )
    rows = get_session().execute(query.limit(page.size).offset(page.offset))
    return [Deleted._make(row) for row in rows]


def _tell_conflict(duplicate: Duplicate) -> Markup:
    headings = " and this ".join(COLUMN_BY_NAME[name].heading for name in duplicate.identifiers)
    return Markup("The learner can’t be restored: {} has this {} now. Change or delete that one first.").format(
        _link_to(duplicate, "another learner"), headings
    )


def _link_to(duplicate: Duplicate, words: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url_for("learners.show", learner_id=duplicate.learner_id), words)
