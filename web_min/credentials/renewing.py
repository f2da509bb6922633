"""Making new initial passwords for learners who have not logged in [manual 7.3]: those ticked, or all in the list."""

from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from loaders.initial_passwords import renew_initial_passwords
from records.tables import Learner
from web_min.access import Role, opens_to
from web_min.auditing import Touched, record_many
from web_min.credentials.filters import Filters, read_filters
from web_min.credentials.queries import list_touched
from web_min.credentials.routes import LEARNERS_A_PAGE, blueprint, render_list
from web_min.credentials.scope import find_scope
from web_min.current import get_now, get_sealer, get_session, get_settings
from web_min.permissions import Permission, list_provider_ids, require

ALL = "all"


class Chosen(NamedTuple):
    """For whom new passwords were asked.

    Args:
        learner_ids: those ticked; None is all in the list.
        touched: of them those who still have not logged in.
    """

    learner_ids: list[int] | None
    touched: list[Touched]


@blueprint.post("/new-passwords")
@opens_to(Role.STAFF)
def renew() -> ResponseReturnValue:
    """Ask whether it is meant, since passwords that were handed out stop working; then do it."""
    filters = read_filters()
    wants_all = request.form.get("which") == ALL
    if not wants_all and not request.form.getlist("learner"):
        return render_list(problem="Tick the learners who need a new password"), 400
    chosen = _find_chosen(filters, wants_all=wants_all)
    if not chosen.touched:
        flash("No new passwords were made: those learners have all chosen a password of their own.")
    elif request.form.get("confirmed"):
        _renew(chosen.touched)
    else:
        return render_template("credentials/renew.html", chosen=chosen, which=ALL, arguments=filters.to_arguments())
    return redirect(url_for("credentials.show_list", **filters.to_arguments()))


def _find_chosen(filters: Filters, *, wants_all: bool) -> Chosen:
    """Return for whom passwords are wanted. Refuses the request when the person may not make them."""
    session = get_session()
    if wants_all:
        return Chosen(None, list_touched(session, find_scope(filters, Permission.EDIT)))
    texts = request.form.getlist("learner")[:LEARNERS_A_PAGE]
    learner_ids = sorted({int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19})
    seen = list_provider_ids(Permission.VIEW)  # others' learners are as if they were not there
    provider_ids = set(
        session.scalars(
            select(Learner.provider_id).where(Learner.id.in_(learner_ids), Learner.provider_id.in_(seen)).distinct()
        )
    )
    if not provider_ids:
        abort(404)
    for provider_id in provider_ids:
        require(Permission.EDIT, provider_id)
    return Chosen(learner_ids, list_touched(session, find_scope(Filters(), Permission.EDIT), learner_ids))


def _renew(touched: list[Touched]) -> None:
    session, now, days = get_session(), get_now(), get_settings().initial_password_days
    account_ids = [one.account_id for one in touched]
    renewed = set(
        renew_initial_passwords(session, account_ids, sealer=get_sealer(), days=days, now=now, spares_own=True)
    )
    record_many("initial password renewed", [one for one in touched if one.account_id in renewed])
    session.commit()
    count, spared_count = len(renewed), len(touched) - len(renewed)
    told = "New passwords were made for 1 learner" if count == 1 else f"New passwords were made for {count:,} learners"
    flash(f"{told}. Give out new slips: passwords from before no longer work.")
    if spared_count:
        who = "1 learner was" if spared_count == 1 else f"{spared_count:,} learners were"
        flash(f"{who} left out, having chosen a password of their own in the meantime.")
