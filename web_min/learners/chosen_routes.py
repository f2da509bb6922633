"""What is done to learners who were picked, one or many [manual 5.2 b]: reset passwords, unlock, delete.

What can't be taken back at once is asked about first, with the learners' names. All of it works without JavaScript.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from loaders.holding import hold_providers
from loaders.single_learner.accounts import reset_passwords, unlock
from loaders.single_learner.deleting import delete_learners
from schemas.dates_shown import UK_TIME, format_date
from web_min.access import Role, is_own_path, opens_to
from web_min.auditing import record
from web_min.current import get_now, get_session, get_settings
from web_min.learners.blueprint import blueprint
from web_min.learners.create_routes import make_passwords_now
from web_min.learners.filters import read_filters
from web_min.learners.queries import list_ids
from web_min.learners.scope import Found, list_found
from web_min.learners.words import ACTIONS, Action
from web_min.permissions import Permission, list_provider_ids, may
from web_min.sealed_words import seal_words

MOST_AT_ONCE = 1000
NAMES_SHOWN = 100
ALL = "all"


class Chosen(NamedTuple):
    """The learners who were picked.

    Args:
        found: those to whom it may be done.
        refused_count: how many of those whom one may see are of providers where one may not do it.
        gone_count: how many are no more to be found.
    """

    found: list[Found]
    refused_count: int
    gone_count: int


@blueprint.post("/learners/chosen")
@opens_to(Role.STAFF)
def do_to_chosen() -> ResponseReturnValue:
    """Ask whether it is meant, then do it."""
    action = ACTIONS.get(request.form.get("action", "")) or abort(404)
    learner_ids = _read_ids()
    if not learner_ids:
        flash("Tick the learners first, then choose what to do.")
        return redirect(_find_origin())
    if len(learner_ids) > MOST_AT_ONCE:
        flash(f"That is more than {MOST_AT_ONCE:,} learners at once. Narrow the list down first.")
        return redirect(_find_origin())
    chosen = _find_chosen(learner_ids, action)
    if action.question and not request.form.get("confirmed"):
        return render_template(
            "learners/confirm.html",
            action=action,
            chosen=chosen,
            shown=chosen.found[:NAMES_SHOWN],
            hidden_count=len(chosen.found[NAMES_SHOWN:]),
            provider_count=len({one.provider.id for one in chosen.found}),
            origin=_find_origin(),
            restore_days=get_settings().restore_days,
        )
    hold_providers(get_session(), *{one.provider.id for one in chosen.found})
    DEEDS[action.name](_find_chosen(learner_ids, action).found)
    get_session().commit()
    if action.name == "delete" and len(learner_ids) == 1:
        return redirect(url_for("learners.show_list"))
    return redirect(_find_origin())


def _read_ids() -> list[int]:
    """Return the numbers that were sent, or with `which` all those of the list that the address asks for."""
    if request.form.get("which") == ALL:
        return list_ids(get_session(), list_provider_ids(Permission.VIEW), read_filters(), MOST_AT_ONCE + 1)
    texts = " ".join(request.form.getlist("learner")).split()
    return sorted({int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19})


def _find_chosen(learner_ids: list[int], action: Action) -> Chosen:
    """Return to whom it is to be done.

    Raises:
        werkzeug.exceptions.NotFound: there is nobody of these whom one may see.
        werkzeug.exceptions.Forbidden: one may do it to nobody of them.
    """
    seen = list_found(learner_ids)
    found = [one for one in seen if may(action.permission, one.provider.id)]
    if not found:
        abort(403 if seen else 404)
    return Chosen(found, len(seen) - len(found), len(learner_ids) - len(seen))


def _find_origin() -> str:
    """Return the page that one came from, where it is one of these."""
    path = request.form.get("back", "")
    return path if path.startswith("/learners") and is_own_path(path) else url_for("learners.show_list")


def _reset(found: list[Found]) -> None:
    count = reset_passwords(get_session(), [one.person for one in found], make_passwords_now(), record)
    what = "1 learner has a new initial password" if count == 1 else f"{count:,} learners have new initial passwords"
    search = seal_words(found[0].account.username) if count == 1 else ""
    link = Markup('<a href="{}">Show or print {}</a>').format(
        url_for("credentials.show_list", search=search or None), "it" if count == 1 else "them"
    )
    flash(Markup("{}. {}.").format(what, link))


def _unlock(found: list[Found]) -> None:
    count = unlock([one.person for one in found], record)
    told = {0: "Nobody of those was locked out.", 1: "1 learner is unlocked."}
    flash(told.get(count, f"{count:,} learners are unlocked."))


def _delete(found: list[Found]) -> None:
    delete_learners(get_session(), [one.person for one in found], record=record, now=get_now())
    until = format_date((get_now() + timedelta(days=get_settings().restore_days)).astimezone(UK_TIME))
    what = "1 learner is deleted" if len(found) == 1 else f"{len(found):,} learners are deleted"
    link = Markup('<a href="{}">Recently deleted</a>').format(url_for("learners.show_deleted"))
    flash(Markup("{}. Until {} you can restore them: {}.").format(what, until, link))


DEEDS: dict[str, Callable[[list[Found]], None]] = {"reset": _reset, "unlock": _unlock, "delete": _delete}
