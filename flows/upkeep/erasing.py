"""Erasing imports and mails, batch by batch: the file first, then the row that says so, in one short transaction each.

A killed process leaves at most a row whose file is gone and that does not say so yet: the next run says it. While a
batch is erased its imports are locked, so that none is put back in the queue without its file.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from flows.workplace import Workplace
from notifications.senders import find_file
from records.tables import AuditEvent, ImportFinding, ImportStatus, LearnerImport, OutboxMail

logger = logging.getLogger("learner_imports")

ERASED = "erased"  # what stands in place of a file's name and of a mail's subject
ACTION, ACTOR = "import erased", "retention"
BATCH = 50  # imports or mails in one transaction
FINISHED = (ImportStatus.SUCCESSFUL, ImportStatus.UNSUCCESSFUL, ImportStatus.FAILED)


class Batch(NamedTuple):
    """What a batch came to: the highest id looked at, None when there was none left, and how many were erased."""

    last_id: int | None
    erased_count: int


Eraser = Callable[[Session, Workplace, datetime, int], Batch]


def erase_in_batches(workplace: Workplace, before: datetime, erase: Eraser) -> Iterator[int]:
    """Run an eraser over all its rows; give how many each batch erased."""
    last_id: int | None = 0
    while last_id is not None:
        with workplace.database.write() as session:
            last_id, erased_count = erase(session, workplace, before, last_id)
        yield erased_count


def erase_imports(session: Session, workplace: Workplace, before: datetime, last_id: int) -> Batch:
    """Erase the next imports that finished before then: original, file name, values and suggestions.

    One whose original can't be removed is left whole for the next run.
    """
    old = (
        select(LearnerImport)
        .where(
            LearnerImport.id > last_id,
            LearnerImport.status.in_(FINISHED),
            LearnerImport.processed_at < before,
            LearnerImport.erased_at.is_(None),
        )
        .order_by(LearnerImport.id)
        .limit(BATCH)
        .with_for_update()
    )
    batch = session.scalars(old).all()
    erased = [learner_import for learner_import in batch if _remove_original(workplace, learner_import)]
    values = select(ImportFinding.import_id, func.count()).group_by(ImportFinding.import_id)
    ids = [learner_import.id for learner_import in erased]
    counts: dict[int, int] = dict(iter(session.execute(values.where(ImportFinding.import_id.in_(ids)))))
    session.execute(update(ImportFinding).where(ImportFinding.import_id.in_(ids)).values(value=None, suggestion=None))
    for learner_import in erased:
        learner_import.file_name, learner_import.erased_at = ERASED, workplace.now()
        session.add(
            AuditEvent(
                at=workplace.now(),
                action=ACTION,
                actor=ACTOR,
                provider_id=learner_import.provider_id,
                import_id=learner_import.id,
                details={"finding_count": counts.get(learner_import.id, 0)},
            )
        )
    return Batch(batch[-1].id if batch else None, len(erased))


def _remove_original(workplace: Workplace, learner_import: LearnerImport) -> bool:
    try:
        workplace.storage.path_of(learner_import.storage_name).unlink(missing_ok=True)
    except OSError as fault:
        logger.error("import %s: its file can't be erased: %s", learner_import.id, type(fault).__name__)
        return False
    return True


def erase_mails(session: Session, workplace: Workplace, before: datetime, last_id: int) -> Batch:
    """Erase the texts of the next mails from before then that are not waiting, and their files.

    Mail about an account loses its address too: it may be a learner's. Who was told of an import stays known.
    """
    old = (
        select(OutboxMail)
        .where(
            OutboxMail.id > last_id,
            OutboxMail.status != "waiting",
            OutboxMail.created_at < before,
            OutboxMail.subject != ERASED,  # a text alone may be blanked before: that of a link that was sent
        )
        .order_by(OutboxMail.id)
        .limit(BATCH)
        .with_for_update()
    )
    batch, erased_count = session.scalars(old).all(), 0
    for mail in batch:
        try:
            find_file(workplace.settings.outbox_folder, mail).unlink(missing_ok=True)
        except OSError as fault:
            logger.error("outbox mail %s: its file can't be erased: %s", mail.id, type(fault).__name__)
            continue
        mail.subject, mail.body_text, mail.body_html = ERASED, "", ""
        if mail.import_id is None:
            mail.to_email = ERASED
        erased_count += 1
    return Batch(batch[-1].id if batch else None, erased_count)
