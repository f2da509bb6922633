"""`providers sftp-key` and `providers sftp-password`: how a provider signs in to the built-in SFTP server."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cli.opening import open_or_refuse
from flows.workplace import open_database
from loaders.providers import ProviderError
from loaders.sftp_credentials import (
    CredentialError,
    add_key,
    list_credentials,
    make_password,
    remove_key,
    remove_password,
    set_password,
)

KEY_FILE_LIMIT_BYTES = 64 * 1024


@contextmanager
def _writing() -> Iterator[Session]:
    try:
        with open_or_refuse(open_database).write() as session:
            yield session
    except (CredentialError, ProviderError) as refused:
        raise click.UsageError(str(refused)) from None


@click.group("sftp-key")
def sftp_key() -> None:
    """Say which keys sign in to the SFTP server as a provider."""


@sftp_key.command("add")
@click.argument("ukprn")
@click.argument("key")
@click.option("--comment", default="", help="Whose key it is; by default the comment that the key bears.")
def key_add(ukprn: str, key: str, comment: str) -> None:
    """Let a public key sign in as the provider. KEY is a file, `-` for standard input, or the key's one line itself."""
    text = _read_key(key)
    with _writing() as session:
        credential, is_new = add_key(session, ukprn, text, comment=comment)
    click.echo(f"{credential.fingerprint} {'now signs' if is_new else 'already signs'} in as {ukprn}.")


def _read_key(key: str) -> str:
    if key == "-":
        return sys.stdin.read(KEY_FILE_LIMIT_BYTES)
    if " " in key.strip() and "AAAA" in key:
        return key
    try:
        with Path(key).open("rb") as file:
            return file.read(KEY_FILE_LIMIT_BYTES).decode("utf-8", "replace")
    except OSError:
        raise click.BadParameter(
            "There is no such file. Give the path of a public key (.pub), or the key's one line in quotation marks.",
            param_hint="KEY",
        ) from None


@sftp_key.command("list")
@click.argument("ukprn", required=False)
def key_list(ukprn: str | None) -> None:
    """List the keys of one provider, or of all."""
    with _writing() as session:
        listed = list_credentials(session, kind="key", ukprn=ukprn)
    for found, credential in listed:
        used = f"last used {credential.last_used_at:%Y-%m-%d}" if credential.last_used_at else "never used"
        kind = (credential.public_key or "").split(" ")[0]
        click.echo(f"{found}  {credential.fingerprint}  {kind}  {used}  {credential.comment}".rstrip())
    if not listed:
        click.echo("There are no keys.", err=True)


@sftp_key.command("remove")
@click.argument("ukprn")
@click.argument("fingerprint")
def key_remove(ukprn: str, fingerprint: str) -> None:
    """Take a key from the provider, by its fingerprint as listed. Sessions opened with it end within seconds."""
    with _writing() as session:
        whole = remove_key(session, ukprn, fingerprint)
    click.echo(f"{whole} no longer signs in as {ukprn}.")


@click.group("sftp-password")
def sftp_password() -> None:
    """Say which password signs in to the SFTP server as a provider."""


@sftp_password.command("set")
@click.argument("ukprn")
@click.option("--stdin", "is_given", is_flag=True, help="Read the password from standard input, one line.")
def password_set(ukprn: str, is_given: bool) -> None:
    """Make a password for the provider and show it this once, in place of the one it had."""
    password = sys.stdin.readline().rstrip("\r\n") if is_given else make_password()
    with _writing() as session:
        set_password(session, ukprn, password)
    if is_given:
        click.echo(f"The password of {ukprn} is set.")
    else:
        click.echo(f"The password of {ukprn} is shown this once:", err=True)
        click.echo(password)


@sftp_password.command("remove")
@click.argument("ukprn")
def password_remove(ukprn: str) -> None:
    """Take the provider's password away, so that only keys sign in."""
    with _writing() as session:
        had_one = remove_password(session, ukprn)
    click.echo(f"{ukprn} {'has no password any more' if had_one else 'had no password'}.")
