"""Who may sign in: a provider's account by its UKPRN, its keys, and its password against the hash that is kept.

Reads the database; every call may block, so callers use threads. Says nothing of which part of a sign-in was wrong.
"""

import re
from collections.abc import Collection
from typing import NamedTuple

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy import select

from records.database import Database
from records.tables import Provider, SftpCredential

UKPRN = re.compile(r"[1-9][0-9]{7}", re.ASCII)
PASSWORD_LIMIT = 1024
# Of a password that nobody has, at the cost of real ones: an unknown account takes as long to refuse as a known one.
NOBODYS_HASH = "$argon2id$v=19$m=19456,t=2,p=1$Ks33FMNaCY9EuWvAAYhdvw$jrqWVLyNYHhKr9WSY4gzdS+mvQ3oCoBr2+0ShVYrmUo"


class PasswordHash(NamedTuple):
    """A credential's id and the PHC string that it keeps."""

    credential_id: int
    text: str


class Account(NamedTuple):
    """A provider that may sign in: the ids of its credentials by key fingerprint, and its password's hash."""

    provider_id: int
    ukprn: str
    key_ids: dict[str, int]
    password: PasswordHash | None


def find_account(database: Database, user_name: str) -> Account | None:
    """Return the account of a registered provider, or None.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the database does not answer; trying again later helps.
    """
    if not UKPRN.fullmatch(user_name):
        return None
    chosen = (
        select(Provider.id, SftpCredential.id, SftpCredential.fingerprint, SftpCredential.password_hash)
        .outerjoin(SftpCredential, SftpCredential.provider_id == Provider.id)
        .where(Provider.ukprn == user_name)
    )
    with database.read() as session:
        rows = session.execute(chosen).all()
    if not rows:
        return None
    keys = {fingerprint: id_ for _, id_, fingerprint, hash_ in rows if fingerprint and not hash_}
    passwords = [PasswordHash(id_, hash_) for _, id_, _, hash_ in rows if hash_]
    return Account(rows[0][0], user_name, keys, passwords[0] if passwords else None)


def find_still_valid(database: Database, credential_ids: Collection[int]) -> set[tuple[int, str | None]]:
    """Return which of these credentials there still are, each with its fingerprint or its password's hash."""
    columns = SftpCredential.id, SftpCredential.fingerprint, SftpCredential.password_hash
    with database.read() as session:
        rows = session.execute(select(*columns).where(SftpCredential.id.in_(credential_ids)))
        return {(id_, fingerprint or hash_) for id_, fingerprint, hash_ in rows}


def is_password(account: Account | None, password: str) -> bool:
    """Say whether this is the account's password. Takes the same time whether or not there is such an account."""
    hash_ = account.password if account else None
    given = password.encode()[:PASSWORD_LIMIT]
    try:
        Argon2id.verify_phc_encoded(given, hash_.text if hash_ else NOBODYS_HASH)
    except InvalidKey:
        return False
    return hash_ is not None
