"""A drop location on a remote SFTP server.

SFTP knows no way to open a folder without following links, so folders are looked at before they are used; who may swap
them in between already rules that server. Owns the operations; `remote_connection` owns getting there.
"""

import errno
import secrets
import stat
import tempfile
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO

import asyncssh

from intake.locations.addresses import DropLocation, RemoteAccess
from intake.locations.remote_connection import RemoteConnection
from intake.locations.trees import FILE, FOLDER, LINK, PART_ENDING, SPECIAL, Entry, Glance

CHUNK_BYTES = 2**20
LISTED_LIMIT = 100_000  # names in one folder, beyond which a server that never ends its list is given up
KINDS = {stat.S_IFREG: FILE, stat.S_IFDIR: FOLDER, stat.S_IFLNK: LINK}
KINDS_BY_TYPE = {
    asyncssh.FILEXFER_TYPE_REGULAR: FILE,
    asyncssh.FILEXFER_TYPE_DIRECTORY: FOLDER,
    asyncssh.FILEXFER_TYPE_SYMLINK: LINK,
}


class RemoteTree:
    """The folders below one folder of an SFTP server.

    Args:
        location: where it is.
        access: how to sign in.
    """

    def __init__(self, location: DropLocation, access: RemoteAccess) -> None:
        self.root = location.path
        self.connection = RemoteConnection(location, access)

    def glance(self, names: Container[str]) -> Glance:
        """Look over the root: one listing brings the folders' times along."""
        glance = Glance({}, [])
        for entry in self.list():
            if entry.name in names and entry.kind == FOLDER:
                glance.folder_times[entry.name] = entry.modified_ns
            else:
                glance.others.append(entry)
        return glance

    def list(self, *place: str) -> list[Entry]:
        """Return what is in a folder. A name that would lead out of it is left out."""

        async def read(sftp: asyncssh.SFTPClient) -> list[Entry]:
            found: list[Entry] = []
            async for name in sftp.scandir(self._path(place)):
                found.append(_describe(str(name.filename), name.attrs))
                if len(found) > LISTED_LIMIT:
                    raise OSError(errno.E2BIG, "More files than can be listed")
            return found

        self._require_folders(place)
        entries = self.connection.run(read)
        return [entry for entry in entries if entry.name not in ("", ".", "..") and "/" not in entry.name]

    def look(self, *place: str) -> Entry:
        """Return what is at a place."""

        async def look(sftp: asyncssh.SFTPClient) -> Entry:
            return _describe(place[-1], await sftp.lstat(self._path(place)))

        return self.connection.run(look)

    def make_folder(self, *place: str) -> None:
        """Make one folder unless something of that name is there."""
        with suppress(FileNotFoundError):
            self.look(*place)
            return
        try:
            self._ask(lambda sftp: sftp.mkdir(self._path(place)))
        except FileNotFoundError:
            raise
        except OSError:
            self.look(*place)  # somebody else may have made it just now

    def rename(self, source: tuple[str, ...], target: tuple[str, ...]) -> None:
        """Move a file or folder at one stroke."""

        async def rename(sftp: asyncssh.SFTPClient) -> None:
            try:
                await sftp.posix_rename(self._path(source), self._path(target))
            except asyncssh.SFTPOpUnsupported:
                await sftp.rename(self._path(source), self._path(target))

        self.connection.run(rename)

    def remove_file(self, *place: str) -> None:
        """Remove a file, or a link itself."""
        self._ask(lambda sftp: sftp.remove(self._path(place)))

    def remove_folder(self, *place: str) -> None:
        """Remove an empty folder."""
        self._ask(lambda sftp: sftp.rmdir(self._path(place)))

    @contextmanager
    def open(self, *place: str) -> Iterator["RemoteFile"]:
        """Open a plain file for reading."""
        if self.look(*place).kind != FILE:
            raise OSError(errno.EINVAL, "Not a plain file")
        file = self._ask(lambda sftp: sftp.open(self._path(place), "rb", encoding=None))
        try:
            yield RemoteFile(self.connection, file)
        finally:
            with suppress(OSError):
                self._ask(lambda _: file.close())

    def is_being_written(self, *_place: str) -> bool | None:
        """SFTP can't tell."""
        return None

    def write(self, place: tuple[str, ...], write: Callable[[BinaryIO], object]) -> None:
        """Write a file here, send it under a temporary name, then rename it."""
        self._require_folders(place[:-1])
        part = (*place[:-1], f".{place[-1]}.{secrets.token_hex(8)}{PART_ENDING}")
        with tempfile.TemporaryFile() as made:
            write(made)
            made.seek(0)
            try:
                self._send(made, part)
                self._put_in_place(part, place)
            except OSError:
                with suppress(OSError):
                    self.remove_file(*part)
                raise

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _send(self, made: BinaryIO, place: tuple[str, ...]) -> None:
        file = self._ask(lambda sftp: sftp.open(self._path(place), "xb", encoding=None))
        try:
            while chunk := made.read(CHUNK_BYTES):
                self._ask(lambda _, chunk=chunk: file.write(chunk))  # type: ignore[misc]
        finally:
            self._ask(lambda _: file.close())

    def _put_in_place(self, part: tuple[str, ...], place: tuple[str, ...]) -> None:
        async def put(sftp: asyncssh.SFTPClient) -> None:
            try:
                await sftp.posix_rename(self._path(part), self._path(place))
            except asyncssh.SFTPOpUnsupported:  # such a server's own rename replaces nothing
                with suppress(asyncssh.SFTPNoSuchFile):
                    await sftp.remove(self._path(place))
                await sftp.rename(self._path(part), self._path(place))

        self.connection.run(put)

    def _require_folders(self, place: tuple[str, ...]) -> None:
        for length in range(1, len(place) + 1):
            if self.look(*place[:length]).kind != FOLDER:
                raise NotADirectoryError(errno.ENOTDIR, "Not a folder")

    def _ask(self, request: Callable[[asyncssh.SFTPClient], Any]) -> Any:
        async def ask(sftp: asyncssh.SFTPClient) -> Any:
            return await request(sftp)

        return self.connection.run(ask)

    def _path(self, place: tuple[str, ...]) -> str:
        return "/".join((self.root.rstrip("/"), *place)) or "/"


class RemoteFile:
    """A file of the server, open for reading."""

    def __init__(self, connection: RemoteConnection, file: asyncssh.SFTPClientFile) -> None:
        self._connection, self._file = connection, file

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at its end."""

        async def read(_: asyncssh.SFTPClient) -> bytes:
            return bytes(await self._file.read(size))  # type: ignore[arg-type]

        return self._connection.run(read)

    def look(self) -> Entry:
        """Return how the open file stands now."""

        async def look(_: asyncssh.SFTPClient) -> Entry:
            return _describe("", await self._file.stat())

        return self._connection.run(look)


def _describe(name: str, attributes: asyncssh.SFTPAttrs) -> Entry:
    mode = attributes.permissions
    kind = KINDS.get(stat.S_IFMT(mode)) if mode else None
    kind = kind or KINDS_BY_TYPE.get(attributes.type, SPECIAL)
    modified_ns = int(attributes.mtime or 0) * 10**9 + int(attributes.mtime_ns or 0)
    return Entry(name, kind, attributes.size or 0, modified_ns)
