"""Queueing an outcome's mails, whom there may be to tell, and reading what a mail says."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from notifications.outcome_mail import queue_outcome_mail
from records.database import Database
from records.tables import Account, LearnerImport, Membership, OutboxMail, Provider, ProviderContact
from schemas.findings import Finding
from tests.notifications.conftest import NOW

OPERATOR = "operator@imports.example"
MakeImport = Callable[..., LearnerImport]


def queue(database: Database, learner_import: LearnerImport, findings: Sequence[Finding] = ()) -> list[OutboxMail]:
    with database.write() as session:
        return queue_outcome_mail(
            session,
            session.get_one(LearnerImport, learner_import.id),
            findings,
            web_url="https://imports.example",
            operator_email=OPERATOR,
            now=NOW,
        )


def add_contact(database: Database, email: str) -> None:
    with database.write() as session:
        provider_id = session.scalars(select(Provider.id)).one()
        session.add(ProviderContact(provider_id=provider_id, email=email))


def add_staff(database: Database, username: str, email: str | None, **columns: Any) -> int:
    membership = {"can_import": columns.pop("can_import", True)}
    with database.write() as session:
        account = Account(
            kind="staff", username=username, username_key=username, session_key=username, email=email, **columns
        )
        session.add(account)
        session.flush()
        provider_id = session.scalars(select(Provider.id)).one()
        session.add(Membership(account_id=account.id, provider_id=provider_id, **membership))
        return account.id


def read_flat(mail: OutboxMail) -> str:
    return " ".join(mail.body_text.split())


def read_html(mail: OutboxMail) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", mail.body_html).split())
