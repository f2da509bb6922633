"""What requests say and the website does not believe: the host they ask for, and text that nobody types."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, abort, request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NUL = "\0"


def distrust_requests(app: Flask, web_url: str) -> None:
    """Take every request for one to this website's own address, and refuse those with a NUL in their text.

    A forged Host header so leads nowhere, and none is too odd to be answered. NUL comes from no browser, and PostgreSQL
    can neither keep it nor look for it.

    Args:
        app: the website.
        web_url: its address.
    """
    app.wsgi_app = _OwnHost(app.wsgi_app, urlsplit(web_url).netloc)  # type: ignore[method-assign]
    app.before_request(_refuse_nul)


class _OwnHost:
    def __init__(self, inner: "WSGIApplication", host: str) -> None:
        self._inner, self._host = inner, host

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        return self._inner(environ | {"HTTP_HOST": self._host}, start_response)


def _refuse_nul() -> None:
    texts = [request.path, *request.args.keys(), *request.form.keys()]
    texts += [text for values in (request.args, request.form) for texts_of in values.listvalues() for text in texts_of]
    if any(NUL in text for text in texts):
        abort(400)
