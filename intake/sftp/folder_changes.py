"""What a client may change in its drop folder beside uploading: take back a file that waits, give it another name."""

import os

import asyncssh

from intake.sftp.names import NOT_HERE
from intake.sftp.opening import NOT_A_FILE
from intake.sftp.provider_folder import ProviderFolder, find_plain, is_taken
from intake.sftp.uploads import THERE_ALREADY, find_kept, forget_kept
from intake.sftp.waiting import Waiting


def remove_file(folder: ProviderFolder, name: bytes, waiting: Waiting) -> None:
    """Remove a file that waits, and what is kept of a broken-off upload of it.

    Raises:
        asyncssh.SFTPError: there is none, or it is no plain file.
        OSError: it can't be removed.
    """
    with folder.open() as opened, waiting.lock:
        had_kept = forget_kept(opened, name)
        if find_plain(opened, name) is not None:
            os.unlink(name, dir_fd=opened)
        elif is_taken(opened, name):
            raise asyncssh.SFTPPermissionDenied(NOT_A_FILE)
        elif not had_kept:
            raise asyncssh.SFTPNoSuchFile(NOT_HERE)


def rename_file(
    folder: ProviderFolder, old_name: bytes, new_name: bytes, waiting: Waiting, *, is_replacing: bool
) -> None:
    """Give a file that waits another name.

    Raises:
        asyncssh.SFTPError: there is none, it is no plain file, or the new name is taken.
        OSError: it can't be renamed.
    """
    with folder.open() as opened, waiting.lock:
        if find_plain(opened, old_name) is None:
            if is_taken(opened, old_name):
                raise asyncssh.SFTPPermissionDenied(NOT_A_FILE)
            raise asyncssh.SFTPNoSuchFile(NOT_HERE)
        if old_name == new_name:
            return
        if is_taken(opened, new_name):
            if not is_replacing:
                raise asyncssh.SFTPFailure(THERE_ALREADY)
            if find_plain(opened, new_name) is None:
                raise asyncssh.SFTPPermissionDenied(NOT_A_FILE)
        os.rename(old_name, new_name, src_dir_fd=opened, dst_dir_fd=opened)
        forget_kept(opened, new_name)


def look_at(folder: ProviderFolder, name: bytes, *, is_in_outcomes: bool) -> os.stat_result:
    """Return size and times of a file: of the whole one, else of what is kept of a broken-off upload.

    Raises:
        asyncssh.SFTPError: there is none, or it is no plain file.
    """
    with folder.open(is_outcomes=is_in_outcomes) as opened:
        if (found := find_plain(opened, name)) is not None:
            return found
        if is_taken(opened, name):
            raise asyncssh.SFTPPermissionDenied(NOT_A_FILE)
        if not is_in_outcomes and (kept := find_kept(opened, name)) is not None:
            return kept
    raise asyncssh.SFTPNoSuchFile(NOT_HERE)
