"""Reading the settings for a command, or ending it as wrong usage with what each setting may be.

Owns the words for what is allowed. Never shows a setting's value: some are secret, and a typing slip can put a secret
under any name.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import click
from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo

from settings import PREFIX, Settings, WrongSettingError, find_secrets, is_loopback

KINDS: dict[object, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    Path: "a path",
    SecretStr: "a secret",
}
TEXTS = {  # what the pattern of a text means, by how the pattern begins
    "^$|^sqlite": "an address that begins with sqlite:/// or postgresql+psycopg://",
    "^$|^https?": "an address that begins with http:// or https://",
    "^$|^[0-9": "an IP address",
    "^[^": "one line of text",
}


def read_settings(environment: Mapping[str, str] = os.environ, *, checks_address: bool = True) -> Settings:
    """Read the settings, and warn on standard error of variables that are none, and of what is set but unsafe.

    Args:
        environment: the variables.
        checks_address: whether the database's address is looked at, which a command that is in a hurry does later.

    Raises:
        click.UsageError: settings that are not allowed, all of them in one message.
    """
    for warning in find_unknown(environment):
        click.echo(f"Warning: {warning}", err=True)  # another version's setting is no reason to stop a service
    wrong = []
    try:
        settings = Settings()
    except ValidationError as refused:
        wrong += [describe_error(error) for error in refused.errors(include_url=False, include_input=False)]
    except WrongSettingError as refused:
        wrong.append(str(refused))
    else:
        wrong += find_wrong_address(settings) if checks_address else []
    if wrong:
        raise click.UsageError("\n".join(wrong))
    for warning in find_unsafe(settings):
        click.echo(f"Warning: {warning}", err=True)
    return settings


def find_wrong_address(settings: Settings) -> list[str]:
    """Say that the database's address can't be read, such as one whose password holds an @ that is not written %40."""
    if not settings.database_url:
        return []
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        make_url(settings.database_url)
    except (ArgumentError, ValueError):
        variable = name_variable("database_url")
        return [f"{variable} can't be read. In user name and password write @ as %40, : as %3A, / as %2F."]
    return []


def find_unsafe(settings: Settings) -> list[str]:
    """Say that the mail password would go through the network in the clear."""
    is_tls = settings.smtp_tls or settings.smtp_starttls
    if is_tls or not settings.smtp_username or not settings.smtp_host or is_loopback(settings.smtp_host):
        return []
    starttls, tls = name_variable("smtp_starttls"), name_variable("smtp_tls")
    return [f"The mail password goes through the network in the clear. Set {starttls} or {tls} to true."]


def find_unknown(environment: Mapping[str, str]) -> list[str]:
    """Say of each variable with our prefix that no setting has its name, and which is nearest."""
    known = {name_variable(name) for name in Settings.model_fields}
    known |= {f"{name_variable(name)}_FILE" for name in find_secrets()}
    wrong = []
    for variable in sorted(environment):
        if variable.upper().startswith(PREFIX) and variable.upper() not in known:
            nearest = get_close_matches(variable.upper(), sorted(known), n=1, cutoff=0.75)
            advice = f"Did you mean {nearest[0]}?" if nearest else "docs/settings.md lists them all."
            wrong.append(f"{variable} is no setting. {advice}")
    return wrong


def name_variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"{PREFIX}{name.upper()}"


def describe_error(error: Mapping[str, Any]) -> str:
    """Say in one sentence what a setting must be."""
    if not error["loc"]:
        return str(error["ctx"]["error"])
    name = str(error["loc"][0])
    return f"{name_variable(name)} must be {describe_allowed(Settings.model_fields[name])}."


def describe_allowed(field: FieldInfo) -> str:
    """Say what a setting may be, such as "a whole number from 1 to 65535"."""
    if options := get_args(field.annotation):
        words = [option for option in options if isinstance(option, str)]
        return f"{', '.join(words[:-1])} or {words[-1]}" if words else "a path"
    kind = KINDS.get(field.annotation)
    if kind is None:
        patterns = [pattern for rule in field.metadata if (pattern := getattr(rule, "pattern", None))]
        return next(text for start, text in TEXTS.items() if patterns[0].startswith(start))
    limits = {
        name: getattr(rule, name) for rule in field.metadata for name in ("gt", "ge", "le") if hasattr(rule, name)
    }
    if "le" in limits:
        first = f"above {limits['gt']}, at most" if "gt" in limits else f"from {limits['ge']} to"
        return f"{kind} {first} {limits['le']}"
    return f"{kind} of at least {limits['ge']}" if "ge" in limits else kind
