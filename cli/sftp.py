"""`sftp`: the built-in SFTP server alone, for servers where something else keeps the parts running."""

import logging
import sys

import click

from cli.configuring import read_settings
from cli.opening import open_or_refuse
from flows.workplace import open_database
from records.types import now


@click.command()
def sftp() -> None:
    """Serve the drop folders over SFTP. Ready when its port answers; SIGTERM stops it."""
    from intake.sftp.host_key import HostKeyError
    from intake.sftp.limits import SftpLimits
    from intake.sftp.server import SftpPlace, run_sftp_server

    logging.getLogger("learner_imports").setLevel(logging.INFO)
    settings, database = read_settings(), open_or_refuse(open_database)
    limits = SftpLimits(
        connection_limit=settings.sftp_connection_limit,
        provider_connection_limit=settings.sftp_provider_connection_limit,
        idle_seconds=settings.sftp_idle_seconds,
        file_bytes=settings.file_limit_bytes,
    )
    place = SftpPlace(
        database=database,
        drop_folder=settings.drop_folder,
        host_key_file=settings.sftp_host_key_file,
        host=settings.sftp_host,
        port=settings.sftp_port,
        limits=limits,
        now=now,
    )
    try:
        run_sftp_server(place)
    except HostKeyError as refused:
        raise click.UsageError(str(refused)) from None
    except OSError as fault:
        click.echo(
            f"The SFTP server can't listen on {settings.sftp_host} port {settings.sftp_port} ({fault.strerror}). Set "
            "LEARNER_IMPORTS_SFTP_HOST and LEARNER_IMPORTS_SFTP_PORT to an address that is free.",
            err=True,
        )
        sys.exit(3)
    finally:
        database.close()


COMMANDS: dict[str, click.Command] = {"sftp": sftp}
