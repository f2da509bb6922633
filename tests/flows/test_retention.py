"""What was kept long enough is gone from disk and database; counts and audit trail stay; nothing else is touched."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from flows.mailing import send_due_mail
from flows.upkeep.erasing import BATCH, ERASED
from flows.upkeep.retention import erase_old
from flows.upkeep.stray_files import STRAY_SECONDS
from flows.workplace import Workplace
from notifications.account_mail import queue_invitation, queue_password_changed, queue_reset_link
from notifications.senders import find_file
from records.queue import QueueError, request_again
from records.tables import (
    Account,
    AddressFailure,
    Alert,
    AuditEvent,
    ImportFinding,
    ImportStatus,
    Learner,
    LearnerImport,
    OutboxMail,
    PartBeat,
    Provider,
    Purpose,
    SignInSession,
    now,
)
from tests.flows.conftest import Queue, read_import
from tests.web_min.people import make_learner

CANARY = "Canaryname-Erased"
LONG_AGO = timedelta(days=31)


def finish(workplace: Workplace, import_id: int, *, ago: timedelta = LONG_AGO, status: str = "unsuccessful") -> None:
    """Give an import an outcome of then, with a finding and a mail that names its file."""
    moment = now() - ago
    with workplace.database.write() as session:
        learner_import = session.get_one(LearnerImport, import_id)
        learner_import.status, learner_import.processed_at = status, moment
        learner_import.file_name, learner_import.row_count = f"{CANARY}.xls", 7
        session.add(
            ImportFinding(
                import_id=import_id,
                rule="gender_unknown",
                severity="error",
                row_number=2,
                column="Gender",
                cell="P2",
                message="Write Female.",
                suggestion=f"{CANARY}-suggestion",
                value=f"{CANARY}-value",
            )
        )
        session.add(
            OutboxMail(
                import_id=import_id,
                kind="unsuccessful",
                message_id=f"<{uuid4().hex}@learner-imports>",
                to_email="office@northfield.example",
                subject="Import",
                body_text=f"{CANARY}.xls",
                body_html=f"<p>{CANARY}.xls",
                status="sent",
                created_at=moment,
            )
        )


def original_of(workplace: Workplace, import_id: int) -> Path:
    return workplace.storage.path_of(read_import(workplace, import_id).storage_name)


@pytest.mark.parametrize("status", [ImportStatus.SUCCESSFUL, ImportStatus.UNSUCCESSFUL, ImportStatus.FAILED])
def test_file_name_values_and_mail_texts_are_erased_and_counts_and_an_audit_event_stay(
    workplace: Workplace, queue: Queue, status: ImportStatus
) -> None:
    import_id = queue("01-clean-small")
    finish(workplace, import_id, status=status)
    with workplace.database.read() as session:
        mail_file = find_file(workplace.settings.outbox_folder, session.scalars(select(OutboxMail)).one())
    mail_file.parent.mkdir(parents=True)
    mail_file.write_text(CANARY)
    counts = erase_old(workplace)
    assert (counts.import_count, counts.mail_count) == (1, 1)
    assert not original_of(workplace, import_id).exists() and not mail_file.exists()
    done = read_import(workplace, import_id)
    assert (done.file_name, done.row_count, done.status) == (ERASED, 7, status)
    assert done.erased_at
    with workplace.database.read() as session:
        finding = session.scalars(select(ImportFinding)).one()
        mail = session.scalars(select(OutboxMail)).one()
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "import erased")).one()
    assert (finding.value, finding.suggestion, finding.cell, finding.message) == (None, None, "P2", "Write Female.")
    assert (mail.subject, mail.body_text, mail.body_html, mail.status) == (ERASED, "", "", "sent")
    assert mail.to_email == "office@northfield.example", "who was told of an import stays known"
    assert (event.import_id, event.actor, event.details) == (import_id, "retention", {"finding_count": 1})
    assert erase_old(workplace) == (0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_was_erased_is_not_in_the_database_file_any_more(workplace: Workplace, queue: Queue) -> None:
    for _ in range(3):
        finish(workplace, queue("01-clean-small"))
    folder = Path(workplace.database.engine.url.database or "").parent

    def count_canaries() -> int:
        return sum(path.read_bytes().count(CANARY.encode()) for path in folder.glob("learners.db*"))

    assert count_canaries() > 0
    erase_old(workplace)
    assert count_canaries() == 0


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_outcomes_are_cleared_after_their_own_time(workplace: Workplace, queue: Queue) -> None:
    import_id = queue("01-clean-small")
    finish(workplace, import_id)
    receipt = workplace.settings.drop_folder / "10001234" / "outcomes" / f"import-{import_id}-unsuccessful.txt"
    receipt.parent.mkdir(parents=True)
    receipt.touch()
    with workplace.database.write() as session:
        session.get_one(LearnerImport, import_id).outcome_returned_at = now() - LONG_AGO
    assert erase_old(workplace).outcome_count == 1
    assert not receipt.exists()


def test_what_is_recent_or_not_finished_is_left_whole(workplace: Workplace, queue: Queue) -> None:
    recent, waiting = queue("01-clean-small"), queue("01-clean-small")
    finish(workplace, recent, ago=timedelta(days=29))
    assert erase_old(workplace) == (0, 0, 0, 0, 0, 0)
    assert original_of(workplace, recent).exists() and original_of(workplace, waiting).exists()
    assert read_import(workplace, recent).file_name == f"{CANARY}.xls"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_more_than_a_batch_is_erased_in_one_run(workplace: Workplace, queue: Queue) -> None:
    first = queue("01-clean-small")
    finish(workplace, first)
    with workplace.database.write() as session:
        row = session.get_one(LearnerImport, first)
        session.add_all(
            LearnerImport(
                provider_id=row.provider_id,
                source=row.source,
                file_name=CANARY,
                file_bytes=1,
                sha256="0" * 64,
                storage_name=f"gone{number}",
                status="failed",
                processed_at=row.processed_at,
            )
            for number in range(2 * BATCH)
        )
    assert erase_old(workplace).import_count == 2 * BATCH + 1


def test_a_failed_import_whose_file_is_erased_can_not_be_put_back(workplace: Workplace, queue: Queue) -> None:
    import_id = queue("01-clean-small")
    finish(workplace, import_id, status="failed")
    erase_old(workplace)
    with pytest.raises(QueueError, match="erased"), workplace.database.write() as session:
        request_again(session, import_id, now=now())


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_original_that_can_not_be_removed_is_not_called_erased(workplace: Workplace, queue: Queue) -> None:
    stubborn, other = queue("01-clean-small"), queue("01-clean-small")
    for import_id in (stubborn, other):
        finish(workplace, import_id)
    path = original_of(workplace, stubborn)
    path.unlink()
    path.mkdir()  # unlinking a folder fails, even for root
    assert erase_old(workplace).import_count == 1
    assert read_import(workplace, stubborn).erased_at is None and read_import(workplace, other).erased_at
    path.rmdir()
    assert erase_old(workplace).import_count == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_run_that_died_after_the_file_was_gone_is_made_up_for(workplace: Workplace, queue: Queue) -> None:
    import_id = queue("01-clean-small")
    finish(workplace, import_id)
    original_of(workplace, import_id).unlink()
    assert erase_old(workplace).import_count == 1


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_stray_files_go_after_a_day_and_no_file_of_an_import_does(workplace: Workplace, queue: Queue) -> None:
    kept = original_of(workplace, queue("01-clean-small"))
    folder = workplace.storage.folder
    stray, fresh, part, fresh_part = (folder / name for name in ("a" * 32, "b" * 32, "c.part", "d.part"))
    for path in (stray, fresh, part, fresh_part):
        path.write_text(CANARY)
    old = time.time() - STRAY_SECONDS - 60
    for path in (kept, stray, part):
        os.utime(path, (old, old))
    assert erase_old(workplace).stray_file_count == 2
    assert set(folder.iterdir()) == {kept, fresh, fresh_part}


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_alerts_long_over_and_signs_of_life_of_yesterday_go(workplace: Workplace) -> None:
    with workplace.database.write() as session:
        for cause, ago, unmailed_count in (("old", 31, 0), ("untold", 31, 1), ("recent", 1, 0)):
            seen_at = now() - timedelta(days=ago)
            session.add(Alert(cause=cause, kind="x", message="", last_seen_at=seen_at, unmailed_count=unmailed_count))
        session.add(PartBeat(part="collector", holder="a:1", beat_at=now() - timedelta(days=2)))
        session.add(PartBeat(part="collector", holder="a:2", beat_at=now()))
    assert erase_old(workplace).alert_count == 1
    with workplace.database.read() as session:
        assert set(session.scalars(select(Alert.cause))) == {"untold", "recent"}
        assert session.scalars(select(PartBeat.holder)).all() == ["a:2"]


@pytest.mark.parametrize(
    ("queue_mail", "ends_as"),
    [
        (partial(queue_invitation, account_id=1, link=f"https://x/{CANARY}", days=7, is_repeated=False), "sent"),
        (partial(queue_reset_link, link=f"https://x/{CANARY}", minutes=60), "sent"),
        (partial(queue_password_changed, link="https://x/forgotten"), "sent"),
        (partial(queue_reset_link, link=f"https://x/{CANARY}", minutes=60), "given_up"),
    ],
    ids=["invitation", "reset link", "password changed", "given up"],
)
def test_mail_about_accounts_is_erased_with_its_address_and_its_file(
    workplace: Workplace, queue_mail: Callable[..., OutboxMail], ends_as: str
) -> None:
    """The text of one with a link is blanked when it is sent; its file, subject and address are not."""
    with workplace.database.write() as session:
        mail = queue_mail(session, f"{CANARY}@students.example", username=CANARY, now=now() - LONG_AGO)
    mail_file = find_file(workplace.settings.outbox_folder, mail)
    send_due_mail(workplace)
    assert CANARY in mail_file.read_text()
    with workplace.database.write() as session:
        session.execute(update(OutboxMail).values(status=ends_as))
    assert erase_old(workplace).mail_count == 1
    assert not mail_file.exists()
    with workplace.database.read() as session:
        row = session.scalars(select(OutboxMail)).one()
    assert (row.status, row.to_email, row.subject, row.body_text, row.body_html) == (ends_as, ERASED, ERASED, "", "")
    assert erase_old(workplace).mail_count == 0


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_mail_that_still_waits_keeps_its_text(workplace: Workplace, queue: Queue) -> None:
    finish(workplace, queue("01-clean-small"))
    with workplace.database.write() as session:
        session.execute(update(OutboxMail).values(status="waiting"))
    assert erase_old(workplace).mail_count == 0


def test_sessions_that_are_over_and_addresses_quiet_for_a_day_go_and_others_stay(workplace: Workplace) -> None:
    settings, moment = workplace.settings, now()
    idle, limit = (timedelta(seconds=s) for s in (settings.session_idle_seconds, settings.session_limit_seconds))
    second = timedelta(seconds=10)
    sessions = {
        "in use": (moment - limit + second, moment),
        "about to be idle": (moment - idle, moment - idle + second),
        "idle": (moment - idle, moment - idle - second),
        "too long": (moment - limit - second, moment),
    }
    with workplace.database.write() as session:
        account = Account(kind="learner", username="learner", username_key="learner", session_key="key")
        session.add(account)
        session.flush()
        for token, (started_at, last_seen_at) in sessions.items():
            session.add(
                SignInSession(
                    token_hash=token,
                    account_id=account.id,
                    session_key="key",
                    purpose=Purpose.FULL,
                    started_at=started_at,
                    last_seen_at=last_seen_at,
                )
            )
        for address, ago in (("192.0.2.1", timedelta(hours=25)), ("192.0.2.2", timedelta(hours=23))):
            session.add(AddressFailure(address=address, failure_count=30, last_failure_at=moment - ago))
    erase_old(workplace)
    with workplace.database.read() as session:
        assert set(session.scalars(select(SignInSession.token_hash))) == {"in use", "about to be idle"}
        assert session.scalars(select(AddressFailure.address)).all() == ["192.0.2.2"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_learners_are_erased_once_they_can_be_restored_no_more(workplace: Workplace, provider: Provider) -> None:
    days = workplace.settings.restore_days
    for number, days_ago in enumerate((days + 1, days - 1)):
        deleted: dict[str, Any] = {"deleted_at": now() - timedelta(days=days_ago), "last_name": f"{CANARY}-{number}"}
        make_learner(workplace.database, provider.id, f"deleted.{number}", key=bytes(32), **deleted)
    assert erase_old(workplace).learner_count == 1
    with workplace.database.read() as session:
        assert session.scalars(select(Learner.last_name)).all() == [f"{CANARY}-1"]
        assert session.scalars(select(Account.username)).all() == ["deleted.1"]
