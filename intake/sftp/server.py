"""Running the SFTP server: listening, looking after its connections, and stopping so that nothing is left half done."""

import asyncio
import logging
import resource
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import asyncssh

from intake.sftp.accounts import find_still_valid
from intake.sftp.algorithms import ALGORITHMS
from intake.sftp.connection import ProviderConnection, ServerRoom
from intake.sftp.connections import Connections
from intake.sftp.guessing import GuessingGuard
from intake.sftp.host_key import load_or_make_host_key
from intake.sftp.leftovers import clear_leftovers
from intake.sftp.limits import PARTIAL_SECONDS, SftpLimits
from intake.sftp.trail import Trail
from records.beats import BEAT_SECONDS, beat, end_beats
from records.database import Database

logger = logging.getLogger("learner_imports")

PART = "sftp"
THREAD_COUNT = 16
PASSWORDS_AT_ONCE = 2
DESCRIPTOR_COUNT = 8192
KEEPALIVE_SECONDS = 20  # a client whose machine is gone is noticed after three of them
TENDING_SECONDS = 1.0
CLEARING_SECONDS = 3600.0
STOPPING_SECONDS = 5.0


class SftpPlace(NamedTuple):
    """Where a server listens and what it works with."""

    database: Database
    drop_folder: Path
    host_key_file: Path
    host: str
    port: int
    limits: SftpLimits
    now: Callable[[], datetime]


def run_sftp_server(place: SftpPlace) -> None:
    """Run the server until SIGTERM or SIGINT.

    Raises:
        intake.sftp.host_key.HostKeyError: the host key can't be used.
        OSError: the address can't be listened on.
    """
    asyncssh.set_log_level(logging.ERROR)  # its logs name files and users
    _raise_descriptor_limit()
    asyncio.run(_run(place))


async def _run(place: SftpPlace) -> None:
    is_over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, is_over.set)
    async with SftpServer(place) as server:
        await server.look_after(is_over)


class SftpServer:
    """A server that listens while its block runs.

    Args:
        place: where, and what it works with.
    """

    def __init__(self, place: SftpPlace) -> None:
        self._place = place
        connections = Connections(place.limits, time.monotonic)
        trail = Trail(place.database, now=place.now, clock=time.monotonic)
        self._room = ServerRoom(
            place.database,
            place.drop_folder,
            connections,
            GuessingGuard(time.monotonic),
            trail,
            place.now,
            asyncio.Semaphore(PASSWORDS_AT_ONCE),
        )
        self._listener: asyncssh.SSHAcceptor | None = None

    async def __aenter__(self) -> "SftpServer":
        """Begin to listen."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREAD_COUNT, "sftp"))
        place = self._place
        key = load_or_make_host_key(place.host_key_file)
        self._listener = await asyncssh.listen(
            place.host,
            place.port,
            server_factory=lambda: ProviderConnection(self._room),
            server_host_keys=[key],
            server_version="LearnerImports",
            login_timeout=place.limits.login_seconds,
            keepalive_interval=KEEPALIVE_SECONDS,
            kbdint_auth=False,
            gss_host=None,
            allow_pty=False,
            allow_scp=False,
            line_editor=False,
            agent_forwarding=False,
            x11_forwarding=False,
            backlog=256,
            encoding=None,
            **ALGORITHMS,
        )
        logger.info("sftp: listens on %s, host key %s", self.address, key.get_fingerprint("sha256"))
        return self

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._listener.get_port() if self._listener else self._place.port

    @property
    def address(self) -> str:
        """Host and port, for people."""
        host = self._place.host
        return f"{f'[{host}]' if ':' in host else host}:{self.port}"

    async def look_after(self, is_over: asyncio.Event) -> None:
        """Close what is idle or no longer allowed, give signs of life, write the audit trail, clear leftovers."""
        idle_seconds = self._place.limits.idle_seconds
        pause = min(TENDING_SECONDS, max(0.1, idle_seconds / 4))
        beaten_at = cleared_at = -CLEARING_SECONDS
        while not is_over.is_set():
            now = time.monotonic()
            self._end_idle(now - idle_seconds)
            await asyncio.to_thread(self._room.trail.write)
            if now - beaten_at >= BEAT_SECONDS:
                beaten_at = now
                await self._beat()
            if now - cleared_at >= CLEARING_SECONDS:
                cleared_at = now
                await asyncio.to_thread(self._clear)
            with suppress(TimeoutError):
                await asyncio.wait_for(is_over.wait(), pause)

    def _end_idle(self, before: float) -> None:
        for connection in self._room.connections:
            if connection.is_signed_in and connection.acted_at < before:
                connection.end("idle", "Nothing was done for a while. Connect again when there is something.")

    async def _beat(self) -> None:
        place = self._place
        await asyncio.to_thread(beat, place.database, PART, now=place.now(), address=self.address)
        records = {connection: connection.record for connection in self._room.connections if connection.record}
        if not records:
            return
        try:
            ids = {record.credential_id for record in records.values()}
            valid = await asyncio.to_thread(find_still_valid, place.database, ids)
        except Exception as fault:  # the database is away for a moment: who is in stays in
            logger.warning("sftp: credentials can't be looked up: %s", type(fault).__name__)
            return
        for connection, record in records.items():
            if (record.credential_id, record.proof) not in valid:
                connection.end("credential removed", "This key or password is no longer taken.")

    def _clear(self) -> None:
        before = time.time() - PARTIAL_SECONDS
        count = clear_leftovers(
            self._place.drop_folder,
            before=before,
            is_live=lambda ukprn, name: self._room.connections.find_waiting(ukprn).is_on_the_way(name),
        )
        if count:
            logger.info("sftp: %s broken-off uploads cleared away", count)

    async def __aexit__(self, *_fault: object) -> None:
        """Stop: uploads in progress end as broken off, sessions are noted, the sign of life is taken back."""
        if self._listener:
            self._listener.close()
        for connection in self._room.connections:
            connection.end("stopped", "The service stops. Connect again in a minute.")
        deadline = time.monotonic() + STOPPING_SECONDS
        while time.monotonic() < deadline and (len(self._room.connections) or len(asyncio.all_tasks()) > 1):
            await asyncio.sleep(0.02)
        await asyncio.to_thread(self._room.trail.write, is_last=True)
        await asyncio.to_thread(end_beats, self._place.database, PART)


def _raise_descriptor_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTOR_COUNT if hard == resource.RLIM_INFINITY else min(DESCRIPTOR_COUNT, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
