"""`up`: running the whole service on one machine."""

import sys
import time

import click

from cli.configuring import read_settings
from cli.opening import open_or_refuse
from cli.stopping import StopRequest
from flows.workplace import Workplace, open_workplace
from operations.parts import Plan
from records.beats import Beating
from records.types import now
from settings import Settings

TICK_SECONDS = 0.5


@click.command()
@click.option("--demo", "is_demo", is_flag=True, help="Register three providers and drop the sample files.")
def up(is_demo: bool) -> None:
    """Run everything on this machine: Prefect server and worker, collector, website, SFTP server. Ctrl-C stops it."""
    from operations.alone import RunsAlreadyError, hold_home
    from operations.running_part import PartFailedError

    settings, is_stopping = read_settings(), StopRequest()
    try:
        with hold_home(settings.home_folder, say=click.echo) as lock:
            workplace = open_or_refuse(open_workplace)
            try:
                _run(workplace, is_stopping, is_demo=is_demo, lock=lock)
            finally:
                workplace.close()
    except RunsAlreadyError as refused:
        raise click.UsageError(str(refused)) from None
    except PartFailedError as fault:
        click.echo(str(fault), err=True)
        sys.exit(3)
    click.echo("Stopped. Everything is kept; the same command goes on from here.")


def _run(workplace: Workplace, is_stopping: StopRequest, *, is_demo: bool, lock: int) -> None:
    from operations.alarms import Alarms
    from operations.demo import Announcer, prepare_demo
    from operations.parts import plan_parts
    from operations.supervisor import Supervisor

    settings, database = workplace.settings, workplace.database
    try:
        plan = plan_parts(settings)
    except OSError as refused:
        raise click.UsageError(f"A part has nowhere to listen: {refused}.") from None
    announcer = Announcer(database, say=click.echo)
    supervisor = Supervisor(
        plan,
        settings.home_folder / "logs",
        say=_say_when,
        tell_death=Alarms(settings, database).tell_death,
        keeps_open=(lock,),
    )
    click.echo("Starting: about half a minute, and longer the first time, while Prefect makes its database.")
    with Beating(database, "supervisor", now=now, address=plan.prefect_url):
        try:
            if is_demo:
                dropped_count = prepare_demo(settings, database)
                click.echo(f"Demo: {dropped_count} sample files dropped, {announcer.before_count} imports from before.")
            supervisor.start(is_stopping=is_stopping)
            if not is_stopping():
                click.echo(_describe(settings, plan))
            while not is_stopping():
                supervisor.keep_alive()
                announcer.tell_news()
                time.sleep(TICK_SECONDS)
        finally:
            click.echo("Stopping. Ctrl-C again ends everything at once.")
            supervisor.stop(is_urgent=is_stopping.is_urgent)


def _say_when(line: str) -> None:
    """Tell a change of state with its time of day: the console may be read hours later."""
    click.echo(f"{time.strftime('%H:%M:%S')} {line}")


def _describe(settings: Settings, plan: Plan) -> str:
    home = settings.home_folder
    mail = f"sent through {settings.smtp_host}" if settings.smtp_host else settings.outbox_folder
    return (
        "\nRunning. Ctrl-C stops it.\n"
        f"  Website        {plan.web_url}\n"
        f"  Prefect UI     {plan.prefect_url}\n"
        f"  SFTP server    {plan.sftp_address}   (accounts: learner-imports providers sftp-key add)\n"
        f"  Drop folders   {settings.drop_folder}/<UKPRN>/   (outcomes come back in outcomes/ there)\n"
        f"  Mail           {mail}\n"
        f"  Logs           {home / 'logs'}\n"
        "  State          learner-imports status\n"
    )


COMMANDS: dict[str, click.Command] = {"up": up}
