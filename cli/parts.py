"""`collect`, `web`, `prefect` and `deploy`: one part each, for servers where something else keeps them running."""

import logging
import os
import sys

import click

from cli.configuring import read_settings
from cli.opening import open_or_refuse
from cli.stopping import StopRequest
from flows.workplace import load_key, open_database, open_workplace
from operations.parts import write_host
from operations.prefect_environment import add_prefect
from records.beats import Beating
from records.types import now


@click.command()
def collect() -> None:
    """Watch the drop folders, queue complete files, have Prefect start import runs, and tell what needs an operator."""
    is_stopping = StopRequest()
    os.environ.update(add_prefect(read_settings(), os.environ))
    from flows.collector.collecting import run_collector
    from flows.deployments.prefect_view import look_at_prefect
    from flows.deployments.triggering import Trigger
    from flows.upkeep.watching import look_after

    logging.getLogger("learner_imports").setLevel(logging.INFO)
    run_collector(
        open_or_refuse(open_workplace),
        start_run=Trigger().start_run_if_needed,
        is_stopping=is_stopping,
        look_after=lambda workplace: look_after(workplace, look_at_prefect(workplace)),
    )


@click.command()
def web() -> None:
    """Serve the website."""
    from web_min.serving import serve

    settings, database = read_settings(), open_or_refuse(open_database)
    address = f"{write_host(settings.web_host)}:{settings.web_port}"
    with Beating(database, "website", now=now, address=address):
        serve(settings, database, open_or_refuse(load_key))


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def prefect(words: tuple[str, ...]) -> None:
    """Run a command of Prefect's with our settings, such as: prefect server start, prefect worker start --pool P."""
    _become("prefect", *words)


@click.command()
def deploy() -> None:
    """Register this version's flows with the Prefect server. Again is harmless, and runs that are alive go on."""
    _become("flows.deployments.deploying")


def _become(module: str, *words: str) -> None:
    """Let another program of this Python take this process's place: signals reach it, and nothing stands between."""
    environment = add_prefect(read_settings(), os.environ)
    os.execve(sys.executable, [sys.executable, "-m", module, *words], environment)  # noqa: S606 - no shell is meant


COMMANDS: dict[str, click.Command] = {"collect": collect, "web": web, "prefect": prefect, "deploy": deploy}
