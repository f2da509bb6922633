"""Drop locations by their addresses: the folder in home, local folders or mounted shares, remote SFTP servers.

Owns what an address may look like. Opens nothing.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, quote, unquote, urlsplit

ADDRESS_LIMIT = 300  # characters that an import's row has room for
SSH_PORT = 22


class LocationError(ValueError):
    """An address that can't be used; the text says why and never repeats a password."""


class DropLocation(NamedTuple):
    """A place that holds one folder per provider.

    `address` is how imports remember it (None: the folder in home). `path` is on this machine, or on `host` if one is
    given; there, a path that does not begin with a slash counts from the user's own folder.
    """

    address: str | None
    path: str
    host: str | None = None
    port: int = SSH_PORT
    user: str = ""

    @property
    def shown(self) -> str:
        """How it is called in logs and alerts: no secrets and no names of ours that change."""
        return self.address or "the drop folder"


class RemoteAccess(NamedTuple):
    """How we sign in, the same for all remote locations, and the file of host keys that we trust."""

    known_hosts: Path
    key_file: Path | None
    password: str


def parse_locations(text: str, *, home: Path) -> list[DropLocation]:
    """Read the addresses of `drop_urls`, separated by white space.

    Args:
        text: the setting.
        home: the drop folder in home, which is always a location of its own.

    Raises:
        LocationError: one of them is wrong, there twice, or lies within another.
    """
    found: list[DropLocation] = []
    for number, word in enumerate(text.split(), start=1):
        try:
            location = _parse(word)
        except ValueError as fault:
            reason = fault if isinstance(fault, LocationError) else "is no address"
            raise LocationError(f"address {number} {reason}") from None
        if any(_overlap(location, other) for other in [DropLocation(None, str(home)), *found]):
            raise LocationError(f"address {number} is there twice, or lies within another drop folder")
        found.append(location)
    return found


def _parse(word: str) -> DropLocation:
    if word.startswith("/"):
        return _local(word)
    address = urlsplit(word)
    if address.scheme not in ("file", "sftp"):
        raise LocationError("must begin with file:/// or sftp://, or be a path that begins with a slash")
    if address.query or address.fragment:
        raise LocationError("has a ? or # in it; write %3F or %23 for one in a folder's name")
    return _remote(address) if address.scheme == "sftp" else _file(address)


def _file(address: SplitResult) -> DropLocation:
    if address.netloc not in ("", "localhost") or not address.path.startswith("/"):
        raise LocationError("must name a folder of this machine, as in file:///mnt/share (three slashes)")
    return _local(unquote(address.path, errors="surrogateescape"))


def _local(path: str) -> DropLocation:
    if "\0" in path:
        raise LocationError("is no path")
    resolved = str(Path(path).resolve())
    return DropLocation(_checked(f"file://{_quoted(resolved)}"), resolved)


def _remote(address: SplitResult) -> DropLocation:
    if address.password is not None:
        raise LocationError(
            "has a password in it. Take it out and set LEARNER_IMPORTS_DROP_SFTP_PASSWORD, or better a key"
        )
    if not address.hostname or not address.username:
        raise LocationError("must name user and host, as in sftp://learners@files.example.org/drop")
    port, user = address.port or SSH_PORT, unquote(address.username)
    path = "/" + unquote(address.path, errors="surrogateescape").strip("/")
    if "\0" in path or any(part in (".", "..") for part in path.split("/")):
        raise LocationError("has . or .. in its folder")
    host = f"[{address.hostname}]" if ":" in address.hostname else address.hostname
    shown = f"sftp://{quote(user)}@{host}{f':{port}' if port != SSH_PORT else ''}{_quoted(path)}"
    if path == "/~" or path.startswith("/~/"):
        path = path[3:] or "."
    return DropLocation(_checked(shown), path, address.hostname, port, user)


def _quoted(path: str) -> str:
    return quote(path, safe="/~", errors="surrogateescape")


def _checked(address: str) -> str:
    if len(address) > ADDRESS_LIMIT:
        raise LocationError(f"is longer than {ADDRESS_LIMIT} characters")
    return address


def _overlap(one: DropLocation, other: DropLocation) -> bool:
    if (one.host, one.port, one.user) != (other.host, other.port, other.user):
        return False
    parts = [_split(location.path) for location in (one, other)]
    shortest = min(map(len, parts))
    return parts[0][:shortest] == parts[1][:shortest]


def _split(path: str) -> Sequence[str]:
    return tuple(part for part in path.split("/") if part) if path.startswith("/") else ("~", *path.split("/"))
