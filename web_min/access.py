"""Who may reach which page. Every route bears one `opens_to`; a route without one is a fault that the start reports.

Owns roles and what a session's purpose leads to. What a member of staff may do at which provider is in
`web_min.permissions`.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar
from urllib.parse import quote, urlsplit

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from records.tables import Account, Purpose
from web_min.permissions import is_user_manager_somewhere
from web_min.signing_in.sessions import find_purpose

View = TypeVar("View", bound=Callable[..., object])


class Role(StrEnum):
    """Who a page is for."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    LEARNER = "learner"
    STAFF = "staff"
    STAFF_MANAGER = "staff manager"  # administrators, and user managers for their providers
    ADMINISTRATOR = "administrator"


LONGEST_PATH = 1000  # of a page to go to after signing in

# Where a session that is good for one thing only is sent.
PAGES_OF_PURPOSES = {
    Purpose.GIVE_CODE: "signing_in.give_code",
    Purpose.CHOOSE_PASSWORD: "passwords.choose_first",
    Purpose.SET_UP_TWO_STEP: "two_step.set_up",
}


def opens_to(role: Role, *, during: Purpose | tuple[Purpose, ...] = Purpose.FULL) -> Callable[[View], View]:
    """Say who a route is for, and in which kinds of session; goes right below the route's decorator."""

    def mark(view: View) -> View:
        view.role = role  # type: ignore[attr-defined]
        view.purposes = (during,) if isinstance(during, Purpose) else during  # type: ignore[attr-defined]
        return view

    return mark


def guard_every_route(app: Flask) -> None:
    """Let no request reach a view that is not for who makes it. Call when all routes are there.

    Raises:
        RuntimeError: a route does not say whom it is for.
    """
    app.view_functions["static"] = opens_to(Role.ANYONE)(app.view_functions["static"])
    for endpoint, view in app.view_functions.items():
        if not hasattr(view, "role"):
            raise RuntimeError(f"{endpoint} does not say whom it opens to")
    app.before_request(_guard)


def has_role(role: Role) -> bool:
    """Tell whether whoever makes the request has the role."""
    if role is Role.ANYONE or not current_user.is_authenticated:
        return role is Role.ANYONE
    account: Account = current_user
    return {
        Role.SIGNED_IN: True,
        Role.LEARNER: not account.is_staff,
        Role.STAFF: account.is_staff,
        Role.STAFF_MANAGER: account.is_administrator or is_user_manager_somewhere(),
        Role.ADMINISTRATOR: account.is_administrator,
    }[role]


def _guard() -> Response | None:
    view = _find_view()
    if view is None or view.role is Role.ANYONE:  # type: ignore[attr-defined]
        return None
    if not current_user.is_authenticated:
        path = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("signing_in.show", next=path))
    if find_purpose() not in view.purposes:  # type: ignore[attr-defined]
        return redirect(url_for("home.show"))  # which leads on to the page of the purpose
    if not has_role(view.role):  # type: ignore[attr-defined]
        abort(403)
    return None


def _find_view() -> Callable[..., object] | None:
    """Return the view that the request is for; None where there is none, which answers 404 or 405."""
    return current_app.view_functions.get(request.endpoint) if request.endpoint else None


def is_own_path(path: str) -> bool:
    """Tell whether an address leads to a page of this website and nowhere else, so that it may be redirected to.

    One that is long is refused too: it is kept in a cookie, which browsers drop when it is too large.
    """
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        return False
    if len(quote(path)) > LONGEST_PATH:
        return False
    parts = urlsplit(path)
    return not parts.scheme and not parts.netloc
