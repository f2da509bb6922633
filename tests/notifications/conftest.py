"""Imports with outcomes to tell of, and outbox rows without an import."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from records.database import Database
from records.tables import LearnerImport, OutboxMail, Provider

NOW = datetime(2026, 11, 23, 18, 55, 12, tzinfo=UTC)


@pytest.fixture
def make_import(database: Database, provider: Provider) -> Callable[..., LearnerImport]:
    """Add an import with the given columns; a successful one unless told otherwise."""
    made: list[LearnerImport] = []

    def make(**columns: Any) -> LearnerImport:
        values = {
            "provider_id": provider.id,
            "source": "folder",
            "requested_at": datetime(2026, 7, 1, 9, 30, tzinfo=UTC),
            "processed_at": NOW,
            "file_name": "learners.xls",
            "file_bytes": 100,
            "sha256": "0" * 64,
            "storage_name": f"stored{len(made)}",
            "status": "successful",
            "attempt_count": 1,
        }
        with database.write() as session:
            learner_import = LearnerImport(**values | columns)
            session.add(learner_import)
        made.append(learner_import)
        return learner_import

    return make


@pytest.fixture
def make_mail() -> Callable[..., OutboxMail]:
    """Make an outbox row that is in no database yet, due now."""
    made: list[OutboxMail] = []

    def make(**columns: Any) -> OutboxMail:
        values = {
            "kind": "successful",
            "message_id": f"<{len(made):032x}@learner-imports>",
            "to_email": "office@northfield.example",
            "subject": "Import 57 was successful",
            "body_text": "Your import was successful.\n",
            "body_html": "<p>Your import was successful.</p>\n",
            "next_attempt_at": NOW,
            "created_at": NOW,
            "attempt_count": 0,
        }
        mail = OutboxMail(**values | columns)
        made.append(mail)
        return mail

    return make
