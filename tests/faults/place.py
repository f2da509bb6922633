"""A home of its own for each test: providers, settings, and the files put in, remembered for the ledger."""

from pathlib import Path
from typing import Any

from records.database import Database
from records.tables import Provider, ProviderContact
from tests.faults.workbooks import LOADED, PutIn, write_workbook

FIRST_UKPRN = 10_002_001


class Place:
    """One installation: a home folder, a migrated database, its providers.

    Args:
        home: made when it is missing.
        database_url: of a migrated, empty database.
        provider_count: how many providers to register; each has one contact.
        settings: beside home and database, as `Settings` takes them.
    """

    def __init__(self, home: Path, database_url: str, *, provider_count: int = 1, **settings: Any) -> None:
        self.home = home
        self.database_url = database_url
        self.ukprns = [str(FIRST_UKPRN + index) for index in range(provider_count)]
        self.settings: dict[str, Any] = {
            "home": str(home),
            "database_url": database_url,
            "stable_seconds": 0,
            "retry_pause_seconds": 0,
            "attempt_limit": 100,
            **settings,
        }
        self.put_ins: list[PutIn] = []
        self.names: dict[str, int] = {}
        for ukprn in self.ukprns:
            (home / "drop" / ukprn).mkdir(parents=True, exist_ok=True)
        self._register()

    @property
    def drop_folder(self) -> Path:
        """Where the providers' folders are."""
        return self.home / "drop"

    @property
    def storage_folder(self) -> Path:
        """Where the originals are."""
        return self.home / "storage"

    @property
    def outbox_folder(self) -> Path:
        """Where the file sender writes."""
        return self.home / "outbox"

    def put_in(self, ukprn: str = "", *, expected: str = LOADED, row_count: int = 4) -> PutIn:
        """Drop one workbook, whole in one step, and remember it."""
        ukprn = ukprn or self.ukprns[0]
        number = self.names[ukprn] = self.names.get(ukprn, 0) + 1
        part = self.home / f"{ukprn}-{number:04}.xlsx"
        put_in = write_workbook(part, ukprn, expected=expected, row_count=row_count)
        part.replace(self.drop_folder / ukprn / part.name)
        self.put_ins.append(put_in)
        return put_in

    def _register(self) -> None:
        database = Database(self.database_url)
        with database.write() as session:
            for ukprn in self.ukprns:
                contact = ProviderContact(email=f"data@{ukprn}.example")
                session.add(Provider(ukprn=ukprn, name=f"Provider {ukprn}", contacts=[contact]))
        database.close()
