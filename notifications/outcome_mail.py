"""The outcome email of an import, put in the outbox in the transaction that finishes the import.

Owns which kind of email an import calls for, and the outbox rows. Sends nothing.
"""

import shlex
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from notifications.outcome_contexts import (
    already_imported_context,
    import_context,
    successful_context,
    unsuccessful_context,
)
from notifications.recipients import Recipient, find_recipients
from notifications.rendering import render_email
from records.tables import ImportStatus, LearnerImport, OutboxMail
from schemas.causes import AnyFinding
from schemas.visible_text import make_visible

KINDS: dict[str, str] = {
    ImportStatus.SUCCESSFUL: "successful",
    ImportStatus.UNSUCCESSFUL: "unsuccessful",
    ImportStatus.FAILED: "failed",
}
ALREADY_IMPORTED = "already_imported"


def queue_outcome_mail(
    session: Session,
    learner_import: LearnerImport,
    findings: Sequence[AnyFinding],
    *,
    web_url: str,
    operator_email: str,
    now: datetime,
) -> list[OutboxMail]:
    """Add one mail to the outbox for each recipient, if there is any. The caller commits.

    Of a check nobody is mailed: who asked for it looks at its page.

    Args:
        session: the transaction in which the import got its status and counts.
        learner_import: the import; its row is read afresh, since statuses are changed by statements of their own.
        findings: all of them, in any order; their values and suggestions are not used.
        web_url: the website's address without a closing slash.
        operator_email: who is told when nobody else can be. Of failures operators are told by alerts.
        now: when the mail is written.

    Raises:
        ValueError: the import has no outcome yet.
    """
    session.flush()
    session.refresh(learner_import)
    if learner_import.is_check:
        return []
    kind = find_kind(learner_import)
    context = import_context(learner_import, web_url=web_url)
    context |= _kind_context(session, kind, learner_import, findings, web_url)
    mails = [
        _write_mail(kind, context, recipient, now)
        for recipient in find_recipients(session, learner_import, operator_email=operator_email)
    ]
    session.add_all(mails)
    session.flush()
    return mails


def find_kind(learner_import: LearnerImport) -> str:
    """Return the kind of email that the import's outcome calls for, which is the name of its folder.

    Raises:
        ValueError: the import has no outcome yet.
    """
    if learner_import.processed_at is None or learner_import.status not in KINDS:
        raise ValueError(f"import {learner_import.id} is {learner_import.status} and has no outcome to tell")
    if learner_import.repeats_import_id is not None:
        return ALREADY_IMPORTED
    return KINDS[learner_import.status]


def _kind_context(
    session: Session, kind: str, learner_import: LearnerImport, findings: Sequence[AnyFinding], web_url: str
) -> dict[str, Any]:
    if kind == ALREADY_IMPORTED:
        first = session.get_one(LearnerImport, learner_import.repeats_import_id)
        return already_imported_context(first, web_url=web_url)
    if kind == "failed":
        return {}  # the fault itself stays with the operators' tools
    if kind == "unsuccessful":
        return unsuccessful_context(learner_import, findings)
    return successful_context(learner_import, findings)


def _write_mail(kind: str, context: dict[str, Any], recipient: Recipient, now: datetime) -> OutboxMail:
    provider = f"{context['ukprn']} {shlex.quote(make_visible(context['provider_name']))}"
    email = render_email(
        kind,
        context
        | {
            "is_stand_in": recipient.is_stand_in,
            "add_contact_command": f"learner-imports providers add {provider} --contact EMAIL",
        },
    )
    return OutboxMail(
        import_id=context["import_id"],
        kind=kind,
        message_id=f"<{uuid4().hex}@learner-imports>",
        to_email=recipient.email,
        next_attempt_at=now,
        created_at=now,
        **email._asdict(),
    )
