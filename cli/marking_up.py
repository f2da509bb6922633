"""The marked-up workbook by command: where it may be written, and writing it. An existing file is never replaced."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flows.single_file import FileOutcome

OPTION = "--marked-up"


def refuse_place(path: Path | None) -> None:
    """End with exit status 2 before any work when the workbook can't be written there."""
    if path is None:
        return
    if path.suffix.lower() != ".xlsx":
        raise click.BadParameter(
            "The marked-up workbook is an .xlsx: give it a name with that ending.", param_hint=OPTION
        )
    if path.exists() or path.is_symlink():
        raise click.BadParameter(f"{path} is there already. Give another name, or remove it.", param_hint=OPTION)
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise click.BadParameter(f"The folder {path.parent} is not there or can't be written to.", param_hint=OPTION)


def write_or_complain(path: Path, file: Path, outcome: "FileOutcome") -> bool:
    """Write the marked-up workbook when there is something to mark, and say whether it was written.

    A disk that is full must not hide what came of the file: that is only complained of.

    Args:
        path: where nothing stands yet.
        file: the provider's.
        outcome: what came of it.
    """
    if outcome.table is None or not outcome.findings:
        return False
    from schemas.marked_up import TooLargeToMarkError, write_marked_up

    try:
        output = path.open("xb")
    except OSError as fault:
        return _complain(fault.strerror)
    try:
        with output:
            write_marked_up(output, outcome.table, outcome.findings, file_name=file.name)
    except BaseException as fault:
        path.unlink(missing_ok=True)
        if isinstance(fault, OSError):
            return _complain(fault.strerror)
        if isinstance(fault, TooLargeToMarkError):
            return _complain("the sheet has too many cells; split the learners over several files")
        raise
    return True


def _complain(why: str | None) -> bool:
    click.echo(f"The marked-up workbook could not be written: {why}.", err=True)
    return False
