"""One connection: signing in as a provider, and then SFTP and nothing else."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import asyncssh
from sqlalchemy.exc import SQLAlchemyError

from intake.sftp.accounts import Account, find_account, is_password
from intake.sftp.connections import Connections
from intake.sftp.guessing import GuessingGuard
from intake.sftp.limits import CHANNEL_LIMIT, KEY_TRY_LIMIT, PASSWORD_TRY_LIMIT, USER_NAME_LIMIT
from intake.sftp.provider_folder import ProviderFolder
from intake.sftp.session import SftpSession
from intake.sftp.session_record import SessionRecord
from intake.sftp.trail import Trail
from records.database import Database

logger = logging.getLogger("learner_imports")

NO_DATABASE = "Accounts can't be looked up just now. Try again in a minute."
TOO_MANY_TRIES = "Too many tries. Connect again."
TOO_MANY_CONNECTIONS = "This account has as many connections as it may. Close one of them first."
BREATHER_SECONDS = 2.0  # before a try is refused unheard


class ServerRoom(NamedTuple):
    """What all connections of a server share."""

    database: Database
    drop_folder: Path
    connections: Connections
    guard: GuessingGuard
    trail: Trail
    now: Callable[[], datetime]
    password_turns: asyncio.Semaphore  # each look at a password takes memory


class Proof(NamedTuple):
    """What a connection signs in with: `key` or `password`, its fingerprint or hash, the credential's id."""

    method: str
    text: str
    credential_id: int


class ProviderConnection(asyncssh.SSHServer):
    """A connection, from its first byte to its last.

    Args:
        room: what it shares with the others.
    """

    def __init__(self, room: ServerRoom) -> None:
        self._room = room
        self._connection: asyncssh.SSHServerConnection | None = None
        self.address = ""
        self.began = self.acted_at = monotonic()
        self.record: SessionRecord | None = None
        self._account: Account | None = None
        self._user_name = ""
        self._proof: Proof | None = None
        self._name_count = self._password_count = self._key_count = self._channel_count = 0
        self._ended_by = ""

    @property
    def is_signed_in(self) -> bool:
        """Whether it has signed in."""
        return self.record is not None

    @property
    def signed_in_as(self) -> str | None:
        """The UKPRN that it has signed in as."""
        return self.record.ukprn if self.record else None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Take it in, or close it when there are too many."""
        self._connection = conn
        self.address = str((conn.get_extra_info("peername") or ("unknown",))[0])
        if not self._room.connections.admit(self):
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note its end in the audit trail."""
        self._room.connections.leave(self)
        if self.record:
            self.record.ended_by = self._ended_by or "client"
            self.record.duration_seconds = round(monotonic() - self.began, 1)
            self._room.trail.note(self.record)
        elif self._password_count or self._key_count:
            account = self._account
            self._room.trail.note_refusal(
                self.address, account.ukprn if account else None, account.provider_id if account else None
            )
        self._connection = None

    def drop(self) -> None:
        """Close it at once, without a word."""
        if self._connection:
            self._connection.abort()

    def end(self, ended_by: str, message: str, *, code: int = asyncssh.DISC_BY_APPLICATION) -> None:
        """Close it and say why."""
        self._ended_by = self._ended_by or ended_by
        if self._connection:
            self._connection.disconnect(code, message)

    def has_acted(self) -> None:
        """Note that it is not idle."""
        self.acted_at = monotonic()

    async def begin_auth(self, username: str) -> bool:
        """Look the account up. Always asks for a sign-in: asyncssh would let in whoever need not."""
        self._name_count += 1
        self._account, self._proof, self._user_name = None, None, username
        if self._name_count > USER_NAME_LIMIT:
            self._refuse_tries()
            return True
        try:
            self._account = await asyncio.to_thread(find_account, self._room.database, username)
        except SQLAlchemyError as fault:
            logger.warning("sftp: accounts can't be looked up: %s", type(fault).__name__)
            self.end("", NO_DATABASE, code=asyncssh.DISC_SERVICE_NOT_AVAILABLE)
        return True

    def public_key_auth_supported(self) -> bool:
        """Keys are taken, of every account alike."""
        return True

    def password_auth_supported(self) -> bool:
        """Passwords are asked for, of every account alike."""
        return True

    async def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Say whether a key belongs to the account. asyncssh has the signature verified after that."""
        self._key_count += 1
        if self._key_count > KEY_TRY_LIMIT:
            self._refuse_tries()
            return False
        fingerprint = key.get_fingerprint("sha256")
        credential_id = self._account.key_ids.get(fingerprint) if self._account else None
        self._proof = Proof("key", fingerprint, credential_id) if credential_id is not None else None
        return credential_id is not None

    async def validate_password(self, username: str, password: str) -> bool:
        """Say whether this is the account's password, as late as guessing earns it."""
        self._password_count += 1
        self._proof = None
        if self._password_count > PASSWORD_TRY_LIMIT:
            self._refuse_tries()
            return False
        guard, account = self._room.guard, self._account
        pause = guard.ask(self.address, username)
        await asyncio.sleep(BREATHER_SECONDS if pause is None else pause)
        if pause is None or not self._connection:
            return False
        async with self._room.password_turns:
            is_right = await asyncio.to_thread(is_password, account, password)
        if not is_right or account is None or account.password is None or account is not self._account:
            guard.note_failure(self.address, username)
            return False
        guard.note_success(self.address, username)
        self._proof = Proof("password", account.password.text, account.password.credential_id)
        return True

    def _refuse_tries(self) -> None:
        self.end("", TOO_MANY_TRIES, code=asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE)

    async def auth_completed(self) -> None:
        """Begin the session in the audit trail, unless the account has too many connections."""
        account, proof, connections = self._account, self._proof, self._room.connections
        if account is None or proof is None:  # never: asyncssh comes here after one of the two above said yes
            self.drop()
            return
        is_full = connections.is_full_for(account.ukprn)
        self.record = SessionRecord(
            ukprn=account.ukprn,
            provider_id=account.provider_id,
            credential_id=proof.credential_id,
            method=proof.method,
            proof=proof.text,
            address=self.address,
            began_at=self._room.now(),
        )
        self.has_acted()
        if is_full:
            self.end("too many connections", TOO_MANY_CONNECTIONS, code=asyncssh.DISC_TOO_MANY_CONNECTIONS)
            return
        self._room.trail.note(self.record)

    def session_requested(self) -> tuple[asyncssh.SSHServerChannel[bytes], SftpSession]:
        """Open a channel for SFTP."""
        if self.record is None or self._connection is None:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED, "Sign in first.")
        if self._channel_count >= CHANNEL_LIMIT:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_RESOURCE_SHORTAGE, "Too many sessions in one connection.")
        self._channel_count += 1
        session = SftpSession(
            ProviderFolder(self._room.drop_folder, self.record.ukprn),
            self._room.connections.find_waiting(self.record.ukprn),
            self.record.counts,
            has_acted=self.has_acted,
            has_ended=self._leave_channel,
        )
        return self._connection.create_server_channel(encoding=None), session

    def _leave_channel(self) -> None:
        self._channel_count -= 1
        if self.record and self.record.ended_by:
            self._room.trail.note(self.record)
