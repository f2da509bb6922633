"""A real SFTP server on loopback for the tests, in a thread of its own, and clients that sign in to it."""

import asyncio
import contextlib
import io
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import asyncssh
import paramiko
from sqlalchemy import select

from intake.sftp.limits import SftpLimits
from intake.sftp.server import SftpPlace, SftpServer
from loaders.sftp_credentials import add_key, set_password
from records.database import Database
from records.tables import AuditEvent, Provider, now

UKPRN, OTHER_UKPRN = "10001234", "10005678"
PASSWORD = "correct horse battery staple"
FILE = b"UKPRN,First name\n10001234,Canary\n"


@dataclass
class Served:
    """A running server, its folders, and keys that sign in."""

    place: SftpPlace
    key: asyncssh.SSHKey
    other_key: asyncssh.SSHKey
    port: int = 0
    since: datetime = field(default_factory=now)
    stop: Callable[[], object] = field(default=lambda: None)

    @property
    def folder(self) -> Path:
        """The provider's drop folder."""
        return self.place.drop_folder / UKPRN

    @property
    def outcomes(self) -> Path:
        """Its outcomes."""
        return self.folder / "outcomes"

    def listed(self) -> list[str]:
        """What lies in the provider's folder on disk, hidden names too."""
        return sorted(path.name for path in self.folder.iterdir() if path.name != "outcomes")

    def events(self, action: str = "sftp session") -> list[AuditEvent]:
        """Rows of the audit trail, oldest first."""
        with self.place.database.read() as session:
            chosen = select(AuditEvent).where(AuditEvent.action == action, AuditEvent.at >= self.since)
            return list(session.scalars(chosen.order_by(AuditEvent.id)))


def prepare(home: Path, database: Database, limits: SftpLimits) -> Served:
    """Register two providers with a key each, the first with a password too."""
    key, other_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    with database.write() as session:
        for ukprn, of in ((UKPRN, key), (OTHER_UKPRN, other_key)):
            session.add(Provider(ukprn=ukprn, name="Northfield"))
            session.flush()
            add_key(session, ukprn, of.export_public_key().decode())
        set_password(session, UKPRN, PASSWORD)
    return Served(SftpPlace(database, home / "drop", home / "host_key", "127.0.0.1", 0, limits, now), key, other_key)


@contextmanager
def running(served: Served) -> Iterator[Served]:
    """Run the server until the block ends."""
    is_listening, over = threading.Event(), asyncio.Event()
    faults: list[BaseException] = []

    async def work() -> None:
        loop = asyncio.get_running_loop()
        try:
            async with SftpServer(served.place) as server:
                served.port = server.port
                served.stop = lambda: loop.call_soon_threadsafe(over.set)
                is_listening.set()
                await server.look_after(over)
        except BaseException as fault:
            faults.append(fault)
            raise
        finally:
            is_listening.set()

    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    is_listening.wait(20)
    try:
        yield served
    finally:
        if thread.is_alive():
            with contextlib.suppress(RuntimeError):
                served.stop()
        thread.join(20)
        assert not thread.is_alive()
        assert faults == []


def to_paramiko(key: asyncssh.SSHKey) -> paramiko.PKey:
    """Give a key to paramiko."""
    return paramiko.Ed25519Key.from_private_key(io.StringIO(key.export_private_key().decode()))


@contextmanager
def transport(
    served: Served, *, user_name: str = UKPRN, key: asyncssh.SSHKey | None = None, password: str | None = None
) -> Iterator[paramiko.Transport]:
    """Sign in with paramiko: with the provider's key unless another or a password is given."""
    sock = socket.create_connection(("127.0.0.1", served.port), timeout=20)
    link = paramiko.Transport(sock)
    try:
        if password is None:
            link.connect(username=user_name, pkey=to_paramiko(key or served.key))
        else:
            link.connect(username=user_name, password=password)
        yield link
    finally:
        link.close()
        link.join(10)


@contextmanager
def client(served: Served, **signing_in: object) -> Iterator[paramiko.SFTPClient]:
    """Open an SFTP session with paramiko."""
    with transport(served, **signing_in) as link:  # type: ignore[arg-type]
        sftp = paramiko.SFTPClient.from_transport(link)
        assert sftp is not None
        yield sftp
        sftp.close()


def ask(sftp: paramiko.SFTPClient, *words: Any) -> tuple[int, paramiko.Message]:
    """Send a request that paramiko has no method for."""
    answer: tuple[int, paramiko.Message] = cast(Any, sftp)._request(*words)
    return answer


def put(sftp: paramiko.SFTPClient, name: str, content: bytes = FILE, mode: str = "w") -> None:
    """Write a file through one handle."""
    with sftp.open(name, mode) as file:
        file.set_pipelined(True)
        file.write(content)


def open_ssh(
    served: Served, folder: Path, batch: str, *, user_name: str = UKPRN, key: asyncssh.SSHKey | None = None
) -> subprocess.CompletedProcess[str]:
    """Run OpenSSH's own sftp with a batch of commands; the host key is checked."""
    identity, known = folder / "id", folder / "known_hosts"
    identity.unlink(missing_ok=True)
    identity.write_bytes((key or served.key).export_private_key())
    identity.chmod(0o600)
    host_key = asyncssh.read_private_key(served.place.host_key_file).export_public_key().decode()
    known.write_text(f"[127.0.0.1]:{served.port} {host_key}", encoding="utf-8")
    options = ["IdentitiesOnly=yes", "PreferredAuthentications=publickey", f"UserKnownHostsFile={known}"]
    words = [word for option in options for word in ("-o", option)]
    return subprocess.run(
        [
            "sftp",
            "-F",
            "none",
            "-q",
            "-b",
            "-",
            "-i",
            identity,
            "-P",
            str(served.port),
            *words,
            f"{user_name}@127.0.0.1",
        ],
        input=batch,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        check=False,
    )
