"""Keys and passwords of the SFTP server: adding, listing and removing them, each change in the audit trail.

A key may belong to several providers: a vendor that serves many schools signs in as each of them with its one key. A
provider has one password at most. Does not sign anyone in.
"""

import os
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy import select
from sqlalchemy.orm import Session

from loaders.passwords import make_passwords
from loaders.providers import find_registered
from records.tables import AuditEvent, Provider, SftpCredential

LEAST_RSA_BITS = 2048
LEAST_PASSWORD_LENGTH, PASSWORD_LENGTH_LIMIT = 12, 128
COMMENT_LIMIT = 200
MEMORY_KIB, ITERATIONS, LANES = 19456, 2, 1  # OWASP's argon2id; intake.sftp.accounts has a hash of the same cost
KEY_TYPES = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")
PRIVATE_MARKS = ("PRIVATE KEY", "PuTTY-User-Key-File", "Private-Lines")

PRIVATE = (
    "This is a private key. It must never leave the machine of whoever signs in with it: give the public one, the file "
    "that ends in .pub. If it was sent to you, have a new pair made."
)
NO_KEY = (
    'This is no public key. Give one line such as "ssh-ed25519 AAAA... name", or the file that ssh-keygen or PuTTYgen '
    "wrote."
)


class CredentialError(ValueError):
    """A key or password can't be taken or found as asked; the text says what to do."""


class PublicKey(NamedTuple):
    """A public key in OpenSSH's form, without its comment, and its SHA-256 fingerprint."""

    text: str
    fingerprint: str
    comment: str


class ListedCredential(NamedTuple):
    """A credential as it is shown: whose, of which kind, and when it was last used."""

    ukprn: str
    credential: SftpCredential


def add_key(session: Session, ukprn: str, text: str, *, comment: str = "") -> tuple[SftpCredential, bool]:
    """Let a key sign in as a provider. The same key twice is harmless.

    Args:
        session: in a transaction.
        ukprn: a registered provider.
        text: the public key, as OpenSSH or PuTTYgen write it.
        comment: whose it is; by default the key's own.

    Returns:
        The credential, and whether it is new.

    Raises:
        ProviderError: the provider is not registered.
        CredentialError: it is no public key that is taken.
    """
    provider, key = find_registered(session, ukprn), parse_public_key(text)
    chosen = select(SftpCredential).where(
        SftpCredential.provider_id == provider.id, SftpCredential.fingerprint == key.fingerprint
    )
    known = session.scalars(chosen).one_or_none()
    shown = _clean(comment or key.comment)
    if known is not None:
        known.comment = _clean(comment) or known.comment
        return known, False
    credential = SftpCredential(
        provider_id=provider.id, kind="key", fingerprint=key.fingerprint, public_key=key.text, comment=shown
    )
    session.add(credential)
    _note(session, "sftp key added", provider, fingerprint=key.fingerprint, comment=shown)
    session.flush()
    return credential, True


def parse_public_key(text: str) -> PublicKey:
    """Read a public key.

    Raises:
        CredentialError: it is none, is private, or is of a kind or size that is not taken.
    """
    import asyncssh

    if any(mark in text for mark in PRIVATE_MARKS):
        raise CredentialError(PRIVATE)
    text = text.strip().lstrip("\ufeff")
    if "BEGIN" not in text and len(text.splitlines()) > 1:
        raise CredentialError("There is more than one line. Add one key at a time, each on one line.")
    try:
        key = asyncssh.import_public_key(text)
        algorithm = key.get_algorithm()
    except (asyncssh.KeyImportError, ValueError):
        raise CredentialError(NO_KEY) from None
    if algorithm not in KEY_TYPES:
        raise CredentialError("Keys of this kind are not taken. Make one with: ssh-keygen -t ed25519")
    if isinstance(key.pyca_key, RSAPublicKey) and key.pyca_key.key_size < LEAST_RSA_BITS:
        raise CredentialError(f"RSA keys need {LEAST_RSA_BITS} bits at least. Make one with: ssh-keygen -t ed25519")
    exported = " ".join(key.export_public_key("openssh").decode().split()[:2])
    return PublicKey(exported, key.get_fingerprint("sha256"), _clean(key.get_comment() or ""))


def list_credentials(session: Session, *, kind: str, ukprn: str | None = None) -> list[ListedCredential]:
    """List credentials of one kind (`key` or `password`), of one provider or of all, by provider and age."""
    chosen = (
        select(Provider.ukprn, SftpCredential)
        .join(Provider, Provider.id == SftpCredential.provider_id)
        .where(SftpCredential.kind == kind)
        .order_by(Provider.ukprn, SftpCredential.id)
    )
    if ukprn is not None:
        chosen = chosen.where(SftpCredential.provider_id == find_registered(session, ukprn).id)
    return [ListedCredential(*row) for row in session.execute(chosen)]


def remove_key(session: Session, ukprn: str, fingerprint: str) -> str:
    """Take a key from a provider, and return its whole fingerprint. Sessions opened with it end within seconds.

    Args:
        session: in a transaction.
        ukprn: a registered provider.
        fingerprint: as it is listed; its first eight characters will do, with or without `SHA256:`.

    Raises:
        ProviderError: the provider is not registered.
        CredentialError: it has no such key, or several that begin so.
    """
    provider = find_registered(session, ukprn)
    start = f"SHA256:{fingerprint.strip().removeprefix('SHA256:').rstrip('=')}"
    found = [
        credential
        for _, credential in list_credentials(session, kind="key", ukprn=ukprn)
        if (credential.fingerprint or "").startswith(start) and len(start) >= len("SHA256:") + 8
    ]
    if not found:
        raise CredentialError(
            f"This provider has no such key. See them: learner-imports providers sftp-key list {ukprn}"
        )
    if len(found) > 1:
        raise CredentialError("More than one key begins so. Give the whole fingerprint.")
    whole = found[0].fingerprint or ""
    session.delete(found[0])
    _note(session, "sftp key removed", provider, fingerprint=whole)
    session.flush()
    return whole


def set_password(session: Session, ukprn: str, password: str) -> None:
    """Let a password sign in as a provider, in place of the one it had.

    Raises:
        ProviderError: the provider is not registered.
        CredentialError: it is too short or holds characters that clients send in different ways.
    """
    provider = find_registered(session, ukprn)
    check_password(password)
    _remove_passwords(session, provider)
    hashed = Argon2id(
        salt=os.urandom(16), length=32, iterations=ITERATIONS, lanes=LANES, memory_cost=MEMORY_KIB
    ).derive_phc_encoded(password.encode())
    session.add(SftpCredential(provider_id=provider.id, kind="password", password_hash=hashed))
    _note(session, "sftp password set", provider)
    session.flush()


def remove_password(session: Session, ukprn: str) -> bool:
    """Take a provider's password away; say whether it had one.

    Raises:
        ProviderError: the provider is not registered.
    """
    provider = find_registered(session, ukprn)
    had_one = _remove_passwords(session, provider)
    if had_one:
        _note(session, "sftp password removed", provider)
        session.flush()
    return had_one


def check_password(password: str) -> None:
    """Refuse a password that is easy to guess or hard to send.

    Raises:
        CredentialError: it is one.
    """
    if not password.isascii() or not password.isprintable() or password != password.strip():
        raise CredentialError("Use only letters, digits, symbols and inner spaces that every keyboard has.")
    if not LEAST_PASSWORD_LENGTH <= len(password) <= PASSWORD_LENGTH_LIMIT or len(set(password)) < 5:
        raise CredentialError(
            f"The password needs {LEAST_PASSWORD_LENGTH} to {PASSWORD_LENGTH_LIMIT} characters, at least 5 of them "
            "different."
        )


def make_password() -> str:
    """Make a password of 88 bits that can be read out: letters and digits in six groups."""
    return "-".join(make_passwords(2))


def _remove_passwords(session: Session, provider: Provider) -> bool:
    chosen = select(SftpCredential).where(SftpCredential.provider_id == provider.id, SftpCredential.kind == "password")
    found = list(session.scalars(chosen))
    for credential in found:
        session.delete(credential)
    session.flush()
    return bool(found)


def _clean(comment: str) -> str:
    return " ".join("".join(sign for sign in comment if sign.isprintable()).split())[:COMMENT_LIMIT]


def _note(session: Session, action: str, provider: Provider, **details: str) -> None:
    session.add(AuditEvent(action=action, actor="command line", provider_id=provider.id, details=details))
