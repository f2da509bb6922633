"""Files on their way in: whole under their name or not there at all, whatever the client and the line do."""

import os
import threading
import time
from pathlib import Path

import paramiko
import pytest
from paramiko.sftp import CMD_CLOSE

from intake.dropped_names import is_passed_over
from tests.intake.sftp.conftest import Serve
from tests.intake.sftp.serving import FILE, OTHER_UKPRN, Served, ask, client, put, transport

CONTENT = bytes(range(256)) * 2000


def wait_until_nothing_is_open(served: Served) -> None:
    deadline = time.monotonic() + 10
    while any(event.details["ended_by"] == "" for event in served.events()) or not served.events():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def break_off_upload(served: Served, name: str, content: bytes) -> None:
    """Write a file and lose the connection before it is closed."""
    with transport(served) as link:
        sftp = paramiko.SFTPClient.from_transport(link)
        assert sftp is not None
        file = sftp.open(name, "w")
        file.write(content)
        file.flush()
        file.stat()
        link.sock.close()
    wait_until_nothing_is_open(served)


def test_a_file_appears_under_its_name_when_it_is_closed_and_not_before(served: Served) -> None:
    with client(served) as sftp:
        file = sftp.open("learners.xls", "w")
        file.write(CONTENT)
        file.flush()
        assert file.stat().st_size == len(CONTENT)
        assert sftp.listdir() == ["outcomes"]
        (hidden,) = served.listed()
        assert is_passed_over(hidden)
        file.close()
        assert sftp.listdir() == ["outcomes", "learners.xls"]
    assert served.listed() == ["learners.xls"]
    assert (served.folder / "learners.xls").read_bytes() == CONTENT


def test_a_connection_lost_in_the_middle_leaves_nothing_that_is_taken_for_a_file(served: Served) -> None:
    break_off_upload(served, "learners.xls", CONTENT)
    assert all(is_passed_over(name) for name in served.listed())
    with client(served) as sftp:
        assert sftp.listdir() == ["outcomes"]
    assert served.events()[0].details["broken_off_count"] == 1
    assert served.events()[0].details["received_count"] == 0


def test_an_upload_that_broke_off_can_be_gone_on_with(served: Served) -> None:
    break_off_upload(served, "learners.xls", CONTENT[:100_000])
    with client(served) as sftp:
        size = sftp.stat("learners.xls").st_size
        assert size == 100_000
        with sftp.open("learners.xls", "r+") as file:
            file.seek(size)
            file.write(CONTENT[size:])
    assert served.listed() == ["learners.xls"]
    assert (served.folder / "learners.xls").read_bytes() == CONTENT


def test_what_was_written_ahead_of_a_gap_is_not_gone_on_with(served: Served) -> None:
    with transport(served) as link:
        sftp = paramiko.SFTPClient.from_transport(link)
        assert sftp is not None
        file = sftp.open("learners.xls", "w")
        for start in (0, 3000, 1000):
            file.seek(start)
            file.write(b"x" * 1000)
            file.flush()
        link.sock.close()
    wait_until_nothing_is_open(served)
    with client(served) as sftp:
        assert sftp.stat("learners.xls").st_size == 2000


def test_pieces_in_any_order_make_the_file(served: Served) -> None:
    pieces = [(start, CONTENT[start : start + 5000]) for start in range(0, len(CONTENT), 5000)]
    with client(served) as sftp, sftp.open("learners.xls", "w") as file:
        for start, piece in reversed(pieces):
            file.seek(start)
            file.write(piece)
    assert (served.folder / "learners.xls").read_bytes() == CONTENT


def test_a_broken_upload_leaves_the_older_file_and_is_not_mixed_with_it(served: Served) -> None:
    with client(served) as sftp:
        put(sftp, "learners.xls", FILE)
    break_off_upload(served, "learners.xls", CONTENT)
    assert (served.folder / "learners.xls").read_bytes() == FILE
    with client(served) as sftp:
        with pytest.raises(OSError, match="from its beginning"):
            sftp.open("learners.xls", "r+")
        put(sftp, "learners.xls", CONTENT)
    assert (served.folder / "learners.xls").read_bytes() == CONTENT
    assert served.listed() == ["learners.xls"]


def test_a_file_that_waits_is_replaced_by_a_newer_one_and_can_be_added_to(served: Served) -> None:
    with client(served) as sftp:
        put(sftp, "learners.csv", CONTENT)
        put(sftp, "learners.csv", FILE)
        before = (served.folder / "learners.csv").stat().st_ino
        put(sftp, "learners.csv", b"more", mode="a")
    assert (served.folder / "learners.csv").read_bytes() == FILE + b"more"
    assert (served.folder / "learners.csv").stat().st_ino != before  # never changed under a collector's hands


def test_a_file_opened_for_change_and_left_alone_stays_as_it_is(served: Served) -> None:
    with client(served) as sftp:
        put(sftp, "learners.csv")
        before = (served.folder / "learners.csv").stat()
        sftp.open("learners.csv", "r+").close()
        with pytest.raises(OSError, match="already"):
            sftp.open("learners.csv", "x")
    assert (served.folder / "learners.csv").stat().st_ino == before.st_ino
    assert served.listed() == ["learners.csv"]


def test_two_uploads_of_one_name_at_once_do_not_mix(served: Served) -> None:
    contents = [bytes([number]) * 300_000 for number in (1, 2)]

    def drop(content: bytes) -> None:
        with client(served) as sftp, sftp.open("learners.xls", "w") as file:
            for start in range(0, len(content), 30_000):
                file.write(content[start : start + 30_000])

    threads = [threading.Thread(target=drop, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert served.listed() == ["learners.xls"]
    assert (served.folder / "learners.xls").read_bytes() in contents


def test_winscp_writes_a_filepart_and_renames_it(served: Served) -> None:
    with client(served) as sftp:
        put(sftp, "learners.xls", b"older")
        put(sftp, "learners.xls.filepart", CONTENT[:1000])
        put(sftp, "learners.xls.filepart", CONTENT[1000:], mode="a")
        with pytest.raises(OSError, match="already"):
            sftp.rename("learners.xls.filepart", "learners.xls")
        sftp.remove("learners.xls")
        sftp.rename("learners.xls.filepart", "learners.xls")
        sftp.utime("learners.xls", (1, 1))
        sftp.chmod("learners.xls", 0o777)
    assert (served.folder / "learners.xls").read_bytes() == CONTENT
    assert (served.folder / "learners.xls").stat().st_mode & 0o007 == 0


def test_a_file_over_the_limit_is_refused_while_it_comes_and_nothing_is_kept(serve: Serve) -> None:
    served = serve(file_bytes=100_000)
    with client(served) as sftp:
        file = sftp.open("learners.xls", "w")
        with pytest.raises(OSError, match=r"too large: at most 100,000 bytes"):
            for _ in range(20):
                file.write(b"x" * 30_000)
                file.flush()
        assert served.listed() == []
        with pytest.raises(OSError, match="too large"):
            sftp.open("grown.xls", "w").truncate(100_001)
        put(sftp, "right.xls", b"x" * 100_000)
    assert served.listed() == ["right.xls"]


def test_a_full_folder_takes_no_more_and_other_providers_are_not_concerned(serve: Serve) -> None:
    served = serve(file_bytes=50_000, waiting_bytes=120_000)
    with client(served) as sftp:
        put(sftp, "1.xls", b"x" * 50_000)
        put(sftp, "2.xls", b"x" * 50_000)
        file = sftp.open("3.xls", "w")
        with pytest.raises(OSError, match="as much as it may"):
            file.write(b"x" * 30_000)
            file.flush()
        put(sftp, "4.xls", b"x" * 20_000)
        (served.folder / "1.xls").unlink()  # collected
        put(sftp, "3.xls", b"x" * 30_000)
    with client(served, user_name=OTHER_UKPRN, key=served.other_key) as sftp:
        put(sftp, "1.xls", b"x" * 50_000)
    assert served.listed() == ["2.xls", "3.xls", "4.xls"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".learners.xls", "begin with a dot"),
        ("a\nb.xls", "can't be shown"),
        ("a\x1b[2Jb.xls", "can't be shown"),
        ("slx.\u202eexe.xls", "can't be shown"),
        ("x" * 197 + ".xls", "too long"),
        ("Outcomes", "name of the folder"),
        ("classes/7a.xls", "no folders"),
        ("outcomes/mine.xls", "reading only"),
        ("\u00a0", "blank"),
    ],
)
def test_a_name_that_no_file_may_have_is_refused_with_the_reason(served: Served, name: str, reason: str) -> None:
    with client(served) as sftp:
        with pytest.raises(OSError, match=reason):
            sftp.open(name, "w")
        put(sftp, "fine.xls")
        with pytest.raises(OSError, match=reason):
            sftp.rename("fine.xls", name)
    assert served.listed() == ["fine.xls"]


@pytest.mark.parametrize("name", ["Année 7 – élèves.xls", 'it\'s "7" & more.csv', "x" * 196 + ".xls", "outcomes.xls"])
def test_an_unusual_name_is_taken_as_it_is(served: Served, name: str) -> None:
    with client(served) as sftp:
        put(sftp, name)
        assert sftp.stat(name).st_size == len(FILE)
    assert served.listed() == [name]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said_plainly_and_leaves_nothing(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        pwrite = os.pwrite
        monkeypatch.setattr(os, "pwrite", lambda _, data, offset: pwrite(full.fileno(), data, offset))
        with client(served) as sftp:
            file = sftp.open("learners.xls", "w")
            with pytest.raises(OSError, match="disk is full on our side"):
                file.write(FILE)
                file.flush()
            with pytest.raises(OSError, match="disk is full on our side"):
                ask(sftp, CMD_CLOSE, file.handle)
    assert served.listed() == []
