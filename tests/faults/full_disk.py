"""A small file system in memory that is filled to its last byte and emptied again. Mounting one needs root."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BALLAST = ".ballast"
CHUNK_BYTES = 4096


class SmallDisk:
    """A mounted file system of a few megabytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Leave no block free."""
        with (self.folder / BALLAST).open("ab", buffering=0) as file:
            try:
                while file.write(bytes(CHUNK_BYTES)) == CHUNK_BYTES:
                    continue
            except OSError:
                return

    def free(self) -> None:
        """Give back what `fill` took."""
        (self.folder / BALLAST).unlink()


@contextmanager
def mount_small_disk(folder: Path, *, megabytes: int = 4) -> Iterator[SmallDisk]:
    """Mount one at a folder, which is made; the test is skipped where the machine does not allow it."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this machine does not let us mount a tmpfs: {done.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
