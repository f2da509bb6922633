"""Sealing initial passwords so that the database alone does not give them away, and the key that does it.

Owns the sealed form and the key file. Does not make passwords and does not decide who may look at one.

The sealed form is one version byte, a nonce of 12 bytes, and AES-GCM's ciphertext with its tag of 16 bytes. It is bound
to the account: moved to another account's row it does not open.
"""

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


class SealError(Exception):
    """A sealed password does not open. Trying again can't help: the key or the account is another one."""


class KeyFileError(Exception):
    """The sealing key can't be used. Trying again can't help: someone must put it right. Never shows the key."""


class Sealer:
    """Seals and opens initial passwords under one key.

    A nonce is 96 random bits: even after four thousand million passwords under one key the odds that two ever shared
    one are below one in a thousand million.

    Args:
        key: 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise KeyFileError(f"the sealing key must have {KEY_BYTES} bytes")
        self._cipher = AESGCM(key)

    def seal(self, account_ids: Sequence[int], passwords: Sequence[str]) -> list[bytes]:
        """Seal each password for the account at the same place in `account_ids`."""
        nonces = os.urandom(NONCE_BYTES * len(passwords))
        encrypt = self._cipher.encrypt
        sealed = []
        for start, account_id, password in zip(range(0, len(nonces), NONCE_BYTES), account_ids, passwords, strict=True):
            nonce = nonces[start : start + NONCE_BYTES]
            sealed.append(VERSION + nonce + encrypt(nonce, password.encode(), _bind(account_id)))
        return sealed

    def open(self, account_id: int, sealed: bytes) -> str:
        """Return the password that was sealed for this account.

        Raises:
            SealError: it was sealed under another key or for another account, or is damaged.
        """
        nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        if sealed[:1] != VERSION or len(ciphertext) < TAG_BYTES:
            raise SealError(f"account {account_id}'s sealed password is not in a form this version knows")
        with suppress(InvalidTag):
            return self._cipher.decrypt(nonce, ciphertext, _bind(account_id)).decode()
        raise SealError(f"account {account_id}'s password was sealed under another key or for another account")


def _bind(account_id: int) -> bytes:
    return VERSION + b"initial password of account %d" % account_id


def parse_key(text: str) -> bytes:
    """Return the key that 64 hex digits stand for; white space around them is passed over.

    Raises:
        KeyFileError: it is anything else.
    """
    digits = text.strip()
    with suppress(ValueError):
        key = bytes.fromhex(digits)
        if len(key) == KEY_BYTES and len(digits) == 2 * KEY_BYTES:
            return key
    raise KeyFileError(f"the sealing key must be written as {2 * KEY_BYTES} hex digits")


def load_or_make_key(path: Path) -> bytes:
    """Return the key in this file; make the file first, for its owner only, when there is none.

    Processes that start at once end with the same key: each writes one of its own beside the file and links it to the
    name, which succeeds for the first only. A key that stands is never written over.

    Raises:
        KeyFileError: the file holds something else than a key.
        OSError: the file can't be read or made.
    """
    if not path.exists():
        _make_key(path)
    try:
        return parse_key(path.read_text(encoding="ascii", errors="replace"))
    except KeyFileError as error:
        raise KeyFileError(f"{path}: {error}. Restore it from a backup; passwords sealed under it need it") from None


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(own, path)
    finally:
        own.unlink()
