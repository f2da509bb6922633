"""`up`, `collect` and `web`: running the service, whole or in part."""

import fcntl
import logging
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from cli.opening import open_or_refuse
from flows.workplace import open_database, open_workplace
from settings import Settings

TICK_SECONDS = 0.5


class StopRequest:
    """Set by Ctrl-C or SIGTERM; asked by loops. Also undoes an ignored SIGINT, which background shells hand down."""

    def __init__(self) -> None:
        self.is_set = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._set)

    def _set(self, _number: int, _frame: FrameType | None) -> None:
        self.is_set = True

    def __call__(self) -> bool:
        """Tell whether it is time to stop."""
        return self.is_set


@click.command()
@click.option("--demo", "is_demo", is_flag=True, help="Register three providers and drop the sample files.")
def up(is_demo: bool) -> None:
    """Run everything on this machine: database, Prefect server and worker, collector, website. Ctrl-C stops it."""
    from operations.demo import Announcer, prepare_demo
    from operations.parts import plan_parts
    from operations.supervisor import PartFailedError, Supervisor

    settings, is_stopping = Settings(), StopRequest()
    with _alone_in(settings.home_folder):
        workplace = open_or_refuse(open_workplace)
        plan = plan_parts(settings)
        supervisor = Supervisor(plan, settings.home_folder / "logs", say=click.echo)
        announcer = Announcer(workplace.database, say=click.echo)
        click.echo("Starting: about half a minute, and longer the first time, while Prefect makes its database.")
        try:
            if is_demo:
                dropped_count = prepare_demo(settings, workplace.database)
                click.echo(f"Demo: {dropped_count} sample files dropped, {announcer.told_count} imports from before.")
            supervisor.start(is_stopping=is_stopping)
            if not is_stopping():
                click.echo(_describe(settings, plan.web_url, plan.prefect_url))
            while not is_stopping():
                supervisor.keep_alive()
                announcer.tell_news()
                time.sleep(TICK_SECONDS)
        except PartFailedError as fault:
            click.echo(str(fault), err=True)
            sys.exit(3)
        finally:
            click.echo("Stopping.")
            supervisor.stop()
            workplace.close()
    click.echo("Stopped. Everything is kept; the same command goes on from here.")


@contextmanager
def _alone_in(home: Path) -> Iterator[None]:
    """Hold the home folder's lock, so that it is never run twice at once."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise click.UsageError(
                f"It runs already in {home}. Stop that one first, or set LEARNER_IMPORTS_HOME."
            ) from None
        yield


def _describe(settings: Settings, web_url: str, prefect_url: str) -> str:
    home = settings.home_folder
    mail = f"sent through {settings.smtp_host}" if settings.smtp_host else settings.outbox_folder
    return (
        "\nRunning. Ctrl-C stops it.\n"
        f"  Website        {web_url}\n"
        f"  Prefect UI     {prefect_url}\n"
        f"  Drop folders   {settings.drop_folder}/<UKPRN>/   (outcomes come back in outcomes/ there)\n"
        f"  Mail           {mail}\n"
        f"  Logs           {home / 'logs'}\n"
    )


@click.command()
def collect() -> None:
    """Watch the drop folders, queue complete files, and have Prefect start import runs."""
    from flows.collecting import run_collector
    from flows.triggering import Trigger

    logging.getLogger("learner_imports").setLevel(logging.INFO)
    workplace = open_or_refuse(open_workplace)
    run_collector(workplace, start_run=Trigger().start_run_if_needed, is_stopping=StopRequest())


@click.command()
def web() -> None:
    """Serve the website."""
    from web_min.serving import serve

    serve(Settings(), open_or_refuse(open_database))


COMMANDS: dict[str, click.Command] = {"up": up, "collect": collect, "web": web}
