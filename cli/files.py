"""`check` and `import`: one file, in this process.

The file is begun with first, and read while the rest is imported, which takes most of a second. So nothing large is
imported with this module. Python's garbage collector rests: what an import holds are a million texts and no circles.
"""

import atexit
import gc
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.marking_up import refuse_place, write_or_complain
from cli.stopping import tidy_at_sigterm
from flows.begun import BegunReading, begin_file
from intake.storage import ChangedWhileReadError
from settings import Settings

if TYPE_CHECKING:
    from flows.single_file import FileOutcome

REFUSED, OUR_FAULT = 1, 3
EXIT_STATUS = {"valid": 0, "successful": 0, "already_imported": 0, "unsuccessful": REFUSED, "failed": OUR_FAULT}


def _refuse_stream(_context: click.Context, _parameter: click.Parameter, file: Path) -> Path:
    if not file.is_file():
        raise click.BadParameter(f"{file} is a pipe or a device. Save what comes from it, then name the saved file.")
    return file


file_argument = click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path), callback=_refuse_stream
)
ukprn_option = click.option("--ukprn", required=True, help="The provider whose learners these are.")
marked_up_option = click.option(
    "--marked-up",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.xlsx",
    help="Write FILE's sheet with every finding in its cell, as a workbook to correct and send again.",
)
json_option = click.option("--json", "is_json", is_flag=True, help="One JSON object on standard output.")


@click.command()
@file_argument
@ukprn_option
@marked_up_option
@json_option
def check(file: Path, ukprn: str, marked_up: Path | None, is_json: bool) -> None:
    """Validate FILE and say what importing it would do. Loads nothing."""
    refuse_place(marked_up)
    gc.disable()
    with closing(BegunReading(file, file.stat().st_size, Settings(), is_last=True)) as reading:
        from cli.opening import find_provider_or_refuse, open_or_refuse
        from flows.single_file import check_file
        from flows.workplace import open_database
        from records.tables import now

        with closing(open_or_refuse(open_database)) as database:
            provider = find_provider_or_refuse(database, ukprn)
            outcome = check_file(reading, provider=provider, database=database, now=now())
    _finish(file, outcome, marked_up, is_json)


@click.command("import")
@file_argument
@ukprn_option
@marked_up_option
@json_option
def import_(file: Path, ukprn: str, marked_up: Path | None, is_json: bool) -> None:
    """Load FILE's learners with usernames and passwords, or say which cells are wrong. Needs no server."""
    refuse_place(marked_up)
    gc.disable()
    try:
        with tidy_at_sigterm(), begin_file(file, Settings(), is_last=True) as begun:
            from cli.opening import find_provider_or_refuse, open_or_refuse
            from flows.single_file import import_file
            from flows.workplace import open_workplace

            with closing(open_or_refuse(open_workplace)) as workplace:
                provider = find_provider_or_refuse(workplace.database, ukprn)
                outcome = import_file(workplace, begun, provider=provider)
    except ChangedWhileReadError:
        raise click.BadParameter(
            f"{file} was written to while it was read. Wait until it is complete, then try again.", param_hint="'FILE'"
        ) from None
    _finish(file, outcome, marked_up, is_json)


def _finish(file: Path, outcome: "FileOutcome", marked_up: Path | None, is_json: bool) -> None:
    from cli.display import show_outcome, to_json

    # Else Python ends by looking through a million cells for garbage, which takes a third of a second.
    atexit.register(gc.freeze)
    is_written = marked_up is not None and write_or_complain(marked_up, file, outcome)
    if is_json:
        click.echo(to_json(outcome))
    else:
        from rich.console import Console

        show_outcome(Console(), file, outcome, marked_up=marked_up, is_marked_up=is_written)
    sys.exit(EXIT_STATUS[outcome.status])


COMMANDS: dict[str, click.Command] = {"check": check, "import": import_}
