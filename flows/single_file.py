"""One file by command: checking it without loading, and doing its whole job in this process, with no server."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from flows.begun import BegunFile, BegunReading
from flows.kinds import find_more_faults, plan_by_kind, validate_by_kind
from flows.mailing import send_due_mail, send_or_log
from flows.processing import process_import
from flows.steps import ImportWork, import_what_follows, take_within
from flows.workplace import Workplace
from records.database import Database
from records.queue import request_import
from records.stored_file import StoredFile
from records.tables import ImportSource, ImportStatus, LearnerImport, Provider
from schemas.findings import FileError, Finding, sort_findings
from schemas.rules import ERROR
from schemas.table import SheetTable

VALID = "valid"


@dataclass
class FileOutcome:
    """What came of one file. Holds learners' data: never log it.

    Args:
        status: valid, successful, unsuccessful, failed or already_imported.
        import_id: None when the file was only checked.
        findings: all of them.
        table: the sheet as it was read; None when it could not be read, or was not because it is imported already.
    """

    status: str
    import_id: int | None = None
    row_count: int = 0
    created_count: int = 0
    updated_count: int = 0
    unchanged_count: int = 0
    findings: list[Finding] = field(default_factory=list)
    table: SheetTable | None = None


def check_file(reading: BegunReading, *, provider: Provider, database: Database, now: datetime) -> FileOutcome:
    """Validate a file and tell what importing it would do. Loads nothing and leaves no trace.

    Raises:
        OSError: the file can't be opened.
    """
    try:
        import_what_follows()
        table = reading.result()
    except FileError as refused:
        return FileOutcome(ImportStatus.UNSUCCESSFUL, findings=refused.findings)
    validated = validate_by_kind(table, ukprn=provider.ukprn, now=now)
    outcome = FileOutcome(VALID, row_count=validated.row_count, findings=list(validated.findings), table=table)
    if validated.is_valid:
        with database.read() as session:
            preview = plan_by_kind(session, validated, kind=table.kind, provider_id=provider.id).result
        outcome.findings += preview.findings
        outcome.created_count, outcome.updated_count = preview.created_count, preview.updated_count
        outcome.unchanged_count = preview.unchanged_count
    else:
        with database.read() as session:
            more = find_more_faults(session, validated, kind=table.kind, provider_id=provider.id)
        outcome.findings = sort_findings([*outcome.findings, *more]) if more else outcome.findings
    if any(finding.severity == ERROR for finding in outcome.findings):
        return FileOutcome(
            ImportStatus.UNSUCCESSFUL, row_count=validated.row_count, findings=outcome.findings, table=table
        )
    return outcome


def import_file(workplace: Workplace, begun: BegunFile, *, provider: Provider) -> FileOutcome:
    """Import a file as the command line asks: queue it, take it, process it, send its mail."""
    work = _queue(workplace, begun, provider)
    process_import(workplace, work, is_retried=False)
    send_or_log(partial(send_due_mail, workplace, import_id=work.import_id))
    record = work.learner_import
    return FileOutcome(
        status=(work.outcome or ImportStatus.FAILED).replace(" ", "_"),
        import_id=work.repeats_import_id or work.import_id,
        row_count=record.row_count,
        created_count=record.created_count,
        updated_count=record.updated_count,
        unchanged_count=record.unchanged_count,
        findings=work.findings,
        table=work.table,
    )


def _queue(workplace: Workplace, begun: BegunFile, provider: Provider) -> ImportWork:
    """Queue a file and lease it in one transaction, so that no worker ever sees it free."""
    try:
        with workplace.database.write() as session:
            requested = request_import(
                session, begun.stored, provider_id=provider.id, source=ImportSource.COMMAND, now=workplace.now()
            )
            work = take_within(session, workplace, requested.id)
            assert work  # noqa: S101 - for the type checker: nobody else sees it
            begun.is_queued = True  # before the commit: a signal right after it must not take the import's file away
    except Exception:
        begun.is_queued = _may_be_queued(workplace, begun.stored)
        raise
    work.begun = begun.reading
    return work


def _may_be_queued(workplace: Workplace, stored: StoredFile) -> bool:
    """Say whether an import has a file after a fault, which may have been the loss of the answer that it has."""
    with suppress(SQLAlchemyError), workplace.database.read() as session:
        has_it = select(LearnerImport.id).where(LearnerImport.storage_name == stored.storage_name)
        return session.scalar(has_it) is not None
    return True
