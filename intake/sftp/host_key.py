"""The server's host key: made once, kept for good, readable by nobody else."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import asyncssh


class HostKeyError(Exception):
    """The host key's file is there and can't be used; the text says what to do. Trying again can't help."""


def load_or_make_host_key(path: Path) -> asyncssh.SSHKey:
    """Return the host key of a file, an ed25519 key that is made at the first start.

    Whichever of two processes that start at once has written it first: both use that one.

    Raises:
        HostKeyError: the file holds no private key, or can't be read or made.
    """
    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        return asyncssh.read_private_key(path)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, OSError) as fault:
        raise HostKeyError(
            f"The SFTP server's host key {path} can't be used ({type(fault).__name__}). Put the file back from a "
            "backup. If it is lost, remove it: a new one is made, and providers must be told its fingerprint."
        ) from None


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(asyncssh.generate_private_key("ssh-ed25519", comment="").export_private_key("openssh"))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(part, path)  # unlike a rename, never in place of a key that is there
    finally:
        part.unlink()
