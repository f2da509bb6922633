"""What an address of a drop location may look like, and what is refused before anything is opened."""

from pathlib import Path

import pytest

from intake.locations.addresses import DropLocation, LocationError, parse_locations

HOME = Path("/srv/home/drop")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/mnt/share", DropLocation("file:///mnt/share", "/mnt/share")),
        ("file:///mnt/a%20share/", DropLocation("file:///mnt/a%20share", "/mnt/a share")),
        ("file://localhost/mnt/share", DropLocation("file:///mnt/share", "/mnt/share")),
        ("sftp://me@host/in", DropLocation("sftp://me@host/in", "/in", "host", 22, "me")),
        ("sftp://me@HOST:2022/in/", DropLocation("sftp://me@host:2022/in", "/in", "host", 2022, "me")),
        ("sftp://me@host", DropLocation("sftp://me@host/", "/", "host", 22, "me")),
        ("sftp://a%40b@host/~/in", DropLocation("sftp://a%40b@host/~/in", "in", "host", 22, "a@b")),
        ("sftp://me@[::1]:22/in", DropLocation("sftp://me@[::1]/in", "/in", "::1", 22, "me")),
    ],
)
def test_addresses_that_are_understood(text: str, expected: DropLocation) -> None:
    assert parse_locations(text, home=HOME) == [expected]


def test_several_are_separated_by_white_space() -> None:
    assert len(parse_locations(" /mnt/a\n/mnt/b  sftp://me@host/c ", home=HOME)) == 3
    assert parse_locations("  ", home=HOME) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("mnt/share", "must begin with"),
        ("https://host/in", "must begin with"),
        ("file://server/share", "three slashes"),
        ("file:share", "three slashes"),
        ("sftp://host/in", "user and host"),
        ("sftp://me@/in", "user and host"),
        ("sftp://me:s3cret@host/in", "LEARNER_IMPORTS_DROP_SFTP_PASSWORD"),
        ("sftp://me:@host/in", "LEARNER_IMPORTS_DROP_SFTP_PASSWORD"),
        ("sftp://me@host:http/in", "no address"),
        ("sftp://me@host/in?x=1", "%3F"),
        ("sftp://me@host/in#1", "%23"),
        ("sftp://me@host/../in", "has . or .."),
        ("sftp://me@[::1/in", "no address"),
        ("/mnt/share /mnt/share/", "address 2 is there twice"),
        ("/mnt/share /mnt/share/below", "lies within"),
        ("sftp://me@host/in sftp://me@host/in/below", "lies within"),
        ("/srv/home/drop", "another drop folder"),
        ("/srv/home", "another drop folder"),
        ("/" + "a" * 300, "longer than 300"),
    ],
)
def test_addresses_that_are_refused(text: str, reason: str) -> None:
    with pytest.raises(LocationError, match=reason) as refused:
        parse_locations(text, home=HOME)
    assert "s3cret" not in str(refused.value)
