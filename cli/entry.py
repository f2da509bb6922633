"""The command's entry: which command is where, imported only when it is called, and faults as messages."""

import importlib
import json
import sys
from typing import Any

import click

COMMANDS = {  # command: the module that holds it
    "check": "cli.files",
    "import": "cli.files",
    "template": "cli.templates",
    "db": "cli.registers",
    "providers": "cli.registers",
    "users": "cli.registers",
    "up": "cli.running",
    "collect": "cli.parts",
    "web": "cli.parts",
    "sftp": "cli.sftp",
    "prefect": "cli.parts",
    "deploy": "cli.parts",
    "healthy": "cli.health",
    "status": "cli.operating",
    "imports": "cli.operating",
}

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

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command, or return None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command: Any = importlib.import_module(COMMANDS[cmd_name]).COMMANDS[cmd_name]
        return command  # type: ignore[no-any-return]


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="learner-imports")
@click.pass_context
def cli(context: click.Context) -> None:
    """Take a provider's spreadsheet of learners: load them all, or say which cell is wrong.

    Settings are environment variables that begin with LEARNER_IMPORTS_; data lives in LEARNER_IMPORTS_HOME
    (by default the folder var).
    """
    from cli.configuring import read_settings

    settings = read_settings()
    if context.obj is PROCESS:
        from records.logs import log_uncaught, set_up_logging

        set_up_logging(level=settings.log_level, log_format=settings.log_format)
        log_uncaught()


def main() -> None:
    """Run the command line and end the process with its exit status."""
    try:
        cli(prog_name="learner-imports", obj=PROCESS)
    except Exception as fault:
        from flows.processing import describe_fault

        click.echo(explain_fault(fault, describe_fault(fault)), err=True)
        if "--json" in sys.argv:
            click.echo(json.dumps(FAILED))
        sys.exit(3)


def explain_fault(fault: Exception, described: str) -> str:
    """Say what went wrong by our fault, without the exception's text, which may hold learners' values."""
    if type(fault).__name__ == "OperationalError":
        return (
            f"The database does not answer ({described}). See that it runs and that LEARNER_IMPORTS_DATABASE_URL and "
            "LEARNER_IMPORTS_HOME are right, then try again."
        )
    return f"Something went wrong on our side ({described}). Nothing was loaded. Try again, and report it if it stays."
