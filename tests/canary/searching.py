"""Searching for the seeds wherever they must not be. Owns what is looked for and where a table may hold it."""

import json
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from sqlalchemy import Engine, select

from loaders.sealing import Sealer, load_or_make_key
from records.database import Database
from records.tables import Account, Base
from tests.canary.seeds import FILE_WORD, Seeded

WHOLE_TABLE = frozenset({"*"})
# Where learners' values belong; anywhere else they are a leak. A changed learner's audit event has old and new values.
ALLOWED = {
    "learner": WHOLE_TABLE,
    "account": WHOLE_TABLE,
    "finding": frozenset({"value", "suggestion"}),
    "audit_event": frozenset({"details"}),
}
FILE_NAME_ALLOWED = {("learner_import", "file_name"), ("outbox_mail", "subject")} | {
    ("outbox_mail", column) for column in ("body_text", "body_html")
}


class Search:
    """What is looked for: every value seeded, every username and initial password made of them, and file names."""

    def __init__(self, seeded: list[Seeded], database: Database, key_file: Path) -> None:
        self.values = {value.lower() for one in seeded for value in one.values}
        self.values |= {"qqfirst", "qqlast", "qqcrash", "qqmail", "qqstreet"}
        sealer = Sealer(load_or_make_key(key_file))
        with database.read() as session:
            for account in session.scalars(select(Account)):
                self.values.add(account.username.lower())
                assert account.initial_password_sealed
                self.values.add(sealer.open(account.id, account.initial_password_sealed).lower())
        self.file_names = {FILE_WORD.lower()}

    def find(self, text: str, *, may_name_file: bool = False) -> list[str]:
        """Return what is in a text and must not be."""
        text = text.lower()
        wanted = self.values if may_name_file else self.values | self.file_names
        return sorted(value for value in wanted if value in text)

    def find_in_file(self, path: Path) -> list[str]:
        """Return what is in a file's bytes."""
        return self.find(path.read_bytes().decode("latin-1"))

    def find_in_files(self, folder: Path) -> dict[str, list[str]]:
        """Return what is in the files below a folder, and in their names, by path."""
        found = {}
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            hits = self.find(name) + (self.find_in_file(path) if path.is_file() else [])
            if hits:
                found[name] = hits
        return found


def read_tables(engine: Engine) -> Iterator[tuple[str, str, str]]:
    """Every value of every table that may hold no learner's value: table, column, text."""
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            allowed = ALLOWED.get(table.name, frozenset())
            for row in connection.execute(select(table)).mappings():
                is_about_learner = row.get("learner_id") is not None
                for column, value in row.items():
                    is_allowed = "*" in allowed or column in allowed
                    if table.name == "audit_event" and not is_about_learner:
                        is_allowed = False
                    if not is_allowed and value is not None:
                        yield (
                            table.name,
                            str(column),
                            value if isinstance(value, str) else json.dumps(value, default=str),
                        )


def read_mail(path: Path) -> str:
    """A mail's headers and both its texts, decoded."""
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(value) for value in message.values()] + parts)
