"""What the steps work with, opened once in one place: settings, database, key, drop locations, mail sender, clock."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from intake.locations.addresses import LocationError
from intake.locations.places import AccessError, DropPlaces, open_places
from intake.storage import PrivateStorage
from loaders.sealing import KeyFileError, Sealer, load_or_make_key, parse_key
from notifications.senders import Sender, make_sender
from records.database import Database
from records.types import now
from records.upgrade import HEAD, find_revision, keep_private, upgrade
from settings import Settings

logger = logging.getLogger("learner_imports")


class SetupError(Exception):
    """Something must be set up before work can begin; the text says what to do."""


@dataclass(frozen=True)
class Workplace:
    """Everything a step needs. Close it when done."""

    settings: Settings
    database: Database
    storage: PrivateStorage
    places: DropPlaces
    sealer: Sealer
    sender: Sender
    now: Callable[[], datetime]

    def close(self) -> None:
        """Close the connections of database and drop locations."""
        self.places.close()
        self.database.close()


def open_database(settings: Settings) -> Database:
    """Open the database. A SQLite file that is missing or older is brought up: the default needs no other command.

    Raises:
        SetupError: its tables are missing or of another version.
    """
    database = Database(settings.effective_database_url)
    keep_private(database)
    revision = find_revision(database)
    if database.is_sqlite and (revision is None or revision < HEAD):
        upgrade(database)
    elif revision != HEAD:
        raise SetupError("The database's tables are missing or of another version. Run: learner-imports db upgrade")
    return database


def open_existing_database(settings: Settings) -> Database:
    """Open the database as it stands, for commands that only look or mend: nothing is created or brought up.

    Raises:
        SetupError: it is not there, or its tables are of another version.
        OSError: the home folder can't be looked into.
    """
    if settings.home_folder.exists():
        next(settings.home_folder.iterdir(), None)
    database = Database(settings.effective_database_url)
    revision = find_revision(database)
    if revision is None:
        raise SetupError(
            "There is no database yet where LEARNER_IMPORTS_DATABASE_URL and LEARNER_IMPORTS_HOME say. Starting the "
            "service makes it (learner-imports up); so does: learner-imports db upgrade"
        )
    if revision != HEAD:
        raise SetupError("The database's tables are of another version. Run: learner-imports db upgrade")
    return database


def find_places(settings: Settings) -> DropPlaces:
    """Return the drop locations that the settings describe. Connects to none.

    Raises:
        SetupError: one of them can't be used as it is set.
    """
    try:
        return open_places(
            settings.drop_urls,
            home=settings.drop_folder,
            known_hosts=settings.drop_sftp_known_hosts,
            key_file=settings.drop_sftp_key_file,
            password=settings.drop_sftp_password.get_secret_value(),
        )
    except LocationError as refused:
        raise SetupError(f"LEARNER_IMPORTS_DROP_URLS: {refused}.") from None
    except AccessError as refused:
        raise SetupError(f"LEARNER_IMPORTS_DROP_URLS names an SFTP server: {refused}.") from None


def open_workplace(settings: Settings) -> Workplace:
    """Open the workplace that the settings describe.

    Raises:
        SetupError: the database is not set up, the key is not a key, or a drop location can't be used.
    """
    places = find_places(settings)
    database = open_database(settings)
    key = load_key(settings)
    storage = PrivateStorage(settings.storage_folder)
    return Workplace(settings, database, storage, places, Sealer(key), make_sender(settings), now)


def load_key(settings: Settings) -> bytes:
    """Return the sealing key: the setting's, or the file's in home, which is made when it is missing.

    Raises:
        SetupError: it is no key.
    """
    configured = settings.key.get_secret_value()
    try:
        return parse_key(configured) if configured else load_or_make_key(settings.key_file)
    except KeyFileError as refused:
        raise SetupError(str(refused)) from None
