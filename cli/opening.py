"""Opening what a command works with and finding whom it is for, or saying what must be set up first."""

from collections.abc import Callable
from typing import TypeVar

import click

from cli.configuring import find_wrong_address
from flows.workplace import SetupError
from loaders.providers import ProviderError, check_ukprn, find_provider
from records.database import Database
from records.tables import Provider
from settings import Settings

T = TypeVar("T")


def open_or_refuse(opening: Callable[[Settings], T]) -> T:
    """Open the database or the workplace, or end with exit status 2 and what to do."""
    settings = Settings()
    for wrong in find_wrong_address(settings):
        raise click.UsageError(wrong)
    try:
        return opening(settings)
    except SetupError as refused:
        raise click.UsageError(str(refused)) from None


def find_provider_or_refuse(database: Database, ukprn: str) -> Provider:
    """Find the provider that --ukprn names, or end with exit status 2 and how to register it."""
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
