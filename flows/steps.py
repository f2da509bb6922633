"""The steps of one import, in order, as plain functions: read, validate, load, tell.

Each takes the workplace and the import at hand, leaves there what the next one needs, and returns one word for how it
stands when that is decided. Owns their order and transactions; the rules are in the rooms they call, and Prefect is
elsewhere.
"""

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session, joinedload

from flows.begun import BegunReading, reading_limits
from flows.deciding import decide, repeat
from flows.kinds import validate_by_kind
from flows.page_rows import keep_finding_rows
from flows.workplace import Workplace
from intake.locations.places import LocationGoneError
from intake.locations.trees import LocationAwayError
from intake.outcomes import return_outcome
from notifications.outcome_mail import queue_outcome_mail
from records.queue import Lease, finish_import, lease_import
from records.repeats import find_repeated
from records.tables import ImportFinding, ImportSource, ImportStatus, LearnerImport
from schemas.findings import FileError, Finding
from schemas.reading import start_reading
from schemas.rules import ERROR
from schemas.table import SheetTable

if TYPE_CHECKING:
    from schemas.validation import Validated

logger = logging.getLogger("learner_imports")

ALREADY_IMPORTED = "already imported"
CHECKED = "checked"  # and could be imported


class ImportWork:
    """One import at hand: the lease on it, and what the steps have made of it. Holds learners' data: never log it.

    `begun` is its reading when that was started before the import was queued.
    """

    def __init__(self, lease: Lease, learner_import: LearnerImport) -> None:
        self.lease = lease
        self.begun: BegunReading | None = None
        self.learner_import = learner_import
        self.import_id = learner_import.id
        self.ukprn = learner_import.provider.ukprn
        self.table: SheetTable | None = None
        self.validated: Validated | None = None
        self.kind: str = learner_import.kind
        self.findings: list[Finding] = []
        self.status: ImportStatus | None = None
        self.repeats_import_id: int | None = None

    def forget(self) -> None:
        """Let go of what was read of the file: a worker may go on for hours."""
        self.table = self.validated = None

    @property
    def outcome(self) -> str | None:
        """How it ended, in one word or two; None while that is open."""
        if self.repeats_import_id:
            return ALREADY_IMPORTED
        if self.learner_import.is_check and self.status == ImportStatus.SUCCESSFUL:
            return CHECKED
        return self.status

    @property
    def is_refused(self) -> bool:
        """Whether an error has been found."""
        return any(finding.severity == ERROR for finding in self.findings)


Step = Callable[[Workplace, ImportWork], str | None]


def take_import(workplace: Workplace) -> ImportWork | None:
    """Lease the import that has waited longest. None when there is none."""
    with workplace.database.write() as session:
        return take_within(session, workplace)


def take_within(session: Session, workplace: Workplace, import_id: int | None = None) -> ImportWork | None:
    """Lease an import as `take_import` does, or the named one, which the caller may have queued in this transaction."""
    lease = lease_import(
        session, now=workplace.now(), lease_seconds=workplace.settings.lease_seconds, import_id=import_id
    )
    if lease is None:
        return None
    learner_import = session.get_one(
        LearnerImport, lease.import_id, options=[joinedload(LearnerImport.provider)], populate_existing=True
    )
    return ImportWork(lease, learner_import)


def read(workplace: Workplace, work: ImportWork) -> str | None:
    """Read the original from private storage into a table of text, unless the same bytes are loaded already."""
    with workplace.database.read() as session:
        repeated = find_repeated(session, work.learner_import)
    if repeated:
        work.repeats_import_id, work.kind = repeated.id, repeated.kind
        return ALREADY_IMPORTED
    record = work.learner_import
    reading = work.begun or BegunReading(
        workplace.storage.path_of(record.storage_name), record.file_bytes, workplace.settings
    )
    try:
        import_what_follows()
        work.table = reading.result()
    except FileError as refused:
        work.findings = refused.findings
        return ImportStatus.UNSUCCESSFUL
    return None


def import_what_follows() -> None:
    """Import what the next steps need, which takes a second or two, while the child process reads."""
    import jinja2  # noqa: F401
    import pandera.backends.pandas.builtin_checks  # noqa: F401 - which Pandera else imports at its first validation

    import loaders.loading  # noqa: F401
    import schemas.validation  # noqa: F401


def validate(workplace: Workplace, work: ImportWork) -> str | None:
    """Find every error of every row."""
    if work.table is None:
        return None
    work.validated = validate_by_kind(work.table, ukprn=work.ukprn, now=workplace.now())
    work.kind = work.table.kind
    work.findings = work.validated.findings
    return ImportStatus.UNSUCCESSFUL if work.is_refused else None


def load(workplace: Workplace, work: ImportWork) -> str | None:
    """Match, make credentials, load, and record the outcome and its mail, all in one transaction.

    Of an import that is only a check nothing is loaded: what would be is counted.

    Raises:
        LeaseLostError: another worker holds the import now; nothing was changed.
    """
    from loaders.loading import lock_provider

    settings, storage_name = workplace.settings, work.learner_import.storage_name
    keep_finding_rows(workplace, storage_name, work.table, work.findings)  # before others are kept waiting
    with workplace.database.write() as session:
        lock_provider(session, work.learner_import.provider_id)
        repeated = find_repeated(session, work.learner_import)
        if repeated:
            work.repeats_import_id, work.kind = repeated.id, repeated.kind
            decision = repeat(repeated)
        else:
            decision = decide(session, workplace, work)
        if len(decision.findings) > len(work.findings):
            keep_finding_rows(workplace, storage_name, work.table, decision.findings)
        _record_findings(session, work.import_id, decision.findings)
        now = workplace.now()
        finish_import(
            session,
            work.lease,
            decision.status,
            now=now,
            repeats_import_id=work.repeats_import_id,
            fault=None,
            kind=work.kind,
            **decision.counts,
        )
        finished = session.get_one(LearnerImport, work.import_id, options=[joinedload(LearnerImport.provider)])
        queue_outcome_mail(
            session,
            finished,
            decision.findings,
            web_url=settings.effective_web_url,
            operator_email=settings.operator_email,
            now=now,
        )
    work.learner_import, work.validated = finished, None
    work.findings, work.status = decision.findings, decision.status
    return work.outcome


def _record_findings(session: Session, import_id: int, findings: Sequence[Finding]) -> None:
    """Write the findings, of which a large file that is wrong all over has tens of thousands."""
    if not findings:
        return
    from loaders.bulk import insert_rows, table_of

    columns = dict(zip(Finding._fields, zip(*findings, strict=True), strict=True))
    insert_rows(session, table_of(ImportFinding), columns, {"import_id": import_id})


def tell(workplace: Workplace, work: ImportWork) -> str | None:
    """Return the outcome to the folder that the file came from. Its mail is in the outbox since it was loaded."""
    if work.learner_import.source == ImportSource.FOLDER:
        table, work.table = work.table, None
        try:
            return_outcome(
                workplace.database,
                work.import_id,
                places=workplace.places,
                find_table=lambda _: table,
                now=workplace.now,
            )
        except (LocationAwayError, LocationGoneError) as away:  # the collector goes on asking
            logger.warning("import %s: outcome not returned yet: %s", work.import_id, type(away).__name__)
    return work.outcome


def read_again(workplace: Workplace, learner_import: LearnerImport) -> SheetTable | None:
    """Read the original of a finished import once more; None when it can't be read or is kept no more.

    Raises:
        OSError: reading it was stopped through no fault of the file; trying again can help.
    """
    path = workplace.storage.path_of(learner_import.storage_name)
    try:
        return start_reading(path, reading_limits(workplace.settings)).result()
    except (FileError, FileNotFoundError) as fault:
        logger.warning("import %s: not read again: %s", learner_import.id, type(fault).__name__)
        return None
