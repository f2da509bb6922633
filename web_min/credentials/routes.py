"""The list of learners who have not logged in. Passwords are hidden until asked for; each look is recorded."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web_min.access import Role, opens_to
from web_min.credentials.filters import read_filled_in, read_filters
from web_min.credentials.initial_passwords import RENEWABLE, InitialPassword, judge_password, open_password
from web_min.credentials.queries import (
    Credential,
    Scope,
    count_credentials,
    list_credentials,
    list_imports,
    list_providers,
)
from web_min.credentials.scope import Told, find_scope, record_look
from web_min.current import get_sealer, get_session
from web_min.learners.filters import YEAR_CHOICES
from web_min.learners.queries import LIST_LIMIT
from web_min.paging import find_page
from web_min.permissions import Permission, may

LEARNERS_A_PAGE = 50

blueprint = Blueprint("credentials", __name__, url_prefix="/learners/not-logged-in")


@blueprint.get("")
@opens_to(Role.STAFF)
def show_list() -> str:
    """Show the learners of one's providers who have not logged in, without their passwords."""
    return render_list()


@blueprint.post("/find")
@opens_to(Role.STAFF)
def find() -> ResponseReturnValue:
    """Lead to the list as it is narrowed down in the form, whose words to search for are sealed on the way."""
    return redirect(url_for("credentials.show_list", **read_filled_in().to_arguments()))


@blueprint.post("/passwords")
@opens_to(Role.STAFF)
def show_passwords() -> str:
    """Show the same page of the list with all its passwords, or with the one of the learner that was asked for."""
    asked = request.form.get("learner", "")
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        abort(400)
    return render_list(opens=lambda credential: not asked or credential.learner_id == int(asked))


def render_list(*, opens: Any = None, problem: str = "") -> str:
    """Show one page of the list.

    Args:
        opens: tells of a `Credential` whether its password is to be shown; none is unless given.
        problem: what was wrong with what was sent, said at the top.
    """
    session, scope = get_session(), find_scope(read_filters())
    count = count_credentials(session, scope)
    page = find_page(min(count, LIST_LIMIT), LEARNERS_A_PAGE, has_more=count > LIST_LIMIT)
    credentials = list_credentials(session, scope, page)
    passwords = {credential.learner_id: judge_password(credential, scope.now) for credential in credentials}
    if opens is not None:
        passwords |= _open(list(filter(opens, credentials)), scope)
    providers = list_providers(session, scope.provider_ids)
    return render_template(
        "credentials/list.html",
        credentials=credentials,
        passwords=passwords,
        renewable=RENEWABLE,
        page=page,
        filters=scope.filters,
        arguments=scope.filters.to_arguments(),
        providers=providers,
        imports=list_imports(session, scope),
        year_choices=YEAR_CHOICES,
        may_renew={provider_id for provider_id in scope.narrowed_ids if may(Permission.EDIT, provider_id)},
        problem=problem,
    )


def _open(credentials: list[Credential], scope: Scope) -> Mapping[int, InitialPassword]:
    """Open the passwords and write down whose were told."""
    sealer = get_sealer()
    opened = {credential.learner_id: open_password(credential, sealer, scope.now) for credential in credentials}
    told = [Told(one.learner_id, one.provider_id) for one in credentials if opened[one.learner_id].password is not None]
    record_look("initial passwords shown", told, scope.filters)
    get_session().commit()
    return opened
