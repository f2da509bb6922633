"""Drop locations on a remote SFTP server, over real connections: the same rule, and no password to a stranger."""

import gc
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import asyncssh
import pytest

from intake.collecting import UNSEEN_PATIENCE, Collecting
from intake.drop_folders import DropFolders
from intake.locations.addresses import DropLocation, RemoteAccess
from intake.locations.places import DropPlaces, open_places
from intake.locations.remote_connection import FIRST_PAUSE_SECONDS, RemoteConnection
from intake.locations.remote_tree import RemoteTree
from intake.locations.trees import LocationAwayError
from intake.outcome_removal import remove_old_outcomes
from intake.outcomes import return_outcome
from intake.queueing import Queueing
from intake.storage import PrivateStorage
from records.database import Database
from records.tables import ImportStatus, LearnerImport, Provider
from tests.conftest import UKPRN
from tests.intake.dropping import NOON, Clock, read_imports
from tests.intake.locations.remote_server import PASSWORD, RemoteServer, serve

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteServer]:
    with serve(tmp_path_factory.mktemp("remote")) as server:
        yield server


@dataclass
class Remote:
    """A location of its own on the server, its folder as it lies there, and what collects from it."""

    places: DropPlaces
    tree: RemoteTree
    address: str
    folder: Path
    collecting: Collecting
    clock: Clock

    def collect(self, after: float = 0.0) -> list[int]:
        self.clock.now += after
        return self.collecting.collect(now=lambda: NOON).import_ids


def open_remote(server: RemoteServer, name: str, tmp_path: Path, known_hosts: Path | None = None) -> DropPlaces:
    return open_places(
        server.address(name),
        home=tmp_path / "drop",
        known_hosts=known_hosts or server.known_hosts,
        key_file=None,
        password=PASSWORD,
    )


@pytest.fixture
def remote(
    server: RemoteServer,
    tmp_path: Path,
    database: Database,
    provider: Provider,
    storage: PrivateStorage,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Remote]:
    (server.root / tmp_path.name / provider.ukprn).mkdir(parents=True)
    monkeypatch.setattr("intake.locations.remote_connection.FIRST_PAUSE_SECONDS", 0.0)
    places, clock = open_remote(server, tmp_path.name, tmp_path), Clock()
    address = places.locations[1].address
    assert address
    tree = places.find(address)
    assert isinstance(tree, RemoteTree)
    queueing = Queueing(tree, address, storage, database, limit_bytes=10**7, stable_seconds=2, clock=clock)
    folders = DropFolders(tree, stable_seconds=2 / UNSEEN_PATIENCE, clock=clock)
    collecting = Collecting(folders, queueing, database, owner="0" * 8)
    yield Remote(places, tree, address, server.root / tmp_path.name / provider.ukprn, collecting, clock)
    server.faults.break_after = None
    places.close()


@pytest.mark.parametrize("name", ["learners #1?.xls", os.fsdecode(b"Zo\xeb.xls"), "a:b%41.xls"])
def test_a_file_on_the_server_is_taken_once_it_is_stable(
    remote: Remote, database: Database, storage: PrivateStorage, name: str
) -> None:
    content = os.urandom(3 * 2**20 + 5)
    (remote.folder / name).write_bytes(content)
    assert remote.collect() == []
    assert remote.collect(after=1.9) == []
    assert len(remote.collect(after=0.1)) == 1
    (learner_import,) = read_imports(database)
    assert learner_import.drop_location == remote.address and PASSWORD not in remote.address
    assert storage.path_of(learner_import.storage_name).read_bytes() == content
    assert [path.name for path in remote.folder.iterdir()] == [".claimed"]
    assert list((remote.folder / ".claimed").iterdir()) == []


def test_temporary_files_and_links_are_left(remote: Remote, tmp_path: Path) -> None:
    (remote.folder / "a.xls.filepart").write_bytes(b"half")
    (remote.folder / "link.xls").symlink_to(tmp_path)
    remote.collect()
    collected = remote.collecting.collect(now=lambda: NOON)
    assert (collected.import_ids, {notice.folder for notice in collected.notices}) == ([], {UKPRN})


def test_a_list_that_never_ends_is_given_up(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.locations.remote_tree.LISTED_LIMIT", 5)
    for number in range(6):
        (remote.folder / f"{number}.xls").write_bytes(b"workbook")
    collected = remote.collecting.collect(now=lambda: NOON)
    assert (collected.import_ids, [notice.is_fault for notice in collected.notices]) == ([], [True])


def test_a_server_that_goes_away_in_the_middle_loses_nothing_and_doubles_nothing(
    remote: Remote, server: RemoteServer, database: Database, storage: PrivateStorage
) -> None:
    content = os.urandom(2**20)
    (remote.folder / "learners.xls").write_bytes(content)
    remote.collect()
    server.faults.break_after = 0
    with pytest.raises(LocationAwayError):
        remote.collect(after=2)
    assert read_imports(database) == [] and list(storage.folder.iterdir()) == []
    server.faults.break_after = None
    assert len(remote.collect()) == 1
    assert remote.collect() == []
    (learner_import,) = read_imports(database)
    assert storage.path_of(learner_import.storage_name).read_bytes() == content


def test_two_collectors_on_one_server_take_a_file_once(remote: Remote, database: Database) -> None:
    (remote.folder / "learners.xls").write_bytes(b"workbook")
    other = Collecting(
        DropFolders(remote.tree, stable_seconds=2 / UNSEEN_PATIENCE, clock=remote.clock),
        remote.collecting.queueing,
        database,
        owner="1" * 8,
    )
    for _ in range(3):
        remote.collect(after=2)
        other.collect(now=lambda: NOON)
    assert len(read_imports(database)) == 1


def add_finished(database: Database, provider: Provider, address: str, status: ImportStatus) -> int:
    with database.write() as session:
        finished = LearnerImport(
            provider_id=provider.id,
            source="folder",
            drop_location=address,
            requested_at=NOON,
            processed_at=NOON,
            file_name="learners.xls",
            file_bytes=5,
            sha256="ab" * 32,
            storage_name="x" * 32,
            status=status,
        )
        session.add(finished)
        session.flush()
        return finished.id


def test_outcomes_go_back_to_the_server_replace_the_failed_ones_and_are_removed_in_time(
    remote: Remote, database: Database, provider: Provider
) -> None:
    import_id = add_finished(database, provider, remote.address, ImportStatus.FAILED)
    outcomes = remote.folder / "outcomes"

    def give_back() -> list[str]:
        return return_outcome(database, import_id, places=remote.places, find_table=lambda _: None, now=lambda: NOON)

    assert give_back() == [path.name for path in outcomes.iterdir()] == [f"import-{import_id}-failed.txt"]
    with database.write() as session:
        session.get_one(LearnerImport, import_id).status = ImportStatus.SUCCESSFUL
    for _ in range(2):
        assert give_back() == [path.name for path in outcomes.iterdir()] == [f"import-{import_id}-successful.txt"]
    assert f"Import {import_id}" in (outcomes / f"import-{import_id}-successful.txt").read_text()
    (outcomes / "mine.txt").write_text("the provider's")
    assert remove_old_outcomes(database, remote.places, before=NOON, now=NOON) == 0
    assert remove_old_outcomes(database, remote.places, before=NOON + timedelta(seconds=1), now=NOON) == 1
    assert [path.name for path in outcomes.iterdir()] == ["mine.txt"]
    assert [one.outcome_removed_at for one in read_imports(database)] == [NOON]


def test_a_provider_without_a_folder_on_the_server_is_not_given_one(
    remote: Remote, database: Database, provider: Provider
) -> None:
    import_id = add_finished(database, provider, remote.address, ImportStatus.SUCCESSFUL)
    remote.folder.rmdir()
    with pytest.raises(FileNotFoundError):
        return_outcome(database, import_id, places=remote.places, find_table=lambda _: None, now=lambda: NOON)
    assert not remote.folder.exists()


def test_a_link_named_outcomes_on_the_server_is_not_followed(
    remote: Remote, database: Database, provider: Provider, server: RemoteServer
) -> None:
    import_id = add_finished(database, provider, remote.address, ImportStatus.SUCCESSFUL)
    elsewhere = server.root / f"elsewhere-{import_id}-{remote.folder.parent.name}"
    elsewhere.mkdir()
    (remote.folder / "outcomes").symlink_to(f"../../{elsewhere.name}")
    with pytest.raises(NotADirectoryError):
        return_outcome(database, import_id, places=remote.places, find_table=lambda _: None, now=lambda: NOON)
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("line", ["", "[127.0.0.1]:{port} {other}"], ids=["unknown", "changed"])
def test_a_host_key_that_is_not_the_known_one_is_refused_with_what_to_do(
    server: RemoteServer, tmp_path: Path, line: str, monkeypatch: pytest.MonkeyPatch, database_kind: str
) -> None:
    tried: list[str] = []
    monkeypatch.setattr(
        "tests.intake.locations.remote_server._SignIn.validate_password", lambda *_: tried.append("password")
    )
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(line.format(port=server.port, other=other))
    places = open_remote(server, "", tmp_path, known_hosts)
    with pytest.raises(LocationAwayError, match=r"LEARNER_IMPORTS_DROP_SFTP_KNOWN_HOSTS.*fingerprint"):
        places.find(places.locations[1].address).list()
    assert tried == []
    places.close()


def test_a_wrong_password_is_told_as_such_and_not_tried_again_at_once(
    server: RemoteServer, tmp_path: Path, database_kind: str
) -> None:
    location = open_remote(server, "", tmp_path).locations[1]
    clock = Clock()
    connection = RemoteConnection(location, RemoteAccess(server.known_hosts, None, "wrong"), clock=clock)
    for _ in range(2):
        with pytest.raises(LocationAwayError, match="does not let us sign in"):
            connection.run(lambda sftp: sftp.getcwd())
    assert connection._pause == FIRST_PAUSE_SECONDS  # the second time nobody was asked
    clock.now += FIRST_PAUSE_SECONDS
    with pytest.raises(LocationAwayError):
        connection.run(lambda sftp: sftp.getcwd())
    assert connection._pause == 2 * FIRST_PAUSE_SECONDS
    connection.close()


def test_closing_while_a_silent_server_is_asked_leaves_nothing_running(
    server: RemoteServer, database_kind: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(1) as pool:
        address = f"sftp://taker@127.0.0.1:{silent.getsockname()[1]}/"
        location = DropLocation(address, "/", "127.0.0.1", silent.getsockname()[1], "taker")
        connection = RemoteConnection(location, RemoteAccess(server.known_hosts, None, PASSWORD))
        asked = pool.submit(connection.run, lambda sftp: sftp.getcwd())
        accepted, _ = silent.accept()
        with accepted:
            thread = connection._thread
            connection.close()
            assert thread and not thread.is_alive()
            with pytest.raises(LocationAwayError, match="was left"):
                asked.result(5)
    gc.collect()  # a task or a socket that is left would be told here, and fail this test
