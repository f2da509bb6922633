"""Opening a file for a client: which file its flags mean, and what an upload starts from."""

import os

import asyncssh
from asyncssh import FXF_APPEND, FXF_CREAT, FXF_EXCL, FXF_TRUNC

from intake.sftp.names import NOT_HERE
from intake.sftp.provider_folder import ProviderFolder, find_plain, is_taken, open_plain
from intake.sftp.uploads import THERE_ALREADY, Upload, find_kept, forget_kept
from intake.sftp.waiting import Waiting

NOT_A_FILE = "What has this name here is not a file that can be opened."
SEND_WHOLE = "An upload of this file broke off while an older one still waits. Send the file whole, from its beginning."


class FetchedFile:
    """A file that a client reads."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor
        self.sent_bytes = 0

    def read(self, offset: int, size: int) -> bytes:
        """Read a piece; nothing beyond the end."""
        data = os.pread(self._open(), size, offset)
        self.sent_bytes += len(data)
        return data

    def look(self) -> os.stat_result:
        """Return size and times."""
        return os.fstat(self._open())

    def close(self) -> None:
        """Close it. Twice is harmless."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _open(self) -> int:
        if self._descriptor is None:
            raise asyncssh.SFTPFailure("The file is closed.")
        return self._descriptor


def open_for_reading(folder: ProviderFolder, name: bytes, *, is_in_outcomes: bool) -> FetchedFile:
    """Open a plain file of one of the two folders.

    Raises:
        asyncssh.SFTPError: there is none, or it is a link or special.
    """
    with folder.open(is_outcomes=is_in_outcomes) as opened:
        try:
            return FetchedFile(open_plain(opened, name))
        except FileNotFoundError:
            raise asyncssh.SFTPNoSuchFile(NOT_HERE) from None
        except OSError:
            raise asyncssh.SFTPPermissionDenied(NOT_A_FILE) from None


def open_for_writing(folder: ProviderFolder, name: bytes, flags: int, waiting: Waiting) -> Upload:
    """Begin an upload: anew, from what broke off before, or from the file that waits under this name.

    Args:
        folder: the provider's.
        name: one that a file may have.
        flags: of SFTP version 3.
        waiting: what waits in that folder.

    Raises:
        asyncssh.SFTPError: the file is not there though it must be, is there though it must not, is no file, or
            there is no room.
        OSError: the folder can't be written to.
    """
    opened = folder.open_descriptor()
    try:
        lying, kept = find_plain(opened, name), find_kept(opened, name)
        if lying is None and is_taken(opened, name):
            raise asyncssh.SFTPPermissionDenied(NOT_A_FILE)
        if flags & FXF_CREAT and flags & FXF_EXCL and lying:
            raise asyncssh.SFTPFailure(THERE_ALREADY)
        if not flags & FXF_CREAT and not lying and not kept:
            raise asyncssh.SFTPNoSuchFile(NOT_HERE)
        is_anew = bool(flags & (FXF_TRUNC | FXF_EXCL))
        if not is_anew and lying and kept and kept.st_mtime_ns > lying.st_mtime_ns:
            raise asyncssh.SFTPFailure(SEND_WHOLE)
    except BaseException:
        os.close(opened)
        raise
    upload = Upload(opened, name, waiting, is_new_only=bool(flags & FXF_EXCL), is_appending=bool(flags & FXF_APPEND))
    upload.begin()
    try:
        if is_anew:
            forget_kept(opened, name)
        elif lying:
            _copy_into(upload, opened, name)
        elif kept:
            upload.go_on_with_kept()
    except BaseException:
        upload.discard()
        raise
    return upload


def _copy_into(upload: Upload, folder: int, name: bytes) -> None:
    source = open_plain(folder, name)
    try:
        upload.go_on_with_copy(source)
    finally:
        os.close(source)
