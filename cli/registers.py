"""`db` and `providers`: setting up what imports need. Accounts of staff are made in `cli.users`."""

from pathlib import Path

import click

from cli.opening import open_or_refuse
from cli.sftp_accounts import sftp_key, sftp_password
from flows.workplace import open_database
from loaders.providers import ProviderError, add_provider, load_providers
from records.database import Database
from records.upgrade import HEAD, find_revision, upgrade
from settings import Settings


@click.group()
def db() -> None:
    """Set up the database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Make the database, or bring its tables to this version. Harmless when there is nothing to do."""
    database = Database(Settings().effective_database_url)
    before = find_revision(database)
    upgrade(database)
    click.echo(f"The database is at version {HEAD}{' already' if before == HEAD else ''}.")


@click.group()
def providers() -> None:
    """Register the schools and colleges whose learners are imported."""


@providers.command("add")
@click.argument("ukprn")
@click.argument("name")
@click.option("--contact", "contacts", multiple=True, metavar="EMAIL", help="Who is told of its imports; repeatable.")
def providers_add(ukprn: str, name: str, contacts: tuple[str, ...]) -> None:
    """Register a provider by its UKPRN, or rename it. Its drop folder appears while the collector runs."""
    try:
        with open_or_refuse(open_database).write() as session:
            add_provider(session, ukprn, name, contacts=contacts)
    except ProviderError as refused:
        raise click.UsageError(str(refused)) from None
    click.echo(f"{ukprn} {name} is registered.")


@providers.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def providers_load(file: Path) -> None:
    """Register every provider of a GIAS file (CSV with UKPRN, EstablishmentName, Postcode)."""
    try:
        with open_or_refuse(open_database).write() as session:
            counts = load_providers(session, file)
    except ProviderError as refused:
        raise click.UsageError(str(refused)) from None
    click.echo(
        f"{counts.created_count:,} providers registered, {counts.updated_count:,} changed, "
        f"{counts.unchanged_count:,} unchanged; {counts.skipped_count:,} lines without a UKPRN of their own left out."
    )


providers.add_command(sftp_key)
providers.add_command(sftp_password)


COMMANDS: dict[str, click.Command] = {"db": db, "providers": providers}
