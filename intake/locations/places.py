"""The drop locations in use, opened by their addresses.

Owns which there are. What an import's `drop_location` says leads here to its location, or to none once that was taken
out of the settings.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from intake.locations.addresses import DropLocation, RemoteAccess, parse_locations
from intake.locations.local_tree import LocalTree
from intake.locations.trees import DropTree


class AccessError(ValueError):
    """Remote locations can't be signed in to as the settings are; the text names the setting and says what to do."""


class LocationGoneError(Exception):
    """A location that is in use no more. Trying again helps only when it is put back into the settings."""


class DropPlaces:
    """All drop locations of this service. Opening them connects nowhere yet.

    Args:
        home: the drop folder in home, always the first location.
        others: the ones that the settings add.
        access: how to sign in to remote ones; None when there are none.
    """

    def __init__(self, home: Path, others: Sequence[DropLocation] = (), access: RemoteAccess | None = None) -> None:
        self._trees: dict[str | None, DropTree] = {None: LocalTree(home, makes_root=True)}
        self.locations = [DropLocation(None, str(home)), *others]
        for location in others:
            if location.host is None:
                self._trees[location.address] = LocalTree(Path(location.path))
            elif access:
                from intake.locations.remote_tree import RemoteTree  # brings asyncssh, which takes most of a second

                self._trees[location.address] = RemoteTree(location, access)

    @property
    def home(self) -> DropTree:
        """The drop folder in home."""
        return self._trees[None]

    def __iter__(self) -> Iterator[tuple[DropLocation, DropTree]]:
        """Go through the locations and their trees, the one in home first."""
        return ((location, self._trees[location.address]) for location in self.locations)

    def find(self, address: str | None) -> DropTree:
        """Return the location that an import came from.

        Raises:
            LocationGoneError: it is not in the settings any more.
        """
        try:
            return self._trees[address]
        except KeyError:
            raise LocationGoneError("the drop location is not in LEARNER_IMPORTS_DROP_URLS any more") from None

    def close(self) -> None:
        """Close all connections."""
        for tree in self._trees.values():
            tree.close()


def open_places(urls: str, *, home: Path, known_hosts: Path | None, key_file: Path | None, password: str) -> DropPlaces:
    """Open the locations that the settings describe.

    Raises:
        LocationError: an address is wrong.
        AccessError: there is a remote one, and host keys or what to sign in with are missing or can't be read.
    """
    others = parse_locations(urls, home=home)
    if all(location.host is None for location in others):
        return DropPlaces(home, others)
    return DropPlaces(home, others, _check_access(known_hosts, key_file, password))


def _check_access(known_hosts: Path | None, key_file: Path | None, password: str) -> RemoteAccess:
    if known_hosts is None:
        raise AccessError(
            "LEARNER_IMPORTS_DROP_SFTP_KNOWN_HOSTS is not set. Put the servers' host keys, checked with whoever runs "
            "them, in a file (ssh-keyscan writes its lines) and name that file here"
        )
    if not key_file and not password:
        raise AccessError("Set LEARNER_IMPORTS_DROP_SFTP_KEY_FILE, or LEARNER_IMPORTS_DROP_SFTP_PASSWORD")
    import asyncssh

    try:
        asyncssh.read_known_hosts(str(known_hosts))
    except (OSError, ValueError) as fault:
        raise AccessError(f"LEARNER_IMPORTS_DROP_SFTP_KNOWN_HOSTS can't be read ({_name(fault)})") from None
    try:
        if key_file:
            asyncssh.read_private_key(str(key_file))
    except (OSError, ValueError) as fault:
        raise AccessError(
            f"LEARNER_IMPORTS_DROP_SFTP_KEY_FILE can't be read ({_name(fault)}). It must be a private key without a "
            "passphrase"
        ) from None
    return RemoteAccess(known_hosts, key_file, password)


def _name(fault: Exception) -> str:
    return (fault.strerror if isinstance(fault, OSError) else "") or type(fault).__name__
