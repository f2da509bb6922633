"""One page for every HTTP error. Owns its words; shows nothing of what went wrong inside."""

from flask import Flask, Response, current_app, g, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

INSIDE = 500
WORDS: dict[int | None, tuple[str, str]] = {
    403: (
        "You may not do this",
        "Your account does not have the permission. Ask whoever manages it to give it to you.",
    ),
    404: ("Page not found", "Check the address, or go to the first page and look from there."),
    405: ("This can’t be done here", "Go to the first page and start again from there."),
    413: ("That was too much at once", "Send less at a time."),
    500: ("Something went wrong on our side", "Try again in a minute. If it happens again, tell your operators when."),
}
OTHER_WORDS = ("This request can’t be answered", "Go to the first page and start again from there.")
STALE_WORDS = (
    "This page was open for too long",
    "Nothing was saved. Go back, load the page again, and send the form once more.",
)


def show_errors_as_pages(app: Flask) -> None:
    """Let one handler answer every HTTP error, and every exception, which Flask turns into a 500 after logging it."""
    app.register_error_handler(HTTPException, show_error)


def show_error(error: HTTPException) -> Response:
    """Return the page for an error."""
    if error.code == INSIDE:  # the database may be away, and with it whoever is signed in
        g._login_user = current_app.extensions[
            "security"
        ].login_manager.anonymous_user()  # where Flask-Login looks first
    title, advice = STALE_WORDS if isinstance(error, CSRFError) else WORDS.get(error.code, OTHER_WORDS)
    page = render_template("error.html", title=title, advice=advice)
    # The error's own headers are kept: a 405 says which methods are allowed.
    return Response(page, error.code, [pair for pair in error.get_headers() if pair[0] != "Content-Type"])
