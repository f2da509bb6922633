"""`healthy`: whether a part on this machine gives signs of life, for Compose's and other health checks."""

import socket
import sys
from datetime import timedelta

import click
from sqlalchemy import select

from cli.configuring import read_settings
from records.beats import MISSED_SECONDS
from records.database import Database
from records.operating import PartBeat
from records.types import now

OUR_FAULT = 3


@click.command()
@click.argument("part")
def healthy(part: str) -> None:
    """Exit with 0 if PART (collector, website, sftp, supervisor) on this machine was heard of lately, else with 3."""
    database = Database(read_settings().effective_database_url)
    since = now() - timedelta(seconds=MISSED_SECONDS)
    with database.read() as session:
        holders = session.scalars(select(PartBeat.holder).where(PartBeat.part == part, PartBeat.beat_at >= since)).all()
    database.close()
    if not any(holder.rpartition(":")[0] == socket.gethostname() for holder in holders):
        click.echo(f"The {part} on this machine has not been heard of for {MISSED_SECONDS:.0f} seconds.", err=True)
        sys.exit(OUR_FAULT)


COMMANDS: dict[str, click.Command] = {"healthy": healthy}
