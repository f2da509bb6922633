"""How much one provider, one connection and one stranger may ask for. Numbers only; who holds them is elsewhere."""

from typing import NamedTuple

LOGIN_SECONDS = 60.0  # for a person to find and type a password
MAKES_ROOM_SECONDS = 10.0  # after which who has not signed in makes room for others, when there is none
PASSWORD_TRY_LIMIT = 6
KEY_TRY_LIMIT = 30  # a client offers every key of its agent in turn
USER_NAME_LIMIT = 4  # a client may ask for another one
CHANNEL_LIMIT = 4  # sessions side by side in one connection
HANDLE_LIMIT = 16  # files and folders open at a time in one session
PACKET_BYTES = 2**18 + 2**10
READ_BYTES = 2**18
NOTE_LIMIT = 20  # refusals that a session is told in words on its standard error
WAITING_FILE_LIMIT = 1_000
PARTIAL_SECONDS = 24 * 3600.0  # how long an upload that broke off can be gone on with


class SftpLimits(NamedTuple):
    """What the settings limit.

    `waiting_bytes` is for all files of a provider that wait to be collected, whole or not; None means 20 of the
    largest.
    """

    connection_limit: int = 100
    provider_connection_limit: int = 8
    idle_seconds: float = 600.0
    file_bytes: int = 50 * 2**20
    waiting_bytes: int | None = None
    login_seconds: float = LOGIN_SECONDS

    @property
    def effective_waiting_bytes(self) -> int:
        """Bytes that may wait in one provider's folder."""
        return self.waiting_bytes or 20 * self.file_bytes

    @property
    def stranger_limit(self) -> int:
        """Connections of one address that have not signed in. A vendor may serve many schools from one address."""
        return max(10, self.connection_limit * 3 // 4)
