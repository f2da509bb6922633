"""Headers that every response bears: nothing from elsewhere, no frames, nothing kept by the browser."""

from flask import Flask, Response, request

from web_min.current import get_settings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # data: is the code to photograph for the second step
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}  # for a year; of its own host only


def add_to_every_response(app: Flask) -> None:
    """Add the headers to pages, errors and files alike."""
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if get_settings().is_web_tls:
        response.headers.update(TLS_ONLY)
    # Files are ours and hold nothing of anyone: the browser keeps them and asks each time whether they changed.
    if request.endpoint != "static" or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    return response
