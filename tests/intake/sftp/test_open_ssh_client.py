"""OpenSSH's own `sftp` against the server: what a provider types, and what it is told."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import asyncssh
import pytest

from tests.intake.sftp.conftest import Serve
from tests.intake.sftp.serving import FILE, OTHER_UKPRN, UKPRN, Served, open_ssh

pytestmark = pytest.mark.skipif(shutil.which("sftp") is None, reason="OpenSSH's sftp is not installed")


def test_a_provider_drops_a_file_and_fetches_its_outcome(served: Served, tmp_path: Path) -> None:
    (tmp_path / "learners.csv").write_bytes(FILE)
    served.outcomes.mkdir(parents=True)
    (served.outcomes / "import-1-successful.txt").write_bytes(b"loaded")
    done = open_ssh(served, tmp_path, "put -p learners.csv\nls -la\nls -l outcomes\nget -p outcomes/*.txt\nbye\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert (served.folder / "learners.csv").read_bytes() == FILE
    assert (tmp_path / "import-1-successful.txt").read_bytes() == b"loaded"
    assert "dr-xr-xr-x" in done.stdout and "-r--r--r--" in done.stdout


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("put learners.csv outcomes/learners.csv", "outcomes is for reading only"),
        ("rm outcomes/import-1-successful.txt", "outcomes is for reading only"),
        ("rename outcomes/import-1-successful.txt mine.txt", "outcomes is for reading only"),
        ("mkdir classes", "There are no folders here"),
        ("put learners.csv .learners.csv", "begin with a dot"),
        ("ln -s /etc/passwd link", "Links can't be made here"),
        ("put large.csv", "too large: at most 50,000 bytes"),
    ],
)
def test_what_is_refused_is_refused_in_words(serve: Serve, tmp_path: Path, command: str, reason: str) -> None:
    served = serve(file_bytes=50_000)
    (tmp_path / "learners.csv").write_bytes(FILE)
    (tmp_path / "large.csv").write_bytes(b"x" * 50_001)
    served.outcomes.mkdir(parents=True)
    (served.outcomes / "import-1-successful.txt").write_bytes(b"loaded")
    done = open_ssh(served, tmp_path, f"{command}\nbye\n")
    assert done.returncode != 0
    assert reason in done.stderr
    assert served.listed() == []
    assert (served.outcomes / "import-1-successful.txt").read_bytes() == b"loaded"


def test_a_wrong_key_or_another_account_is_refused(served: Served, tmp_path: Path) -> None:
    stranger = asyncssh.generate_private_key("ssh-ed25519")
    for user_name, key in ((UKPRN, stranger), (OTHER_UKPRN, served.key), ("10009999", served.key)):
        done = open_ssh(served, tmp_path, "ls\n", user_name=user_name, key=key)
        assert done.returncode == 255


def test_a_killed_upload_is_gone_on_with_by_reput(served: Served, tmp_path: Path) -> None:
    content = os.urandom(3_000_000)
    (tmp_path / "learners.xls").write_bytes(content)
    assert open_ssh(served, tmp_path, "ls\n").returncode == 0  # writes the key and the host key
    options = ["-F", "none", "-o", "IdentitiesOnly=yes", "-o", "UserKnownHostsFile=known_hosts"]
    upload = subprocess.Popen(
        ["sftp", *options, "-q", "-l", "4000", "-b", "-", "-i", "id", "-P", str(served.port), f"{UKPRN}@127.0.0.1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
        start_new_session=True,
    )
    assert upload.stdin is not None
    upload.stdin.write(b"put learners.xls\n")
    upload.stdin.flush()
    deadline = time.monotonic() + 20
    while not any(path.stat().st_size > 200_000 for path in served.folder.glob(".*")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(upload.pid, signal.SIGKILL)
    upload.wait()
    upload.stdin.close()
    while not list(served.folder.glob("*.kept.part")) and not list(served.folder.glob(".*.kept.part")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert not (served.folder / "learners.xls").exists()
    done = open_ssh(served, tmp_path, "reput learners.xls\n")
    assert done.returncode == 0, done.stderr
    assert (served.folder / "learners.xls").read_bytes() == content
    assert served.listed() == ["learners.xls"]


def test_scp_drops_a_file_too(served: Served, tmp_path: Path) -> None:
    (tmp_path / "learners.csv").write_bytes(FILE)
    assert open_ssh(served, tmp_path, "ls\n").returncode == 0
    options = ["-F", "none", "-o", "UserKnownHostsFile=known_hosts", "-o", "IdentitiesOnly=yes"]
    target = f"{UKPRN}@127.0.0.1:"
    words = ["scp", "-s", *options, "-i", "id", "-P", str(served.port), "learners.csv", target]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert (served.folder / "learners.csv").read_bytes() == FILE
