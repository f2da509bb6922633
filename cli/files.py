"""`check` and `import`: one file, in this process."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.opening import open_or_refuse
from flows.workplace import open_database, open_workplace
from loaders.providers import ProviderError, check_ukprn, find_provider
from records.database import Database
from records.tables import Provider, now
from settings import Settings

if TYPE_CHECKING:
    from flows.single_file import FileOutcome

REFUSED, OUR_FAULT = 1, 3
EXIT_STATUS = {"valid": 0, "successful": 0, "already_imported": 0, "unsuccessful": REFUSED, "failed": OUR_FAULT}

file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
ukprn_option = click.option("--ukprn", required=True, help="The provider whose learners these are.")
json_option = click.option("--json", "is_json", is_flag=True, help="One JSON object on standard output.")


@click.command()
@file_argument
@ukprn_option
@json_option
def check(file: Path, ukprn: str, is_json: bool) -> None:
    """Validate FILE and say what importing it would do. Loads nothing."""
    from flows.single_file import check_file

    settings = Settings()
    database = open_or_refuse(open_database)
    provider = _find_or_refuse(database, ukprn)
    _finish(file, check_file(file, provider=provider, database=database, settings=settings, now=now()), is_json)


@click.command("import")
@file_argument
@ukprn_option
@json_option
def import_(file: Path, ukprn: str, is_json: bool) -> None:
    """Load FILE's learners with usernames and passwords, or say which cells are wrong. Needs no server."""
    from flows.single_file import import_file

    workplace = open_or_refuse(open_workplace)
    provider = _find_or_refuse(workplace.database, ukprn)
    _finish(file, import_file(workplace, file, provider=provider), is_json)


def _find_or_refuse(database: Database, ukprn: str) -> Provider:
    try:
        check_ukprn(ukprn)
    except ProviderError as refused:
        raise click.BadParameter(str(refused), param_hint="--ukprn") from None
    with database.read() as session:
        provider = find_provider(session, ukprn)
    if provider is None:
        raise click.BadParameter(
            f"No provider with this UKPRN is registered. Add it: learner-imports providers add {ukprn} NAME",
            param_hint="--ukprn",
        )
    return provider


def _finish(file: Path, outcome: "FileOutcome", is_json: bool) -> None:
    from cli.display import show_outcome, to_json

    if is_json:
        click.echo(to_json(outcome))
    else:
        from rich.console import Console

        show_outcome(Console(), file, outcome)
    sys.exit(EXIT_STATUS[outcome.status])


COMMANDS: dict[str, click.Command] = {"check": check, "import": import_}
