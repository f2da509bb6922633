"""How much waits in one provider's folder: what lies there, and what is on its way in all its sessions.

One object for each provider, shared by its sessions; also the lock under which names are given.
"""

import os
import stat
from contextlib import suppress
from threading import RLock

import asyncssh

from intake.sftp.limits import WAITING_FILE_LIMIT, SftpLimits
from intake.sftp.names import OUTCOMES_NAME

FULL = (
    "Your folder holds as much as it may. Nothing of this file was kept. Files are taken up within seconds; if it "
    "stays so, tell whoever runs this service."
)


class Waiting:
    """What waits in one folder.

    Args:
        limits: of a file and of the folder.
    """

    def __init__(self, limits: SftpLimits) -> None:
        self.lock = RLock()
        self.limits = limits
        self._lying_bytes = 0
        self._on_the_way: dict[bytes, int] = {}

    def begin(self, folder: int, name: bytes) -> None:
        """Note an upload under its hidden name, if there is room for one more.

        Raises:
            asyncssh.SFTPFailure: there is none.
        """
        with self.lock:
            lying_count, self._lying_bytes = _measure(folder, self._on_the_way)
            if lying_count + len(self._on_the_way) >= WAITING_FILE_LIMIT:
                raise asyncssh.SFTPFailure(FULL)
            self._on_the_way[name] = 0

    def grow(self, name: bytes, size: int) -> None:
        """Note the size of an upload before it is written.

        Raises:
            asyncssh.SFTPFailure: the file would be too large, or the folder too full.
        """
        if size > self.limits.file_bytes:
            raise asyncssh.SFTPFailure(describe_too_large(self.limits.file_bytes))
        with self.lock:
            others = sum(self._on_the_way.values()) - self._on_the_way.get(name, 0)
            if self._lying_bytes + others + size > self.limits.effective_waiting_bytes:
                raise asyncssh.SFTPFailure(FULL)
            self._on_the_way[name] = size

    def end(self, name: bytes, lying_bytes: int) -> None:
        """Forget an upload that ended and left that many bytes behind."""
        with self.lock:
            self._on_the_way.pop(name, None)
            self._lying_bytes += lying_bytes

    def is_on_the_way(self, name: bytes) -> bool:
        """Whether an upload under this hidden name goes on in this process."""
        with self.lock:
            return name in self._on_the_way


def describe_too_large(limit_bytes: int) -> str:
    """Say that a file is larger than the service takes."""
    shown = f"{limit_bytes / 2**20:,.0f} MB" if limit_bytes >= 2**20 else f"{limit_bytes:,} bytes"
    return f"The file is too large: at most {shown} are taken. Nothing of it was kept. Send it in smaller files."


def _measure(folder: int, on_the_way: dict[bytes, int]) -> tuple[int, int]:
    count = size = 0
    for name in map(os.fsencode, os.listdir(folder)):
        if name in on_the_way or name == OUTCOMES_NAME:
            continue
        with suppress(OSError):
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISREG(status.st_mode):
                count, size = count + 1, size + status.st_size
    return count, size
