"""Clearing away what broken-off uploads left, once nobody will go on with them."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from intake.sftp.provider_folder import ProviderFolder
from intake.sftp.uploads import HIDDEN_END, HIDDEN_START


def clear_leftovers(drop_folder: Path, *, before: float, is_live: Callable[[str, bytes], bool]) -> int:
    """Remove hidden parts that were last written before a moment, and return how many.

    Args:
        drop_folder: that holds the providers' folders.
        before: seconds since 1970.
        is_live: tells whether an upload of a provider goes on under a hidden name.
    """
    count = 0
    with suppress(OSError):
        for entry in os.scandir(drop_folder):
            if entry.is_dir(follow_symlinks=False):
                with suppress(OSError), ProviderFolder(drop_folder, entry.name).open() as folder:
                    count += _clear(folder, before, lambda name, ukprn=entry.name: is_live(ukprn, name))  # type: ignore[misc]
    return count


def _clear(folder: int, before: float, is_live: Callable[[bytes], bool]) -> int:
    count = 0
    for name in map(os.fsencode, os.listdir(folder)):
        if name.startswith(HIDDEN_START) and name.endswith(HIDDEN_END) and not is_live(name):
            with suppress(OSError):
                if os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime < before:
                    os.unlink(name, dir_fd=folder)
                    count += 1
    return count
