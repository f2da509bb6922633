"""Opening what a command works with, or saying what must be set up first."""

from collections.abc import Callable
from typing import TypeVar

import click

from flows.workplace import SetupError
from settings import Settings

T = TypeVar("T")


def open_or_refuse(opening: Callable[[Settings], T]) -> T:
    """Open the database or the workplace, or end with exit status 2 and what to do."""
    try:
        return opening(Settings())
    except SetupError as refused:
        raise click.UsageError(str(refused)) from None
