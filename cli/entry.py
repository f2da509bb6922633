"""The command's entry: which command is where, imported only when it is called, and faults as messages."""

import importlib
import json
import sys
from contextlib import suppress
from errno import ENOSPC, EROFS
from pathlib import Path
from typing import Any

import click

COMMANDS = {  # command: the module that holds it, and what `learner-imports --help` says of it
    "check": ("cli.files", "Validate a file and load nothing."),
    "import": ("cli.files", "Import a file in this process, no server needed."),
    "template": ("cli.templates", "Write the blank template."),
    "db": ("cli.registers", "Make the database, or bring its tables to this version."),
    "providers": ("cli.registers", "Register providers, their contacts, their SFTP accounts."),
    "users": ("cli.users", "Create staff accounts, and links to choose passwords with."),
    "up": ("cli.running", "Run everything on this machine. Ctrl-C stops it."),
    "collect": ("cli.parts", "Run the collector."),
    "web": ("cli.parts", "Run the website."),
    "sftp": ("cli.sftp", "Run the SFTP server."),
    "prefect": ("cli.parts", "Run a command of Prefect's with our settings."),
    "deploy": ("cli.parts", "Register this version's flows with the Prefect server."),
    "healthy": ("cli.health", "Tell whether a part on this machine is alive."),
    "status": ("cli.operating", "Show how everything stands, and what needs someone."),
    "imports": ("cli.operating", "List imports, and put failed ones back."),
}

READ_A_FILE = {"check", "import"}
HELP = {"-h", "--help"}

PROCESS = object()  # tells the command line that this process is its own, to log in as it likes

# What --json prints when not even an outcome could be had: the contract's object all the same.
FAILED: dict[str, object] = {
    "status": "failed",
    "import_id": None,
    "row_count": 0,
    "created_count": 0,
    "updated_count": 0,
    "unchanged_count": 0,
    "findings": [],
}


class LazyGroup(click.Group):
    """Commands by name, each imported when it is called: starting fast is part of the command line's job."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return every command's name."""
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, and first of all start the process that will read its file: it too needs time to begin."""
        if args and args[0] in READ_A_FILE and not HELP.intersection(args):
            from schemas.reading import warm_up_reading

            with suppress(OSError):  # reading says so, if it can't start one either
                warm_up_reading()
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command, or return None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command: Any = importlib.import_module(COMMANDS[cmd_name][0]).COMMANDS[cmd_name]
        return command  # type: ignore[no-any-return]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": sorted(HELP)})
@click.version_option(package_name="learner-imports")
@click.pass_context
def cli(context: click.Context) -> None:
    """Take a provider's spreadsheet of learners: load them all, or say which cell is wrong.

    Settings are environment variables that begin with LEARNER_IMPORTS_; data lives in LEARNER_IMPORTS_HOME
    (by default the folder var).
    """
    from cli.configuring import read_settings

    settings = read_settings(checks_address=context.invoked_subcommand not in READ_A_FILE)
    if context.obj is PROCESS:
        from records.logs import log_uncaught, set_up_logging

        set_up_logging(level=settings.log_level, log_format=settings.log_format)
        log_uncaught()


def main() -> None:
    """Run the command line and end the process with its exit status."""
    try:
        cli(prog_name="learner-imports", obj=PROCESS)
    except Exception as fault:
        from flows.faults import describe_fault

        text = explain_fault(fault, describe_fault(fault))
        click.echo(text, err=True)
        if "--json" in sys.argv:
            click.echo(json.dumps(FAILED if READ_A_FILE & set(sys.argv) else {"fault": text}))
        sys.exit(3)


def explain_fault(fault: Exception, described: str) -> str:
    """Say what went wrong by our fault, without the exception's text, which may hold learners' values."""
    if type(fault).__name__ == "OperationalError":
        return (
            f"The database does not answer ({described}). See that it runs and that LEARNER_IMPORTS_DATABASE_URL and "
            "LEARNER_IMPORTS_HOME are right, then try again."
        )
    if isinstance(fault, OSError) and (fault.errno in (ENOSPC, EROFS) or is_in_home(fault.filename)):
        return (
            f"The home folder can't be used ({fault.strerror}). See that LEARNER_IMPORTS_HOME names a folder that this "
            "user may write to, on a disk with room."
        )
    return f"Something went wrong on our side ({described}). Nothing was loaded. Try again, and report it if it stays."


def is_in_home(path: object) -> bool:
    """Whether a path that a system call failed on is the home folder, above it or in it."""
    from settings import Settings

    if not isinstance(path, str):
        return False
    home, failed = Settings().home_folder, Path(path).absolute()
    return failed.is_relative_to(home) or home.is_relative_to(failed)
