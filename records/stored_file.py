"""What the queue is told of a file in private storage. Imports nothing, since files are stored before all else."""

from typing import NamedTuple


class StoredFile(NamedTuple):
    """An original in private storage: its name there, the provider's name for it, its size and SHA-256 in hex."""

    storage_name: str
    file_name: str
    file_bytes: int
    sha256: str
