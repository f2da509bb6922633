"""What each SFTP request does, within one provider's two folders. File work runs in threads; none of it blocks others.

Every request that is not answered here is refused by `protocol`, whatever asyncssh would do with it.
"""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncssh
from asyncssh import FXF_APPEND, FXF_CREAT, FXF_TRUNC, FXF_WRITE, SFTPAttrs, SFTPName

from intake.sftp.folder_changes import look_at, remove_file, rename_file
from intake.sftp.limits import READ_BYTES
from intake.sftp.names import NO_FOLDERS, OUTCOMES_NAME, READ_ONLY, find_new_place, find_place, resolve
from intake.sftp.opening import NOT_A_FILE, FetchedFile, open_for_reading, open_for_writing
from intake.sftp.provider_folder import ProviderFolder, list_files
from intake.sftp.session_record import SessionCounts
from intake.sftp.uploads import Upload
from intake.sftp.waiting import Waiting

WRITING = FXF_WRITE | FXF_APPEND | FXF_CREAT | FXF_TRUNC
LARGEST_OFFSET = 2**62
NO_LINKS = "Links can't be made here."
NO_RESIZING = "A file's size can't be changed here. Send the file again."

OpenFile = Upload | FetchedFile


class ServedFiles(asyncssh.SFTPServer):
    """One provider's files, for one session.

    Args:
        chan: the session's channel.
        folder: the provider's.
        waiting: what waits in that folder.
        counts: where what is done is counted.
    """

    def __init__(
        self, chan: asyncssh.SSHServerChannel[bytes], folder: ProviderFolder, waiting: Waiting, counts: SessionCounts
    ) -> None:
        super().__init__(chan)
        self._folder, self._waiting, self._counts = folder, waiting, counts

    async def open(self, path: bytes, pflags: int, attrs: SFTPAttrs) -> OpenFile:
        """Open a file for reading, or begin an upload."""
        if pflags & WRITING:
            name = find_new_place(path)
            return await asyncio.to_thread(open_for_writing, self._folder, name, pflags, self._waiting)
        place = find_place(path)
        if place.is_folder:
            raise asyncssh.SFTPFailure("This is a folder.")
        return await asyncio.to_thread(open_for_reading, self._folder, place.name, is_in_outcomes=place.is_in_outcomes)

    async def close(self, file_obj: object) -> None:
        """Close a file at the client's wish: what was uploaded appears."""
        if isinstance(file_obj, Upload):
            if await asyncio.to_thread(file_obj.finish):
                self._counts.received_count += 1
                self._counts.received_bytes += file_obj.received_bytes
        elif isinstance(file_obj, FetchedFile):
            file_obj.close()
            self._counts.fetched_count += 1
            self._counts.fetched_bytes += file_obj.sent_bytes

    async def break_off(self, file_obj: object) -> None:
        """Close a file that the client left open when it went."""
        if isinstance(file_obj, Upload):
            self._counts.broken_off_count += await asyncio.to_thread(file_obj.break_off)
        elif isinstance(file_obj, FetchedFile):
            file_obj.close()
            self._counts.fetched_bytes += file_obj.sent_bytes

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Read a piece of a file; empty at its end."""
        if offset > LARGEST_OFFSET:
            return b""
        return await asyncio.to_thread(_opened(file_obj).read, offset, min(size, READ_BYTES))

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Write a piece of an upload."""
        await asyncio.to_thread(_uploading(file_obj).write, offset, data)
        return len(data)

    async def fsync(self, file_obj: object) -> None:
        """Put what was written on the disk."""
        await asyncio.to_thread(_uploading(file_obj).sync)

    async def lstat(self, path: bytes) -> SFTPAttrs:
        """Describe a file or folder."""
        place = find_place(path)
        if place.is_folder:
            return await asyncio.to_thread(self._look_at_folder, is_outcomes=place.is_in_outcomes)
        status = await asyncio.to_thread(look_at, self._folder, place.name, is_in_outcomes=place.is_in_outcomes)
        return describe_file(status, is_read_only=place.is_in_outcomes)

    stat = lstat  # there are no links to follow

    async def fstat(self, file_obj: object) -> SFTPAttrs:
        """Describe an open file."""
        status = await asyncio.to_thread(_opened(file_obj).look)
        return describe_file(status, is_read_only=isinstance(file_obj, FetchedFile))

    async def setstat(self, path: bytes, attrs: SFTPAttrs) -> None:
        """Take times and permissions of a waiting file without a word: clients send them along. They change nothing."""
        name = find_new_place(path)
        await asyncio.to_thread(look_at, self._folder, name, is_in_outcomes=False)
        if attrs.size is not None:
            raise asyncssh.SFTPPermissionDenied(NO_RESIZING)

    async def fsetstat(self, file_obj: object, attrs: SFTPAttrs) -> None:
        """Change the size of an upload; take the rest without a word."""
        upload = _uploading(file_obj)
        if attrs.size is not None:
            await asyncio.to_thread(upload.resize, attrs.size)

    async def list_folder(self, path: bytes) -> AsyncIterator[SFTPName]:
        """List a folder.

        Raises:
            asyncssh.SFTPError: it is none.
        """
        place = find_place(path)
        if not place.is_folder:
            raise asyncssh.SFTPNoSuchFile(NO_FOLDERS)
        return _give(await asyncio.to_thread(self._list, is_outcomes=place.is_in_outcomes))

    async def remove(self, path: bytes) -> None:
        """Take back a file that waits."""
        await self._change(remove_file, find_new_place(path))
        self._counts.removed_count += 1

    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename a file that waits, to a name that is free."""
        await self._change(rename_file, find_new_place(oldpath), find_new_place(newpath), is_replacing=False)

    async def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Rename a file that waits, in place of another."""
        await self._change(rename_file, find_new_place(oldpath), find_new_place(newpath), is_replacing=True)

    async def mkdir(self, path: bytes, attrs: SFTPAttrs) -> None:
        """Refuse: files are dropped right into the folder, so a folder would only hide them from being taken up."""
        raise asyncssh.SFTPPermissionDenied(READ_ONLY if find_place(path).is_in_outcomes else NO_FOLDERS)

    async def rmdir(self, path: bytes) -> None:
        """Refuse: the only folder is ours."""
        raise asyncssh.SFTPPermissionDenied(READ_ONLY if find_place(path).is_in_outcomes else NO_FOLDERS)

    async def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        """Refuse."""
        raise asyncssh.SFTPPermissionDenied(NO_LINKS)

    async def readlink(self, path: bytes) -> bytes:
        """Refuse: no link is ever shown."""
        find_place(path)
        raise asyncssh.SFTPPermissionDenied(NOT_A_FILE)

    def realpath(self, path: bytes) -> bytes:
        """Return the path that is meant, below `/`, whether or not it is there."""
        return resolve(path)

    def format_user(self, uid: int | None) -> str:
        """Show the provider in long lists, and no account of this machine."""
        return self._folder.ukprn

    def format_group(self, gid: int | None) -> str:
        """Show the provider here too."""
        return self._folder.ukprn

    async def _change(self, change: Callable[..., None], *names: bytes, **chosen: bool) -> None:
        await asyncio.to_thread(change, self._folder, *names, self._waiting, **chosen)

    def _look_at_folder(self, *, is_outcomes: bool) -> SFTPAttrs:
        with self._folder.open(is_outcomes=is_outcomes) as opened:
            return describe_folder(os.fstat(opened), is_read_only=is_outcomes)

    def _list(self, *, is_outcomes: bool) -> list[SFTPName]:
        with self._folder.open(is_outcomes=is_outcomes) as opened:
            status = os.fstat(opened)
            names = [
                SFTPName(file.name, attrs=describe_file(file.status, is_read_only=is_outcomes))
                for file in list_files(opened)
            ]
        shown = [b".", b".."] if is_outcomes else [b".", b"..", OUTCOMES_NAME]
        folders = [
            SFTPName(name, attrs=describe_folder(status, is_read_only=is_outcomes or name == OUTCOMES_NAME))
            for name in shown
        ]
        return folders + names


def _opened(file_obj: object) -> OpenFile:
    if not isinstance(file_obj, Upload | FetchedFile):
        raise TypeError("not one of our files")
    return file_obj


def _uploading(file_obj: object) -> Upload:
    if not isinstance(file_obj, Upload):
        raise asyncssh.SFTPPermissionDenied("The file is open for reading only.")
    return file_obj


def describe_file(status: os.stat_result, *, is_read_only: bool) -> SFTPAttrs:
    """Return what a client is told of a file: size and times, and permissions as they are here."""
    return _describe(status, stat.S_IFREG | (0o444 if is_read_only else 0o644), size=status.st_size)


def describe_folder(status: os.stat_result, *, is_read_only: bool) -> SFTPAttrs:
    """Return what a client is told of a folder."""
    return _describe(status, stat.S_IFDIR | (0o555 if is_read_only else 0o755), size=0)


def _describe(status: os.stat_result, permissions: int, **more: Any) -> SFTPAttrs:
    return SFTPAttrs(permissions=permissions, nlink=1, atime=int(status.st_atime), mtime=int(status.st_mtime), **more)


async def _give(names: list[SFTPName]) -> AsyncIterator[SFTPName]:
    for name in names:
        yield name
