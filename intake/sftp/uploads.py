"""A file on its way in: hidden until the client has closed it, then under its name at once, whole.

What breaks off is kept hidden for a day, as far as it came without gaps, so that the client can go on with it. Nobody
else ever takes it for a file: its name begins with a dot and ends in `.part`.
"""

import errno
import hashlib
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

import asyncssh

from intake.sftp.provider_folder import find_plain, is_taken
from intake.sftp.waiting import Waiting

NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
MODE = 0o660
HIDDEN_START, HIDDEN_END = b".upload-", b".part"
GAP_LIMIT = 256  # pieces written ahead that are remembered

GONE = "This upload is over: it was refused, or its connection was given up. Send the file again."
DISK_FULL = "The disk is full on our side. Nothing of this file was kept. Try again later."
NOT_WRITTEN = "The file could not be written on our side. Nothing of it was kept. Try again later."
THERE_ALREADY = "There is a file of this name already."


def name_kept(name: bytes) -> bytes:
    """Return the hidden name under which a broken-off upload of this file is kept."""
    return HIDDEN_START + _digest(name) + b".kept" + HIDDEN_END


def _digest(name: bytes) -> bytes:
    return hashlib.sha256(name).hexdigest()[:32].encode()


class Upload:
    """One upload, open. Its methods may be called from any thread; the first of finish, break off and refuse counts.

    Args:
        folder: descriptor of the provider's folder; closed with the upload.
        name: that the file is to have.
        waiting: what waits in that folder.
        is_new_only: whether a file of this name must not be replaced.
        is_appending: whether every write goes to the end.
    """

    def __init__(
        self, folder: int, name: bytes, waiting: Waiting, *, is_new_only: bool = False, is_appending: bool = False
    ) -> None:
        self.name, self._folder, self._waiting = name, folder, waiting
        self._is_new_only, self._is_appending = is_new_only, is_appending
        self.hidden_name = HIDDEN_START + _digest(name) + b"." + secrets.token_hex(8).encode() + HIDDEN_END
        self._lock = Lock()
        self._descriptor: int | None = None
        self._refusal = GONE
        self._is_changed = True
        self._is_copy = False
        self.size = self._whole_bytes = self.received_bytes = 0
        self._ahead: dict[int, int] = {}

    def begin(self) -> None:
        """Begin with an empty file.

        Raises:
            OSError: it can't be made.
            asyncssh.SFTPFailure: the folder is too full.
        """
        try:
            self._waiting.begin(self._folder, self.hidden_name)
            self._descriptor = os.open(self.hidden_name, NEW, MODE, dir_fd=self._folder)
        except BaseException:
            self._waiting.end(self.hidden_name, 0)
            os.close(self._folder)
            raise

    def go_on_with_kept(self) -> None:
        """Go on where an earlier upload of this file broke off; `begin` comes before it."""
        os.rename(name_kept(self.name), self.hidden_name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        flags = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor, empty = os.open(self.hidden_name, flags, dir_fd=self._folder), self._descriptor
        self._descriptor = descriptor
        if empty is not None:
            os.close(empty)
        self._start_from(os.fstat(descriptor).st_size)

    def go_on_with_copy(self, source: int) -> None:
        """Start from a copy of a whole file, which stays as it is until the upload is finished."""
        target = self._open()
        size = os.fstat(source).st_size
        self._waiting.grow(self.hidden_name, size)
        done = 0
        while piece := os.pread(source, 2**20, done):
            done += os.pwrite(target, piece, done)
        self._start_from(done)
        self._is_changed, self._is_copy = False, True

    def _start_from(self, size: int) -> None:
        self.size = self._whole_bytes = size
        self._waiting.grow(self.hidden_name, size)

    def read(self, offset: int, size: int) -> bytes:
        """Read what was written so far."""
        with self._lock:
            return os.pread(self._open(), size, offset)

    def look(self) -> os.stat_result:
        """Return size and times."""
        with self._lock:
            return os.fstat(self._open())

    def write(self, offset: int, data: bytes) -> None:
        """Write a piece, in any order.

        Raises:
            asyncssh.SFTPFailure: the file is too large, the folder or disk full. Nothing of the upload is kept then.
        """
        with self._lock:
            descriptor = self._open()
            offset = self.size if self._is_appending else offset
            self._guard(lambda: self._write(descriptor, offset, data), offset + len(data))
            self.received_bytes += len(data)

    def _write(self, descriptor: int, offset: int, data: bytes) -> None:
        done = 0
        while done < len(data):
            done += os.pwrite(descriptor, data[done:], offset + done)
        end = offset + len(data)
        self.size = max(self.size, end)
        if offset > self._whole_bytes:
            if len(self._ahead) < GAP_LIMIT:
                self._ahead[offset] = max(end, self._ahead.get(offset, 0))
            return
        self._whole_bytes = max(self._whole_bytes, end)
        for start in sorted(self._ahead):
            if start > self._whole_bytes:
                break
            self._whole_bytes = max(self._whole_bytes, self._ahead.pop(start))

    def resize(self, size: int) -> None:
        """Cut the file off, or fill it up, at a size.

        Raises:
            asyncssh.SFTPFailure: as for `write`.
        """
        with self._lock:
            descriptor = self._open()
            self._guard(lambda: os.ftruncate(descriptor, size), size)
            self.size, self._whole_bytes = size, min(self._whole_bytes, size)
            self._ahead.clear()

    def sync(self) -> None:
        """Have everything that was written put on the disk."""
        with self._lock:
            descriptor = self._open()
            self._guard(lambda: os.fsync(descriptor), self.size)

    def finish(self) -> bool:
        """Give the file its name, whole and on the disk; say whether there was anything new to it.

        Raises:
            asyncssh.SFTPFailure: it was refused or broken off before, or this could not be done; nothing is kept then.
        """
        with self._lock:
            descriptor = self._open()
            if not self._is_changed:
                self._end(lying_bytes=0)
                return False
            self._guard(lambda: os.fsync(descriptor), self.size)
            with self._waiting.lock:
                if self._is_new_only and is_taken(self._folder, self.name):
                    raise self._refuse(THERE_ALREADY)
                self._guard(self._give_name, self.size)
            self._end(lying_bytes=self.size, is_moved=True)
            return True

    def _give_name(self) -> None:
        os.replace(self.hidden_name, self.name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        os.fsync(self._folder)
        forget_kept(self._folder, self.name)

    def break_off(self) -> bool:
        """End an upload that the client did not close; what came is kept. Says whether it was still open."""
        with self._lock:
            if self._descriptor is None:
                return False
            kept_bytes = 0 if self._is_copy else self._whole_bytes
            is_moved = False
            if kept_bytes:
                with suppress(OSError):
                    os.ftruncate(self._descriptor, kept_bytes)
                    os.rename(self.hidden_name, name_kept(self.name), src_dir_fd=self._folder, dst_dir_fd=self._folder)
                    is_moved = True
            self._end(lying_bytes=kept_bytes if is_moved else 0, is_moved=is_moved)
            return True

    def discard(self) -> None:
        """End the upload and keep nothing of it."""
        with self._lock:
            if self._descriptor is not None:
                self._end(lying_bytes=0)

    def _open(self) -> int:
        if self._descriptor is None:
            raise asyncssh.SFTPFailure(self._refusal)
        return self._descriptor

    def _guard(self, work: Callable[[], object], size: int) -> None:
        """Do what makes the file this large, or refuse the whole upload."""
        try:
            self._waiting.grow(self.hidden_name, size if size > self.size else self.size)
            work()
        except asyncssh.SFTPError as refused:
            raise self._refuse(refused.reason) from None
        except OverflowError:
            raise self._refuse(NOT_WRITTEN) from None
        except OSError as fault:
            is_full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
            raise self._refuse(DISK_FULL if is_full else NOT_WRITTEN) from None
        self._is_changed = True

    def _refuse(self, reason: str) -> asyncssh.SFTPFailure:
        self._refusal = reason
        self._end(lying_bytes=0)
        return asyncssh.SFTPFailure(reason)

    def _end(self, *, lying_bytes: int, is_moved: bool = False) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)
        if not is_moved:
            with suppress(OSError):
                os.unlink(self.hidden_name, dir_fd=self._folder)
        self._waiting.end(self.hidden_name, lying_bytes)
        os.close(self._folder)


def find_kept(folder: int, name: bytes) -> os.stat_result | None:
    """Look at what is kept of a broken-off upload of this file."""
    return find_plain(folder, name_kept(name))


def forget_kept(folder: int, name: bytes) -> bool:
    """Remove what is kept of a broken-off upload of this file; say whether there was anything."""
    try:
        os.unlink(name_kept(name), dir_fd=folder)
    except FileNotFoundError:
        return False
    return True
