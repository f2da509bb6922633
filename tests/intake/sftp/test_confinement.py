"""A provider sees its own dropped files and its outcomes, and no request leads anywhere else or changes an outcome."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import paramiko
import pytest
from paramiko.sftp import (
    CMD_EXTENDED,
    CMD_FSETSTAT,
    CMD_HANDLE,
    CMD_LSTAT,
    CMD_OPEN,
    CMD_READ,
    CMD_SETSTAT,
    CMD_STAT,
    CMD_WRITE,
    SFTP_FLAG_READ,
    int64,
)

from tests.intake.sftp.serving import FILE, OTHER_UKPRN, Served, ask, client, put

SECRET = b"other school's learners"


@pytest.fixture
def outcome(served: Served) -> Path:
    """An outcome in the provider's folder."""
    served.outcomes.mkdir(parents=True, exist_ok=True)
    path = served.outcomes / "import-1-successful.txt"
    path.write_bytes(FILE)
    return path


@pytest.fixture
def elsewhere(served: Served) -> Path:
    """Another provider's file."""
    folder = served.place.drop_folder / OTHER_UKPRN
    (folder / "outcomes").mkdir(parents=True, exist_ok=True)
    path = folder / "secret.csv"
    path.write_bytes(SECRET)
    return path


def test_outcomes_can_be_listed_and_fetched(served: Served, outcome: Path) -> None:
    with client(served) as sftp:
        assert sftp.listdir("outcomes") == [outcome.name]
        with sftp.open(f"outcomes/{outcome.name}") as file:
            assert file.read() == FILE


CHANGES: dict[str, Callable[[paramiko.SFTPClient, str], object]] = {
    "put": lambda sftp, name: sftp.open(name, "w"),
    "append": lambda sftp, name: sftp.open(name, "a"),
    "change": lambda sftp, name: sftp.open(name, "r+"),
    "put a new one": lambda sftp, name: sftp.open("outcomes/new.txt", "w"),
    "remove": lambda sftp, name: sftp.remove(name),
    "rename": lambda sftp, name: sftp.rename(name, "mine.txt"),
    "rename over": lambda sftp, name: sftp.posix_rename("mine.csv", name),
    "rename into": lambda sftp, name: sftp.rename("mine.csv", "outcomes/mine.csv"),
    "take out": lambda sftp, name: sftp.posix_rename(name, "mine.csv"),
    "rename the folder": lambda sftp, name: sftp.rename("outcomes", "other"),
    "remove the folder": lambda sftp, name: sftp.rmdir("outcomes"),
    "remove the folder as a file": lambda sftp, name: sftp.remove("outcomes"),
    "make a folder": lambda sftp, name: sftp.mkdir("outcomes/new"),
    "truncate": lambda sftp, name: sftp.truncate(name, 0),
    "times": lambda sftp, name: sftp.utime(name, (0, 0)),
    "permissions": lambda sftp, name: sftp.chmod(name, 0),
    "permissions of the folder": lambda sftp, name: sftp.chmod("outcomes", 0o777),
    "link": lambda sftp, name: sftp.symlink("/etc/passwd", "outcomes/link"),
    "truncate open": lambda sftp, name: sftp.open(name).truncate(0),
    "write open": lambda sftp, name: ask(sftp, CMD_WRITE, _handle(sftp, name), int64(0), b"x"),
    "resize open": lambda sftp, name: ask(sftp, CMD_FSETSTAT, _handle(sftp, name), _size(0)),
}


def _handle(sftp: paramiko.SFTPClient, name: str) -> bytes:
    kind, message = ask(sftp, CMD_OPEN, name.encode(), SFTP_FLAG_READ, paramiko.SFTPAttributes())
    assert kind == CMD_HANDLE
    return bytes(message.get_binary())


def _size(size: int) -> paramiko.SFTPAttributes:
    attributes = paramiko.SFTPAttributes()
    cast(Any, attributes)._flags = paramiko.SFTPAttributes.FLAG_SIZE
    attributes.st_size = size
    return attributes


@pytest.mark.parametrize("change", CHANGES)
def test_outcomes_cannot_be_changed(served: Served, outcome: Path, change: str) -> None:
    before = outcome.stat()
    with client(served) as sftp:
        put(sftp, "mine.csv", b"mine")
        with pytest.raises(OSError):
            CHANGES[change](sftp, f"outcomes/{outcome.name}")
    assert [path.name for path in served.outcomes.iterdir()] == [outcome.name]
    after = outcome.stat()
    assert (outcome.read_bytes(), after.st_mtime_ns, after.st_mode) == (FILE, before.st_mtime_ns, before.st_mode)
    assert (served.folder / "mine.csv").read_bytes() == b"mine"


@pytest.mark.parametrize(
    "path",
    [
        f"../{OTHER_UKPRN}/secret.csv",
        f"/../{OTHER_UKPRN}/secret.csv",
        f"outcomes/../../{OTHER_UKPRN}/secret.csv",
        f"//..//../{OTHER_UKPRN}//secret.csv",
        "/etc/passwd",
        "../../learners.db",
        ".claimed/x",
        ".claimed",
        "outcomes/.hidden",
        "a/../.hidden",
        "%2e%2e/secret.csv",
        "..\\secret.csv",
        "outcomes/../outcomes/../../host_key",
        "x" * 5000,
        "secret.csv\0.txt",
    ],
)
def test_no_path_leads_out_of_the_folder_or_to_what_is_ours(served: Served, elsewhere: Path, path: str) -> None:
    with client(served) as sftp:
        (served.folder / ".claimed").mkdir()
        (served.folder / ".claimed" / "x").write_bytes(SECRET)
        (served.folder / ".hidden").write_bytes(SECRET)
        for work in (sftp.open, sftp.stat, sftp.lstat, sftp.listdir, sftp.remove, sftp.rmdir, sftp.readlink):
            with pytest.raises(OSError):
                work(path)
        assert sftp.listdir() == ["outcomes"]
    assert elsewhere.read_bytes() == SECRET
    assert (served.folder / ".claimed" / "x").exists()


def test_a_path_above_the_folder_is_the_folder(served: Served) -> None:
    with client(served) as sftp:
        put(sftp, "mine.csv")
        assert sftp.normalize("../../..") == "/"
        assert sftp.normalize("outcomes/../../x") == "/x"
        assert sorted(sftp.listdir("/../..")) == ["mine.csv", "outcomes"]
        with sftp.open("../../mine.csv") as file:
            assert file.read() == FILE


def test_links_and_special_files_are_neither_shown_nor_opened_nor_moved(served: Served, elsewhere: Path) -> None:
    with client(served) as sftp:
        (served.folder / "link.csv").symlink_to(elsewhere)
        (served.folder / "up").symlink_to("..")
        (served.folder / "hard.csv").hardlink_to(elsewhere)
        os.mkfifo(served.folder / "pipe.csv")
        (served.outcomes / "link.txt").symlink_to(elsewhere)
        (served.folder / "made").mkdir()
        assert sftp.listdir() == ["outcomes"] and sftp.listdir("outcomes") == []
        for name in ("link.csv", "hard.csv", "pipe.csv", "outcomes/link.txt", "up", "made"):
            for work in (sftp.open, sftp.stat, sftp.lstat, sftp.readlink, sftp.listdir, sftp.remove):
                with pytest.raises(OSError):
                    work(name)
        for name in ("link.csv", "hard.csv", "pipe.csv", "up", "made", f"up/{OTHER_UKPRN}/secret.csv"):
            for mode in ("w", "a", "r+"):
                with pytest.raises(OSError):
                    sftp.open(name, mode)
            put(sftp, "mine.csv")
            with pytest.raises(OSError):
                sftp.posix_rename(name, "taken.csv")
            with pytest.raises(OSError):
                sftp.posix_rename("mine.csv", name)
            with pytest.raises(OSError):
                sftp.truncate(name, 0)
    assert elsewhere.read_bytes() == SECRET


@pytest.mark.parametrize("is_outcomes", [False, True])
def test_a_linked_folder_is_not_followed(served: Served, elsewhere: Path, is_outcomes: bool) -> None:
    with client(served) as sftp:
        served.outcomes.rmdir()
        if is_outcomes:
            served.outcomes.symlink_to(elsewhere.parent)
        else:
            served.folder.rmdir()
            served.folder.symlink_to(elsewhere.parent)
        path = "outcomes" if is_outcomes else "/"
        for work in (
            lambda: sftp.listdir(path),
            lambda: sftp.open(f"{path}/secret.csv"),
            lambda: sftp.open("new.csv", "w").close() if not is_outcomes else sftp.stat("outcomes/secret.csv"),
        ):
            with pytest.raises(OSError):
                work()
    assert [path.name for path in elsewhere.parent.iterdir() if path.is_file()] == ["secret.csv"]


def test_a_name_that_flickers_between_file_and_link_never_shows_what_the_link_leads_to(
    served: Served, elsewhere: Path
) -> None:
    with client(served) as sftp:
        name, over = served.folder / "mine.csv", threading.Event()

        def flicker() -> None:
            next_ = served.folder / ".next"
            while not over.is_set():
                next_.symlink_to(elsewhere)
                next_.rename(name)
                next_.write_bytes(FILE)
                next_.rename(name)

        thread = threading.Thread(target=flicker)
        thread.start()
        seen = set()
        try:
            for _ in range(150):
                try:
                    with sftp.open("mine.csv") as file:
                        seen.add(file.read())
                    seen.add(str(sftp.stat("mine.csv").st_size).encode())
                    sftp.open("mine.csv", "a").close()
                    put(sftp, "mine.csv", b"")
                except OSError:
                    pass
        finally:
            over.set()
            thread.join()
    assert SECRET not in seen and str(len(SECRET)).encode() not in seen
    assert elsewhere.read_bytes() == SECRET


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("hardlink@openssh.com", ("mine.csv", "other.csv")),
        ("statvfs@openssh.com", ("/",)),
        ("lsetstat@openssh.com", ("mine.csv",)),
        ("expand-path@openssh.com", ("~",)),
        ("users-groups-by-id@openssh.com", ("", "")),
        ("home-directory", ("root",)),
        ("copy-data", ("a", "b")),
        ("copy-file", ("mine.csv", "other.csv")),
        ("check-file-name", ("mine.csv", "md5")),
        ("ranges@asyncssh.com", ("a",)),
        ("nothing@anywhere", ()),
    ],
)
def test_requests_beyond_the_few_that_are_served_are_refused(served: Served, name: str, words: tuple[str, ...]) -> None:
    with client(served) as sftp:
        put(sftp, "mine.csv")
        with pytest.raises(OSError):
            ask(sftp, CMD_EXTENDED, name.encode(), *(word.encode() for word in words))
        assert sftp.listdir() == ["outcomes", "mine.csv"]


def test_senseless_requests_are_answered_and_the_session_goes_on(served: Served) -> None:
    with client(served) as sftp:
        put(sftp, "mine.csv")
        handle = _handle(sftp, "mine.csv")
        for offset in (2**63, 2**64 - 1, 10**6):
            with pytest.raises(EOFError):
                ask(sftp, CMD_READ, handle, int64(offset), 2**32 - 1)
        _, answer = ask(sftp, CMD_READ, handle, int64(0), 2**32 - 1)
        assert answer.get_binary() == FILE
        for kind, words in (
            (CMD_WRITE, (handle, int64(0), b"x")),
            (CMD_READ, (b"\0\0\0\xff", int64(0), 1)),
            (CMD_SETSTAT, (b"mine.csv", _size(2**63))),
            (CMD_STAT, (b"\xff\xfe",)),
            (CMD_LSTAT, ()),
            (199, (b"x",)),
        ):
            with pytest.raises(OSError):
                ask(sftp, kind, *words)
        for offset in (2**63, 2**64 - 40, 50 * 2**20):
            file = sftp.open("large.csv", "w")
            with pytest.raises(OSError, match="too large"):
                ask(sftp, CMD_WRITE, file.handle, int64(offset), b"x" * 30)
        assert sftp.listdir() == ["outcomes", "mine.csv"]
    assert (served.folder / "mine.csv").read_bytes() == FILE


def test_handles_are_limited_and_given_back(served: Served) -> None:
    with client(served) as sftp:
        put(sftp, "mine.csv")
        for _ in range(2):
            files = [sftp.open("mine.csv") for _ in range(16)]
            with pytest.raises(OSError, match="Too many files"):
                sftp.open("mine.csv")
            with pytest.raises(OSError, match="Too many files"):
                sftp.listdir()
            for file in files:
                file.close()
