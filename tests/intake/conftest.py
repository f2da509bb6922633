"""Drop folders, private storage, and collectors of their own memory on them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from intake.collecting import Collecting
from intake.drop_folders import DropFolders
from intake.locations.local_tree import LocalTree
from intake.queueing import Queueing
from intake.storage import PrivateStorage
from records.database import Database
from records.tables import Provider
from tests.intake.dropping import LIMIT_BYTES, OURS, Clock

Make = Callable[..., Collecting]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def root(tmp_path: Path, provider: Provider) -> Path:
    (tmp_path / "drop" / provider.ukprn).mkdir(parents=True)
    return tmp_path / "drop"


@pytest.fixture
def storage(tmp_path: Path) -> PrivateStorage:
    return PrivateStorage(tmp_path / "storage")


@pytest.fixture
def make(root: Path, storage: PrivateStorage, database: Database, clock: Clock) -> Make:
    """Makes a collector of its own memory on the same folders."""

    def make(owner: str = OURS, storage: PrivateStorage = storage, stable_seconds: float = 0) -> Collecting:
        tree = LocalTree(root)
        folders = DropFolders(tree, stable_seconds=stable_seconds, clock=clock)
        queueing = Queueing(
            tree, None, storage, database, limit_bytes=LIMIT_BYTES, stable_seconds=stable_seconds, clock=clock
        )
        return Collecting(folders, queueing, database, owner=owner)

    return make
