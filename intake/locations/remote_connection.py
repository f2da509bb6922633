"""The connection to a remote SFTP server: made when it is needed, kept, made anew with growing pauses when it broke.

Owns signing in, checking the server's host key, deadlines, and naming what went wrong without any file's name. Runs its
own event loop in a thread, so that any thread may ask, and one that waits for a dead server keeps nobody else.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as WaitedTooLongError
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, TypeVar

import asyncssh

from intake.locations.addresses import DropLocation, RemoteAccess
from intake.locations.trees import LocationAwayError

CONNECT_SECONDS = 15.0
REQUEST_SECONDS = 60.0  # for one request, or one piece of a file
KEEPALIVE_SECONDS = 15.0
CLOSE_SECONDS = 5.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 5.0, 300.0

T = TypeVar("T")

UNTRUSTED = (
    "shows a host key that is not the one in LEARNER_IMPORTS_DROP_SFTP_KNOWN_HOSTS, or none is there for it, so we did "
    "not sign in. Ask its operators for the key's fingerprint; if it is theirs, put the key in that file (ssh-keyscan "
    "shows it)"
)
NOT_LET_IN = (
    "does not let us sign in. Check user, LEARNER_IMPORTS_DROP_SFTP_KEY_FILE and LEARNER_IMPORTS_DROP_SFTP_PASSWORD"
)


class RemoteConnection:
    """One SFTP server, as one user.

    Args:
        location: whose host, port and user are used.
        access: how to sign in.
        clock: monotonic seconds.
    """

    def __init__(
        self, location: DropLocation, access: RemoteAccess, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        asyncssh.set_sftp_log_level("WARNING")  # below that it logs files' names
        self._location, self._access, self._clock = location, access, clock
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._connecting: asyncio.Lock | None = None
        self._ssh: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None
        self._pause, self._not_before, self._trouble = 0.0, 0.0, ""

    def run(self, work: Callable[[asyncssh.SFTPClient], Coroutine[Any, Any, T]]) -> T:
        """Do something with the server.

        Raises:
            FileNotFoundError: there is nothing of that name.
            PermissionError: the server does not let us.
            LocationAwayError: it does not answer, can't be trusted or does not let us in; asked again before the pause
                is over, it is not tried.
            OSError: it refuses for another reason.
        """
        task = asyncio.run_coroutine_threadsafe(self._run(work), self._running_loop())
        try:
            return task.result(CONNECT_SECONDS + REQUEST_SECONDS + 5)
        except WaitedTooLongError:
            task.cancel()
            raise LocationAwayError(f"{self._location.shown} does not answer") from None
        except CancelledError:
            raise LocationAwayError(f"{self._location.shown} was left") from None

    def close(self) -> None:
        """Close the connection and end the thread; whoever waits for an answer is told that there will be none."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop and thread:
            with suppress(Exception):
                asyncio.run_coroutine_threadsafe(self._drop(), loop).result(CLOSE_SECONDS)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(CLOSE_SECONDS)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop, self._connecting = asyncio.new_event_loop(), asyncio.Lock()
                self._thread = Thread(target=_serve, args=(self._loop,), name="remote drop location", daemon=True)
                self._thread.start()
            return self._loop

    async def _run(self, work: Callable[[asyncssh.SFTPClient], Awaitable[T]]) -> T:
        sftp = await self._connected()
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                return await work(sftp)
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            raise FileNotFoundError(2, "No such file or directory") from None
        except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect):
            raise PermissionError(13, "Permission denied") from None
        except (
            asyncssh.SFTPConnectionLost,
            asyncssh.SFTPNoConnection,
            asyncssh.DisconnectError,
            TimeoutError,
        ) as fault:
            await self._drop()
            raise self._give_up("broke the connection or does not answer", fault) from None
        except asyncssh.SFTPError as fault:  # its text may hold a file's name
            raise OSError(5, f"The server refuses: {type(fault).__name__}") from None

    async def _connected(self) -> asyncssh.SFTPClient:
        assert self._connecting  # noqa: S101 - made with the loop that this runs in
        async with self._connecting:
            if self._sftp and self._ssh and not self._ssh.is_closed():
                return self._sftp
            if self._clock() < self._not_before:
                raise LocationAwayError(self._trouble)
            await self._drop()
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    await self._connect()
            except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed) as fault:
                raise self._give_up(UNTRUSTED, fault) from None
            except asyncssh.PermissionDenied as fault:
                raise self._give_up(NOT_LET_IN, fault) from None
            except (OSError, asyncssh.Error, asyncssh.KeyImportError, TimeoutError) as fault:
                await self._drop()
                raise self._give_up("can't be reached", fault) from None
            assert self._sftp  # noqa: S101 - _connect has just made it
            self._pause = 0.0
            return self._sftp

    async def _connect(self) -> None:
        location, access = self._location, self._access
        self._ssh = await asyncssh.connect(
            location.host or "",
            location.port,
            username=location.user,
            password=access.password or None,
            client_keys=[str(access.key_file)] if access.key_file else None,
            known_hosts=str(access.known_hosts),
            config=None,  # nothing of whoever runs this: no ~/.ssh/config, no agent
            agent_path=None,
            keepalive_interval=KEEPALIVE_SECONDS,
        )
        # Names may be any bytes; this way each comes back as it went.
        self._sftp = await self._ssh.start_sftp_client(path_encoding="utf-8", path_errors="surrogateescape")

    async def _drop(self) -> None:
        ssh, self._ssh, self._sftp = self._ssh, None, None
        if ssh:
            ssh.abort()
            with suppress(Exception):
                async with asyncio.timeout(2):
                    await ssh.wait_closed()

    def _give_up(self, what: str, fault: BaseException) -> LocationAwayError:
        self._pause = min(max(FIRST_PAUSE_SECONDS, 2 * self._pause), LONGEST_PAUSE_SECONDS)
        self._not_before = self._clock() + self._pause
        self._trouble = f"{what} ({type(fault).__name__})"
        return LocationAwayError(self._trouble)


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        loop.run_until_complete(_end_what_runs())
        loop.run_until_complete(loop.shutdown_asyncgens())  # one more turn: transports close a turn after their tasks
    finally:
        loop.close()


async def _end_what_runs() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
