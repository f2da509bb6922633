"""`status`, `imports list` and `imports retry`: seeing how everything stands, and putting failed imports back.

`status` exits with 0 when all is well, 1 when something needs someone, 3 when that can't be told.
"""

import json
import sys
from typing import Any, NoReturn

import click
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from cli.configuring import read_settings
from cli.opening import open_or_refuse
from flows.workplace import SetupError, open_existing_database
from records.putting_back import OverwritesNewerError, put_failed_back
from records.queue import QueueError
from records.tables import ImportStatus, LearnerImport, now

NEEDS_SOMEONE, CANT_TELL = 1, 3
LISTED, LIST_LIMIT = 50, 1_000_000
HIGHEST_ID = 2**63 - 1  # what a database can hold

json_option = click.option("--json", "is_json", is_flag=True, help="One JSON object on standard output.")


@click.command()
@json_option
def status(is_json: bool) -> None:
    """Show queue, leases, last outcomes, mail, alerts, parts and disk. Exit 1 if something needs someone."""
    from cli.standing import show_standing
    from flows.upkeep.standing import find_standing

    try:
        settings = read_settings()
        standing = find_standing(open_existing_database(settings), settings, now())
    except SetupError as fault:
        tell_unknown(str(fault), is_json=is_json)
    except (OperationalError, OSError) as fault:
        what = "home folder can't be used" if isinstance(fault, OSError) else "database does not answer"
        where = "LEARNER_IMPORTS_DATABASE_URL and LEARNER_IMPORTS_HOME say where it should be."
        tell_unknown(f"The {what} ({type(fault).__name__}). {where}", is_json=is_json)
    if is_json:
        click.echo(json.dumps(standing))
    else:
        show_standing(standing)
    sys.exit(0 if standing["is_well"] else NEEDS_SOMEONE)


def tell_unknown(need: str, *, is_json: bool) -> NoReturn:
    """Say what keeps us from telling how everything stands, and end."""
    if is_json:
        click.echo(json.dumps({"is_well": None, "needs": [need]}))
    else:
        click.echo(f"It can't be told how everything stands. {need}", err=True)
    sys.exit(CANT_TELL)


@click.group()
def imports() -> None:
    """List imports, and put failed ones back in the queue."""


@imports.command("list")
@click.option(
    "--status", "wanted", type=click.Choice([one.value for one in ImportStatus]), help="Only those that stand so."
)
@click.option(
    "--limit", default=LISTED, show_default=True, type=click.IntRange(1, LIST_LIMIT), help="The most to list."
)
@json_option
def imports_list(wanted: str | None, limit: int, is_json: bool) -> None:
    """List imports, the newest first, with the fault of those that failed. File names are not shown."""
    with open_or_refuse(open_existing_database).read() as session:
        query = select(LearnerImport).options(joinedload(LearnerImport.provider)).order_by(LearnerImport.id.desc())
        if wanted:
            query = query.where(LearnerImport.status == wanted)
        found = [describe_import(learner_import) for learner_import in session.scalars(query.limit(limit))]
    if is_json:
        click.echo(json.dumps({"imports": found}))
        return
    for one in found:
        fault = f"  {one['fault']}" if one["fault"] else ""
        erased = "  (file erased)" if one["is_erased"] else ""
        moment = one["processed_at"] or one["requested_at"]
        click.echo(f"{one['import_id']:>7}  {one['ukprn']}  {one['status']:<12}  {moment}{erased}{fault}")
    if not found:
        click.echo("There is none.")


def describe_import(learner_import: LearnerImport) -> dict[str, Any]:
    """Return what is listed of an import."""
    processed_at = learner_import.processed_at
    return {
        "import_id": learner_import.id,
        "ukprn": learner_import.provider.ukprn,
        "status": learner_import.status,
        "requested_at": learner_import.requested_at.isoformat(timespec="seconds"),
        "processed_at": processed_at and processed_at.isoformat(timespec="seconds"),
        "attempt_count": learner_import.attempt_count,
        "fault": learner_import.fault,
        "is_erased": learner_import.erased_at is not None,
    }


@imports.command("retry")
@click.argument("import_ids", nargs=-1, type=click.IntRange(1, HIGHEST_ID), metavar="IMPORT_ID...")
@click.option("--all-failed", is_flag=True, help="All failed imports whose file is still kept.")
@click.option("--anyway", is_flag=True, help="Also where a newer file of the provider has been loaded since.")
def imports_retry(import_ids: tuple[int, ...], all_failed: bool, anyway: bool) -> None:
    """Put failed imports back in the queue, with all their attempts before them. Exit 1 if one was not."""
    if bool(import_ids) == all_failed:
        raise click.UsageError("Name the imports to put back, or say --all-failed.")
    database = open_or_refuse(open_existing_database)
    if all_failed:
        with database.read() as session:
            failed = (LearnerImport.status == ImportStatus.FAILED, LearnerImport.erased_at.is_(None))
            import_ids = tuple(session.scalars(select(LearnerImport.id).where(*failed).order_by(LearnerImport.id)))
    refused_count = 0
    for import_id in import_ids:
        try:
            with database.write() as session:
                put_failed_back(session, import_id, actor="command line", is_meant=anyway, now=now())
            click.echo(f"Import {import_id} is back in the queue.")
        except QueueError as refused:
            refused_count += 1
            advice = " If that is meant, say --anyway." if isinstance(refused, OverwritesNewerError) else ""
            click.echo(f"{refused}{advice}", err=True)
    if not import_ids:
        click.echo("No import has failed.")
    sys.exit(NEEDS_SOMEONE if refused_count else 0)


COMMANDS: dict[str, click.Command] = {"status": status, "imports": imports}
