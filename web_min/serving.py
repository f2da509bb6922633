"""Serving the website with waitress until the process is told to end. Owns signals; starts nothing else."""

import signal
from types import FrameType

from waitress.server import create_server

from records.database import Database
from settings import Settings
from web_min.app import create_app

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def serve(settings: Settings, database: Database) -> None:
    """Serve on `settings.web_host` and `settings.web_port`; return after SIGTERM or SIGINT. Call in the main thread.

    Raises:
        OSError: the address or port can't be listened on, for example because another process has it.
    """
    app = create_app(settings, database)
    server = create_server(
        app,
        host=settings.web_host,
        port=settings.web_port,
        ident="",  # no Server header: the name of our server helps nobody but an attacker
        clear_untrusted_proxy_headers=True,
    )
    # Set even when SIGINT was ignored at the start, as it is for a process begun with `&`.
    before = {number: signal.signal(number, _stop) for number in STOP_SIGNALS}
    try:
        server.run()
    finally:
        server.close()
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit  # what waitress ends its loop on, letting requests under way finish
