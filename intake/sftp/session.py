"""One channel of a connection: the SFTP subsystem, and a refusal of everything else that SSH offers."""

import asyncio
import logging
from collections.abc import Callable

import asyncssh
from asyncssh.constants import EXTENDED_DATA_STDERR
from asyncssh.stream import SSHServerStreamSession

from intake.sftp.protocol import SftpProtocol
from intake.sftp.provider_folder import ProviderFolder
from intake.sftp.served_files import ServedFiles
from intake.sftp.session_record import SessionCounts
from intake.sftp.waiting import Waiting

logger = logging.getLogger("learner_imports")

SHOWS_NOTES = "OpenSSH"


class SftpSession(SSHServerStreamSession[bytes]):
    """A channel's session.

    Args:
        folder: the provider's.
        waiting: what waits in that folder.
        counts: where what is done is counted.
        has_acted: called at each request.
        has_ended: called when the channel is closed.
    """

    def __init__(
        self,
        folder: ProviderFolder,
        waiting: Waiting,
        counts: SessionCounts,
        *,
        has_acted: Callable[[], None],
        has_ended: Callable[[], None],
    ) -> None:
        super().__init__(None)
        self._folder, self._waiting, self._counts = folder, waiting, counts
        self._has_acted, self._has_ended = has_acted, has_ended
        self._is_serving = False

    def subsystem_requested(self, subsystem: str) -> bool:
        """Take `sftp` and no other. Shells and commands are refused by asyncssh's own session, which has none."""
        return subsystem == "sftp"

    def session_started(self) -> None:
        """Answer SFTP requests until the client goes."""
        chan, conn = self._chan, self._conn
        if chan is None or conn is None:
            return  # gone before it began
        reader, writer = asyncssh.SSHReader[bytes](self, chan), asyncssh.SSHWriter[bytes](self, chan)
        shows_notes = SHOWS_NOTES in str(chan.get_extra_info("client_version", ""))
        protocol = SftpProtocol(
            ServedFiles(chan, self._folder, self._waiting, self._counts),  # type: ignore[arg-type]
            reader,
            writer,
            notes=asyncssh.SSHWriter[bytes](self, chan, EXTENDED_DATA_STDERR) if shows_notes else None,
            has_acted=self._has_acted,
        )
        self._is_serving = True
        conn.create_task(self._serve(protocol), reader.logger)

    async def _serve(self, protocol: SftpProtocol) -> None:
        try:
            await asyncio.to_thread(self._make_folder)
            await protocol.run()
        finally:
            self._has_ended()  # only now is everything counted that the client left open

    def _make_folder(self) -> None:
        try:
            self._folder.make()
        except OSError as fault:  # every request is refused then, and says so
            logger.error("sftp: the drop folder of %s can't be opened: %s", self._folder.ukprn, type(fault).__name__)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count the channel as closed, if nothing was ever served on it."""
        super().connection_lost(exc)
        if not self._is_serving:
            self._has_ended()
