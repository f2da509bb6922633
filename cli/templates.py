"""`template`: the learner import template as a file, blank or made for one provider; and that for progress."""

from pathlib import Path

import click

from schemas.template import MEDIA_TYPES, make_template
from schemas.template.progress import make_progress_template


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--ukprn", help="The provider that it is made for: its UKPRN is filled in.")
@click.option("--progress", "is_of_progress", is_flag=True, help="The template for application progress.")
def template(out: Path, ukprn: str | None, is_of_progress: bool) -> None:
    """Write the template for learners to OUT, as the ending says: .xls or .xlsx. An existing file is left alone."""
    format = out.suffix.lower().removeprefix(".")
    if format not in MEDIA_TYPES:
        raise click.BadParameter("The file's name must end with .xls or .xlsx.", param_hint="OUT")
    if is_of_progress and ukprn is not None:
        raise click.UsageError("The progress template with a provider's learners is to be had on the website only.")
    if ukprn is not None:
        _refuse_unregistered(ukprn)
    _write(out, make_progress_template(format) if is_of_progress else make_template(format, ukprn))


def _write(out: Path, made: bytes) -> None:
    try:
        with out.open("xb") as file:
            file.write(made)
    except FileExistsError:
        raise click.BadParameter(f"{out} exists already. Choose another name.", param_hint="OUT") from None
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        raise click.BadParameter(f"{out} can't be written. Choose another folder.", param_hint="OUT") from None
    click.echo(f"{out} is written.")


def _refuse_unregistered(ukprn: str) -> None:
    """Look the provider up; only this needs a database."""
    from cli.opening import find_provider_or_refuse, open_or_refuse
    from flows.workplace import open_database

    find_provider_or_refuse(open_or_refuse(open_database), ukprn)


COMMANDS: dict[str, click.Command] = {"template": template}
