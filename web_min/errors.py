"""One page for every HTTP error, and for a database that is away. Owns its words; shows nothing of what went wrong."""

import logging

from flask import Flask, Response, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, TimeoutError
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from records.logs import name_fault
from web_min.signing_in.sessions import forget_visitor

logger = logging.getLogger("learner_imports")

OURS = 500  # and above: the fault is on our side
RETRY_SECONDS = 30
WORDS: dict[int | None, tuple[str, str]] = {
    403: (
        "You may not do this",
        "Your account does not have the permission. Ask whoever manages it to give it to you.",
    ),
    404: ("Page not found", "Check the address, or go to the first page and look from there."),
    405: ("This can’t be done here", "Go to the first page and start again from there."),
    409: (
        "Somebody else was first",
        "This was changed meanwhile, and nothing of yours was saved. Load the page again to see it as it is.",
    ),
    413: ("That was too much at once", "Send less at a time."),
    500: (
        "Something went wrong on our side",
        "Try again in a minute. If it happens again, tell whoever runs this website, and say when.",
    ),
    503: ("This can’t be done just now", "Nothing was saved. Wait a minute, then do it once more."),
}
OTHER_WORDS = ("This request can’t be answered", "Go to the first page and start again from there.")
STALE_WORDS = (
    "This page was open for too long",
    "Nothing was saved. Go back, load the page again, and send the form once more.",
)


def show_errors_as_pages(app: Flask) -> None:
    """Let one handler answer every HTTP error, and every exception, which Flask turns into a 500 after logging it."""
    app.register_error_handler(HTTPException, show_error)
    for kind in (OperationalError, TimeoutError):
        app.register_error_handler(kind, _show_outage)


def _show_outage(fault: OperationalError | TimeoutError) -> Response:
    """Answer for a database that is away, or kept by a large import for longer than anyone waits."""
    logger.warning("the website could not use the database: %s", name_fault(fault))
    return show_error(ServiceUnavailable(retry_after=RETRY_SECONDS))


def show_error(error: HTTPException) -> Response:
    """Return the page for an error."""
    if error.code is not None and error.code >= OURS:
        forget_visitor()  # who is signed in may not be found out now
    title, advice = STALE_WORDS if isinstance(error, CSRFError) else WORDS.get(error.code, OTHER_WORDS)
    page = render_template("error.html", title=title, advice=advice)
    # The error's own headers are kept: a 405 says which methods are allowed.
    return Response(page, error.code, [pair for pair in error.get_headers() if pair[0] != "Content-Type"])
