"""Serving the website with waitress until the process is told to end. Owns signals and the thread that sends mail."""

import logging
import signal
from types import FrameType

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask
from werkzeug.exceptions import RequestEntityTooLarge

from records.database import Database
from settings import Settings
from web_min.app import REQUEST_LIMIT_BYTES, create_app
from web_min.errors import show_error
from web_min.mailing import MailSending, use_mail_sending

logger = logging.getLogger("learner_imports")

THREADS = 40  # a class that signs in at once waits in them for its turns (`signing_in.hashing`)
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def serve(settings: Settings, database: Database, key: bytes) -> None:
    """Serve on `settings.web_host` and `settings.web_port`; return after SIGTERM or SIGINT. Call in the main thread.

    Args:
        settings: address, port, limits.
        database: migrated and open.
        key: the sealing key, 32 bytes.

    Raises:
        OSError: the address or port can't be listened on, for example because another process has it.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a line for each request that waits
    app = create_app(settings, database, key)
    proxy = settings.web_trusted_proxy
    if settings.is_web_tls and not proxy:
        logger.warning(
            "the website's address is https, so there is a proxy before it, whose visitors all count as one address "
            "until LEARNER_IMPORTS_WEB_TRUSTED_PROXY names it"
        )
    server = create_server(
        app,
        host=settings.web_host,
        port=settings.web_port,
        ident="",  # no Server header: the name of our server helps nobody but an attacker
        threads=THREADS,
        max_request_body_size=settings.file_limit_bytes + REQUEST_LIMIT_BYTES,  # more is not put aside on the disk
        clear_untrusted_proxy_headers=True,
        **(
            {
                "trusted_proxy": proxy,
                "trusted_proxy_count": 1,
                "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
            }
            if proxy
            else {}
        ),
    )
    HTTPChannel.error_task_class = make_error_task(app)  # of all sockets, which may be several
    # Set even when SIGINT was ignored at the start, as it is for a process begun with `&`.
    before = {number: signal.signal(number, _stop) for number in STOP_SIGNALS}
    try:
        with MailSending(settings, database) as sending:
            use_mail_sending(app, sending)
            server.run()
    finally:
        server.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def make_error_task(app: Flask) -> type[ErrorTask]:
    """Return waitress's answer to what is no request, with our page where a body is larger than any we take."""
    with app.test_request_context():
        page = app.process_response(show_error(RequestEntityTooLarge()))
    headers = [pair for pair in page.headers if pair[0] not in ("Content-Length", "Set-Cookie")]

    class OurErrorTask(ErrorTask):
        def execute(self) -> None:
            if self.request.error.code != page.status_code:
                super().execute()
                return
            self.status, self.response_headers = page.status, list(headers)
            self.set_close_on_finish()
            self.content_length = len(page.data)
            self.write(page.data)

    return OurErrorTask


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit  # what waitress ends its loop on, letting requests under way finish
