"""The server as a process: its host key, stopping, starting again, and a database that is away for a while."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncssh
import paramiko
import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from cli.entry import cli
from intake.sftp import server
from intake.sftp.host_key import HostKeyError, load_or_make_host_key
from intake.sftp.leftovers import clear_leftovers
from intake.sftp.limits import SftpLimits
from operations.ports import find_free_port
from records.database import Database
from records.tables import PartBeat
from tests.intake.sftp.conftest import Serve
from tests.intake.sftp.serving import FILE, UKPRN, Served, client, prepare, put, running, transport


@contextmanager
def service(served: Served, home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run `learner-imports sftp` as a process, and give it with its first line of log."""
    served.port = find_free_port("127.0.0.1", 32222)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LEARNER_IMPORTS_")}
    environment |= {"LEARNER_IMPORTS_HOME": str(home), "LEARNER_IMPORTS_SFTP_PORT": str(served.port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "sftp"], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert "listens on" in line
        yield process, line
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


@pytest.fixture
def prepared(sqlite_template: Path, tmp_path: Path) -> Iterator[Served]:
    """Providers and keys, and no server yet."""
    home = tmp_path / "home"
    home.mkdir()
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, home / 'learners.db')}")
    served = prepare(home, database, SftpLimits())
    yield served
    database.close()


def test_a_stopped_service_breaks_uploads_off_notes_the_session_and_starts_again_with_its_key(
    prepared: Served, tmp_path: Path
) -> None:
    home, fingerprints = tmp_path / "home", []
    with service(prepared, home) as (process, line), transport(prepared) as link:
        fingerprints.append(link.get_remote_server_key().fingerprint)
        assert fingerprints[0] in line
        sftp = paramiko.SFTPClient.from_transport(link)
        assert sftp is not None
        put(sftp, "whole.xls")
        file = sftp.open("half.xls", "w")
        file.write(b"x" * 50_000)
        file.flush()
        with prepared.place.database.read() as session:
            beat = session.scalars(select(PartBeat)).one()
        assert (beat.part, beat.address) == ("sftp", f"127.0.0.1:{prepared.port}")
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
        assert process.stderr is not None and "Traceback" not in process.stderr.read()
    assert [name for name in prepared.listed() if not name.startswith(".")] == ["whole.xls"]
    (event,) = prepared.events()
    assert (event.details["ended_by"], event.details["received_count"]) == ("stopped", 1)
    assert event.details["broken_off_count"] == 1
    with prepared.place.database.read() as session:
        assert session.scalars(select(PartBeat)).all() == []
    key_file = home / "sftp_host_key"
    assert key_file.stat().st_mode & 0o777 == 0o600
    again = Served(prepared.place._replace(host_key_file=key_file), prepared.key, prepared.other_key)
    with running(again), transport(again) as link:
        fingerprints.append(link.get_remote_server_key().fingerprint)
        sftp = paramiko.SFTPClient.from_transport(link)
        assert sftp is not None and sftp.stat("half.xls").st_size == 50_000
    assert fingerprints[0] == fingerprints[1]


def test_a_port_that_is_taken_is_said_with_what_to_set(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_HOME", str(served.place.host_key_file.parent))
    monkeypatch.setenv("LEARNER_IMPORTS_SFTP_PORT", str(served.port))
    done = CliRunner().invoke(cli, ["sftp"])
    assert done.exit_code == 3
    assert "LEARNER_IMPORTS_SFTP_PORT" in done.stderr and "Traceback" not in done.stderr


def test_the_log_names_no_file_and_no_account_that_is_not_there(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    asyncssh.set_log_level("ERROR")
    served = serve()
    with client(served) as sftp:
        put(sftp, "Canary Learner.xls")
    with pytest.raises(paramiko.SSHException), transport(served, user_name="my secret password", password="wrong"):
        pass
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("paramiko")]
    assert not re.search("Canary|secret", " ".join(ours))


def test_a_database_that_is_away_for_a_while_keeps_new_sign_ins_waiting_and_sessions_going(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "BEAT_SECONDS", 0.2)
    served = serve()
    with client(served) as sftp:
        away = True
        database = served.place.database
        read, write = database.read, database.write

        def fail_or(work: object) -> object:
            if away:
                raise OperationalError("", {}, Exception("away"))
            return work()  # type: ignore[operator]

        monkeypatch.setattr(database, "read", lambda: fail_or(read))
        monkeypatch.setattr(database, "write", lambda: fail_or(write))
        time.sleep(0.5)
        put(sftp, "learners.xls")
        with pytest.raises((paramiko.SSHException, EOFError)), transport(served):
            pass
        away = False
        with client(served) as again:
            assert again.listdir() == ["outcomes", "learners.xls"]
    deadline = time.monotonic() + 10
    while [event.details["ended_by"] for event in served.events()] != ["client", "client"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert [event.details["received_count"] for event in served.events()] == [1, 0]


def test_a_file_that_is_no_host_key_is_left_alone_and_said(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("not a key")
    with pytest.raises(HostKeyError, match="from a backup"):
        load_or_make_host_key(path)
    assert path.read_text() == "not a key"


def test_a_host_key_is_made_once_and_shut_again_when_others_could_read_it(tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "key"
    first = load_or_make_host_key(path)
    path.chmod(0o644)
    assert load_or_make_host_key(path).get_fingerprint() == first.get_fingerprint()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["key"]


def test_old_parts_are_cleared_away_and_young_or_living_ones_and_files_are_not(tmp_path: Path) -> None:
    folder = tmp_path / UKPRN
    folder.mkdir()
    names = [".upload-old.part", ".upload-living.part", ".upload-young.part", "learners.xls", ".other.part"]
    for name in names:
        (folder / name).write_bytes(FILE)
        if "young" not in name:
            os.utime(folder / name, (0, 0))
    (tmp_path / "link").symlink_to(folder)
    (folder / ".upload-link.part").symlink_to("learners.xls")
    count = clear_leftovers(tmp_path, before=1000.0, is_live=lambda _, name: name == b".upload-living.part")
    assert count == 1
    assert sorted(path.name for path in folder.iterdir()) == sorted([*names[1:], ".upload-link.part"])


def test_a_server_on_a_link_in_place_of_a_folder_still_serves_others(serve: Serve, tmp_path: Path) -> None:
    served = serve()
    (tmp_path / "elsewhere").mkdir()
    served.place.drop_folder.mkdir(exist_ok=True)
    served.folder.symlink_to(tmp_path / "elsewhere")
    with client(served) as sftp, pytest.raises(OSError):
        sftp.listdir()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_two_servers_on_one_home_use_one_key(sqlite_template: Path, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'learners.db')}")
    served = prepare(tmp_path, database, SftpLimits())
    with running(served):
        first = served.port
        again = Served(served.place, served.key, served.other_key)
        with running(again), client(again) as sftp:
            put(sftp, "learners.csv")
        assert first != again.port
    database.close()
