"""The ledger: every row put in is, exactly once, loaded, refused with a reason, or still waiting.

Owns the counting; it reads database, drop folders, private storage, outcomes and outbox as they are.
"""

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from intake.row_files import find_row_files
from records.database import Database
from records.tables import Account, ImportFinding, ImportStatus, Learner, LearnerImport, OutboxMail, Provider
from schemas.outcome_names import RECEIPT_ENDING, name_marked_up, name_outcome
from tests.faults.place import Place
from tests.faults.workbooks import LOADED, PutIn

WAITING = (ImportStatus.REQUESTED, ImportStatus.PROCESSING)


@dataclass
class Reckoning:
    """What the ledger found: rows by what became of them, and every sentence about what is lost or double."""

    put_in: int = 0
    loaded: int = 0
    refused: int = 0
    waiting: int = 0
    failed: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    twice_sent: int = 0

    @property
    def complaints(self) -> list[str]:
        """Everything that must not be; empty when all is well."""
        return self.lost + self.doubled + self.wrong


def reckon(place: Place, *, mails_taken: Counter[str] | None = None) -> Reckoning:
    """Go through everything that was put in.

    Args:
        place: with what was put in.
        mails_taken: how often a mail server took each Message-ID; None when mail goes into files.
    """
    reckoning = Reckoning()
    database = Database(place.database_url)
    try:
        with database.read() as session:
            on_disk = _hash_files(place)
            for put_in in place.put_ins:
                _follow(put_in, session, on_disk, reckoning)
            imports = list(session.scalars(select(LearnerImport)))
            _count_people(session, place, reckoning)
            _check_storage(place, imports, reckoning)
            _check_outcomes(session, place, imports, reckoning)
            _check_mails(session, place, imports, mails_taken, reckoning)
    finally:
        database.close()
    return reckoning


def _hash_files(place: Place) -> Counter[str]:
    """The files of drop folders, claimed ones too, by their SHA-256."""
    found: Counter[str] = Counter()
    for path in place.drop_folder.rglob("*"):
        if path.is_file() and "outcomes" not in path.parts:
            found[sha256(path.read_bytes()).hexdigest()] += 1
    return found


def _follow(put_in: PutIn, session: Session, on_disk: Counter[str], reckoning: Reckoning) -> None:
    rows = len(put_in.ulns)
    reckoning.put_in += rows
    imports = list(session.scalars(select(LearnerImport).where(LearnerImport.sha256 == put_in.sha256)))
    dropped = on_disk[put_in.sha256]
    if len(imports) > 1 or dropped > 1:
        reckoning.doubled.append(f"{put_in.file_name}: {len(imports)} imports, {dropped} files")
    learners = select(func.count()).select_from(Learner).where(Learner.uln.in_(put_in.ulns))
    found = session.scalar(learners) or 0
    if not imports:
        reckoning.waiting += rows * min(dropped, 1)
        if not dropped:
            reckoning.lost.append(f"{put_in.file_name}: neither dropped nor queued")
        return
    (done, *_) = imports
    if done.status == ImportStatus.SUCCESSFUL:
        reckoning.loaded += found
        _compare(put_in, done, found, reckoning)
        return
    if found:
        reckoning.doubled.append(f"{put_in.file_name}: {done.status}, and yet {found} learners")
    if done.status == ImportStatus.UNSUCCESSFUL:
        reckoning.refused += rows
        noted = session.scalar(select(func.count()).where(ImportFinding.import_id == done.id))
        if put_in.expected == LOADED or not noted or noted != done.error_count + done.warning_count:
            reckoning.wrong.append(f"{put_in.file_name}: refused with {noted} findings, {done.error_count} errors")
    elif done.status in WAITING:
        reckoning.waiting += rows
    else:
        reckoning.failed += rows


def _compare(put_in: PutIn, done: LearnerImport, found: int, reckoning: Reckoning) -> None:
    rows = len(put_in.ulns)
    if found < rows:
        reckoning.lost.append(f"{put_in.file_name}: {found} of {rows} learners")
    if found > rows:
        reckoning.doubled.append(f"{put_in.file_name}: {found} learners of {rows}")
    if put_in.expected != LOADED or (done.row_count, done.created_count) != (rows, rows):
        reckoning.wrong.append(f"{put_in.file_name}: says {done.created_count} of {done.row_count} created")


def _count_people(session: Session, place: Place, reckoning: Reckoning) -> None:
    """Every learner was put in, and has an account of their own; no account is left without a learner."""
    ours = frozenset[str]().union(*(put_in.ulns for put_in in place.put_ins))
    strangers = [uln for uln in session.scalars(select(Learner.uln)) if uln not in ours]
    learners = session.scalar(select(func.count()).select_from(Learner))
    distinct = session.scalar(select(func.count(func.distinct(Learner.account_id))))
    accounts = session.scalar(select(func.count()).select_from(Account).where(Account.kind == "learner"))
    if strangers or not learners == distinct == accounts:
        reckoning.doubled.append(f"{learners} learners, {distinct} of them with an account, {accounts} accounts")


def _check_storage(place: Place, imports: list[LearnerImport], reckoning: Reckoning) -> None:
    kept = {path.name: path for path in place.storage_folder.glob("*")}
    for record in imports:
        path = kept.pop(record.storage_name, None)
        if record.erased_at is None and (path is None or sha256(path.read_bytes()).hexdigest() != record.sha256):
            reckoning.lost.append(f"import {record.id}: its original is not in private storage, or is another")
        for rows in find_row_files(place.storage_folder / record.storage_name):
            if kept.pop(rows.name, None) and record.erased_at is not None:
                reckoning.wrong.append(f"import {record.id}: rows of it are kept though it was erased")
    claimed = [path.name for path in place.drop_folder.glob("*/.claimed/*")]
    for name in kept:  # half a copy is cleared away in time; a whole one belongs to a file that is still claimed
        if not name.endswith(".part") and not any(name in claim for claim in claimed):
            reckoning.wrong.append(f"private storage: {name} belongs to nothing")


def _check_outcomes(session: Session, place: Place, imports: list[LearnerImport], reckoning: Reckoning) -> None:
    ukprns = {record.id: record.ukprn for record in session.scalars(select(Provider))}
    due: set[Path] = set()
    for record in imports:
        if record.outcome_returned_at and not record.outcome_removed_at:
            folder = place.drop_folder / ukprns[record.provider_id] / "outcomes"
            is_repeat = record.repeats_import_id is not None
            due.add(folder / (name_outcome(record.id, record.status, is_repeat=is_repeat) + RECEIPT_ENDING))
            if record.status == ImportStatus.UNSUCCESSFUL and record.row_count:
                due.add(folder / name_marked_up(record.id, record.status))
    there = {path for path in place.drop_folder.glob("*/outcomes/*") if not path.name.startswith(".")}
    reckoning.lost += [f"outcomes: {path.name} is missing" for path in due - there]
    unreturned = {record.id for record in imports if not record.outcome_returned_at}
    for path in there - due:
        if int(path.name.split("-")[1]) not in unreturned:
            reckoning.doubled.append(f"outcomes: {path.name} is one too many")


def _check_mails(
    session: Session,
    place: Place,
    imports: list[LearnerImport],
    mails_taken: Counter[str] | None,
    reckoning: Reckoning,
) -> None:
    """One mail to the provider for each outcome; each that is marked sent was taken, with an id of its own."""
    mails = list(session.scalars(select(OutboxMail).where(OutboxMail.import_id.is_not(None))))
    told = Counter((mail.import_id, mail.kind, mail.to_email) for mail in mails)
    reckoning.doubled += [
        f"import {id_}: {count} mails to one person" for (id_, _, _), count in told.items() if count > 1
    ]
    finished = {record.id for record in imports if record.status not in WAITING}
    mailed = {mail.import_id for mail in mails}
    reckoning.lost += [f"import {id_}: no mail" for id_ in finished - mailed]
    reckoning.wrong += [f"import {id_}: mail without an outcome" for id_ in mailed - finished]
    if mails_taken is None:
        files = [path.name for path in place.outbox_folder.glob("*.eml")]
        mails_taken = Counter({mail.message_id: sum(_token(mail) in name for name in files) for mail in mails})
        row_count = session.scalar(select(func.count()).select_from(OutboxMail)) or 0  # those to operators, too
        if len(files) > row_count:
            reckoning.doubled.append(f"{len(files)} mails in the outbox folder for {row_count} rows")
    for mail in mails:
        is_erased = not mail.body_text
        if mail.status == "sent" and not is_erased and not mails_taken[mail.message_id]:
            reckoning.lost.append(f"mail {mail.id}: marked as sent, and nobody took it")
    reckoning.twice_sent += sum(count - 1 for count in mails_taken.values() if count > 1)
    unknown = mails_taken.keys() - set(session.scalars(select(OutboxMail.message_id)))
    reckoning.wrong += [f"a mail server took {len(unknown)} mails of unknown ids"] * bool(unknown)


def _token(mail: OutboxMail) -> str:
    return mail.message_id.strip("<>").partition("@")[0]
