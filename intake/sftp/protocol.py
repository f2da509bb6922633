"""SFTP on one channel: which requests are answered at all, how large they may be, and what a client that goes leaves.

Narrows asyncssh's own protocol: version 3 only, no links, no copying on the server, no looking at the disk. The rest
is refused as unsupported before anything of it is read.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncssh
from asyncssh.constants import (
    FX_FAILURE,
    FX_PERMISSION_DENIED,
    FXP_CLOSE,
    FXP_FSETSTAT,
    FXP_FSTAT,
    FXP_LSTAT,
    FXP_MKDIR,
    FXP_OPEN,
    FXP_OPENDIR,
    FXP_READ,
    FXP_READDIR,
    FXP_READLINK,
    FXP_REALPATH,
    FXP_REMOVE,
    FXP_RENAME,
    FXP_RMDIR,
    FXP_SETSTAT,
    FXP_STAT,
    FXP_STATUS,
    FXP_SYMLINK,
    FXP_WRITE,
)
from asyncssh.packet import SSHPacket
from asyncssh.sftp import SFTPLimits, SFTPServerHandler

from intake.sftp.limits import HANDLE_LIMIT, NOTE_LIMIT, PACKET_BYTES, READ_BYTES
from intake.sftp.served_files import ServedFiles

ANSWERED: tuple[int | bytes, ...] = (
    FXP_OPEN,
    FXP_CLOSE,
    FXP_READ,
    FXP_WRITE,
    FXP_LSTAT,
    FXP_FSTAT,
    FXP_SETSTAT,
    FXP_FSETSTAT,
    FXP_OPENDIR,
    FXP_READDIR,
    FXP_REMOVE,
    FXP_MKDIR,
    FXP_RMDIR,
    FXP_REALPATH,
    FXP_STAT,
    FXP_RENAME,
    FXP_READLINK,
    FXP_SYMLINK,
    b"posix-rename@openssh.com",
    b"fsync@openssh.com",
    b"limits@openssh.com",
)
TOO_MANY_OPEN = f"Too many files are open at once: at most {HANDLE_LIMIT}. Close some first."
VERSION = 3


class SftpProtocol(SFTPServerHandler):
    """One SFTP session.

    Args:
        files: what the client may work with.
        reader: from the client.
        writer: to the client.
        notes: to the client's standard error, for clients that show it, else None: OpenSSH's own shows a refusal's
            code ("Failure") and not its reason.
        has_acted: called at each request.
    """

    _extensions = [  # noqa: RUF012 (asyncssh's own name and type)
        (b"posix-rename@openssh.com", b"1"),
        (b"fsync@openssh.com", b"1"),
        (b"limits@openssh.com", b"1"),
    ]

    def __init__(
        self,
        files: ServedFiles,
        reader: asyncssh.SSHReader[bytes],
        writer: asyncssh.SSHWriter[bytes],
        *,
        notes: asyncssh.SSHWriter[bytes] | None,
        has_acted: Callable[[], None],
    ) -> None:
        super().__init__(files, reader, writer, VERSION)
        self._files, self._notes, self._has_acted = files, notes, has_acted
        self._noted: set[bytes] = set()

    async def recv_packet(self) -> SSHPacket:
        """Receive a request that is not too large."""
        if self._reader is None:
            raise EOFError
        size = int.from_bytes(await self._reader.readexactly(4), "big")
        if not 0 < size <= PACKET_BYTES:
            raise asyncssh.SFTPBadMessage("The request is too large.")
        return SSHPacket(await self._reader.readexactly(size))

    async def _process_packet(self, pkttype: int, pktid: int, packet: SSHPacket) -> None:
        self._has_acted()
        await super()._process_packet(pkttype, pktid, packet)
        if self._writer:
            try:
                await self._writer.drain()  # who does not read the answers gets no more of them
            except (OSError, asyncssh.Error):
                return  # gone; what it had sent before is still worked through, so that no whole file is lost

    def send_packet(self, pkttype: int, pktid: int | None, *args: bytes) -> None:
        """Send an answer, and a refusal's reason in words beside it."""
        super().send_packet(pkttype, pktid, *args)
        if pkttype == FXP_STATUS and self._notes and len(args) > 1:
            answer = SSHPacket(args[1])
            code, reason = answer.get_uint32(), answer.get_string()
            is_news = reason not in self._noted and len(self._noted) < NOTE_LIMIT
            if code in (FX_FAILURE, FX_PERMISSION_DENIED) and is_news and not self._notes.channel.is_closing():
                self._noted.add(reason)
                self._notes.write(reason + b"\r\n")

    async def _process_open(self, packet: SSHPacket) -> bytes:
        self._refuse_too_many()
        return await super()._process_open(packet)

    async def _process_opendir(self, packet: SSHPacket) -> bytes:
        path = packet.get_string()
        packet.check_end()
        self._refuse_too_many()
        names = await self._files.list_folder(path)
        handle = self._get_next_handle()
        self._dir_handles[handle] = names
        return handle

    def _refuse_too_many(self) -> None:
        if len(self._file_handles) + len(self._dir_handles) >= HANDLE_LIMIT:
            raise asyncssh.SFTPFailure(TOO_MANY_OPEN)

    async def _process_limits(self, packet: SSHPacket) -> SFTPLimits:
        packet.check_end()
        return SFTPLimits(PACKET_BYTES, READ_BYTES, READ_BYTES, HANDLE_LIMIT)

    async def _cleanup(self, exc: Exception | None) -> None:
        left_open, self._file_handles = list(self._file_handles.values()), {}
        for file in left_open:
            await self._files.break_off(file)
        if self._writer and isinstance(self._writer.channel, asyncssh.SSHServerChannel):
            self._writer.channel.exit(0)  # without a status, scp reports a failure of its own
        await super()._cleanup(exc)

    async def run(self) -> None:
        """Answer until the client goes; break off what it left open, however this ends."""
        try:
            await super().run()
        finally:
            for file in list(self._file_handles.values()):
                await self._files.break_off(file)


def _answer(name: str) -> Callable[[Any, SSHPacket], Awaitable[object]]:
    async def answer(protocol: SftpProtocol, packet: SSHPacket) -> object:
        return await getattr(protocol, name)(packet)

    answer.__name__ = name  # asyncssh names what is not supported by it
    return answer


SftpProtocol._packet_handlers = {kind: _answer(SFTPServerHandler._packet_handlers[kind].__name__) for kind in ANSWERED}  # type: ignore[union-attr]
