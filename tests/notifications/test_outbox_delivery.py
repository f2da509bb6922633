"""What waits in the outbox goes out once, is tried again with growing pauses, and is given up in the end."""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import notifications.outbox
from notifications.faults import SendFault
from notifications.outbox import (
    CLAIM,
    FIRST_PAUSE,
    DeliveryCount,
    Result,
    claim_mail,
    deliver_one,
    deliver_waiting,
    find_pause,
)
from records.database import Database
from records.tables import OutboxMail
from tests.notifications.conftest import NOW
from tests.notifications.mail_server import make_smtp_sender

MakeMail = Callable[..., OutboxMail]
MINUTE = timedelta(minutes=1)


class Clock:
    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        return self.moment


class FakeSender:
    """Keeps the Message-IDs of what it sent; fails with `fault` while there is one."""

    longest_seconds = 1.0

    def __init__(self, fault: SendFault | None = None) -> None:
        self.fault = fault
        self.sent: list[str] = []

    def send(self, mail: OutboxMail) -> None:
        if self.fault:
            raise self.fault
        self.sent.append(mail.message_id)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def put_mail(database: Database, make_mail: MakeMail) -> MakeMail:
    def put(**columns: object) -> OutboxMail:
        mail = make_mail(**columns)
        with database.write() as session:
            session.add(mail)
        return mail

    return put


def read_mail(database: Database, mail_id: int) -> OutboxMail:
    with database.read() as session:
        return session.scalars(select(OutboxMail).where(OutboxMail.id == mail_id)).one()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_one_mail_is_sent_by_itself_unless_another_has_it_in_hand(
    database: Database, put_mail: MakeMail, clock: Clock
) -> None:
    put_mail()
    mail, claimed, sender = put_mail(), put_mail(), FakeSender()
    claim_mail(database, claimed.id, NOW)
    assert deliver_one(database, sender, mail.id, now=clock) is Result.SENT
    assert deliver_one(database, sender, claimed.id, now=clock) is None
    assert sender.sent == [mail.message_id]
    assert read_mail(database, mail.id).status == "sent"


def test_what_is_due_is_sent_once_the_longest_due_first(database: Database, put_mail: MakeMail, clock: Clock) -> None:
    second, first = put_mail(), put_mail(next_attempt_at=NOW - MINUTE)
    later = put_mail(next_attempt_at=NOW + MINUTE)
    sender = FakeSender()
    assert deliver_waiting(database, sender, now=clock) == DeliveryCount(sent=2, postponed=0, given_up=0)
    assert sender.sent == [first.message_id, second.message_id]
    row = read_mail(database, first.id)
    assert (row.status, row.sent_at, row.attempt_count, row.fault) == ("sent", NOW, 1, None)
    assert deliver_waiting(database, sender, now=clock) == DeliveryCount(0, 0, 0)
    assert read_mail(database, later.id).status == "waiting"
    clock.moment += timedelta(days=30)
    assert deliver_waiting(database, sender, now=clock) == DeliveryCount(1, 0, 0)
    assert sender.sent[2:] == [later.message_id]


def test_no_more_than_the_limit_is_sent_in_one_call(database: Database, put_mail: MakeMail, clock: Clock) -> None:
    for _ in range(3):
        put_mail()
    assert deliver_waiting(database, FakeSender(), now=clock, limit=2).sent == 2
    assert deliver_waiting(database, FakeSender(), now=clock, limit=2).sent == 1


def test_a_fault_postpones_the_mail_with_growing_pauses_until_it_is_sent(
    database: Database, put_mail: MakeMail, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    mail = put_mail()
    sender = FakeSender(SendFault("The mail server did not take the mail (code 451).", can_retry=True))
    pauses = []
    with caplog.at_level(logging.WARNING):
        for attempt_count in range(1, 11):
            assert deliver_waiting(database, sender, now=clock) == DeliveryCount(0, 1, 0)
            row = read_mail(database, mail.id)
            assert (row.status, row.attempt_count) == ("waiting", attempt_count)
            assert row.fault == "The mail server did not take the mail (code 451)."
            pauses.append((row.next_attempt_at - clock.moment).total_seconds())
            clock.moment = row.next_attempt_at - timedelta(seconds=1)
            assert deliver_waiting(database, sender, now=clock) == DeliveryCount(0, 0, 0)
            clock.moment += timedelta(seconds=1)
    assert pauses == [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert "code 451" in caplog.text
    assert mail.to_email not in caplog.text
    sender.fault = None
    assert deliver_waiting(database, sender, now=clock).sent == 1
    row = read_mail(database, mail.id)
    assert (row.status, row.attempt_count, row.fault) == ("sent", 11, None)


def test_very_many_attempts_still_make_a_pause_of_an_hour() -> None:
    assert find_pause(5000) == timedelta(hours=1)


def test_a_permanent_refusal_is_given_up_at_once_with_its_reason(
    database: Database, put_mail: MakeMail, clock: Clock
) -> None:
    mail = put_mail()
    sender = FakeSender(SendFault("The mail server refused the mail (code 550).", can_retry=False))
    assert deliver_waiting(database, sender, now=clock) == DeliveryCount(0, 0, 1)
    row = read_mail(database, mail.id)
    assert (row.status, row.fault) == ("given_up", "The mail server refused the mail (code 550).")
    clock.moment += timedelta(days=1)
    assert deliver_waiting(database, FakeSender(), now=clock) == DeliveryCount(0, 0, 0)


@pytest.mark.parametrize(("days", "status"), [(2, "given_up"), (1.9, "waiting")])
def test_mail_is_given_up_after_the_set_time(
    database: Database, put_mail: MakeMail, clock: Clock, days: float, status: str
) -> None:
    mail = put_mail(created_at=NOW - timedelta(days=days))
    sender = FakeSender(SendFault("No answer.", can_retry=True))
    deliver_waiting(database, sender, now=clock, give_up_after=timedelta(days=2))
    assert read_mail(database, mail.id).status == status


def test_a_server_that_is_down_is_asked_twice_and_the_other_mails_wait_without_losing_an_attempt(
    database: Database, put_mail: MakeMail, clock: Clock
) -> None:
    mails = [put_mail() for _ in range(100)]
    sender = FakeSender(SendFault("Down.", can_retry=True, is_of_server=True))
    assert deliver_waiting(database, sender, now=clock) == DeliveryCount(0, 2, 0)
    assert deliver_waiting(database, sender, now=clock) == DeliveryCount(0, 0, 0)
    left = read_mail(database, mails[50].id)
    assert (left.status, left.attempt_count, left.next_attempt_at) == ("waiting", 0, NOW + FIRST_PAUSE)
    sender.fault = None
    clock.moment += FIRST_PAUSE
    assert deliver_waiting(database, sender, now=clock) == DeliveryCount(100, 0, 0)
    assert len(set(sender.sent)) == 100


def test_mails_that_make_the_server_fail_come_after_the_others_in_the_end(
    database: Database, put_mail: MakeMail, clock: Clock
) -> None:
    bad = {put_mail(next_attempt_at=NOW - MINUTE).message_id for _ in range(3)}
    good = {put_mail().message_id for _ in range(5)}

    class Spoiled(FakeSender):
        def send(self, mail: OutboxMail) -> None:
            if mail.message_id in bad:
                raise SendFault("It hung up.", can_retry=True, is_of_server=True)
            super().send(mail)

    sender = Spoiled()
    for _ in range(4):
        deliver_waiting(database, sender, now=clock)
        clock.moment += FIRST_PAUSE
    assert set(sender.sent) == good


def test_delivery_stops_between_two_mails_when_told_to(database: Database, put_mail: MakeMail, clock: Clock) -> None:
    for _ in range(3):
        put_mail()
    sender = FakeSender()
    assert deliver_waiting(database, sender, now=clock, keep_going=lambda: len(sender.sent) < 1).sent == 1
    assert deliver_waiting(database, sender, now=clock).sent == 2


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_mail_is_claimed_for_longer_than_sending_it_can_take(
    database: Database, put_mail: MakeMail, clock: Clock
) -> None:
    mail = put_mail()
    sender = make_smtp_sender(1, timeout_seconds=200)

    class Looking(FakeSender):
        longest_seconds = sender.longest_seconds

        def send(self, mail: OutboxMail) -> None:
            assert read_mail(database, mail.id).next_attempt_at - NOW >= 2 * timedelta(seconds=6 * 200)
            super().send(mail)

    assert deliver_waiting(database, Looking(), now=clock).sent == 1
    assert read_mail(database, mail.id).status == "sent"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_database_that_is_away_after_a_mail_was_taken_makes_no_second_mail(
    database: Database, put_mail: MakeMail, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = put_mail()
    monkeypatch.setattr(notifications.outbox, "MARK_PAUSE_SECONDS", 0.01)
    write = database.write
    away = iter([True, True])

    class Failing(FakeSender):
        def send(self, mail: OutboxMail) -> None:
            super().send(mail)
            monkeypatch.setattr(database, "write", be_away)

    def be_away() -> AbstractContextManager[Session]:
        if next(away, False):
            raise OperationalError("UPDATE", {}, Exception("the server closed the connection"))
        return write()

    sender = Failing()
    assert deliver_waiting(database, sender, now=clock) == DeliveryCount(1, 0, 0)
    assert read_mail(database, mail.id).status == "sent"
    assert sender.sent == [mail.message_id]


def test_one_mail_that_fails_does_not_stop_the_others(database: Database, put_mail: MakeMail, clock: Clock) -> None:
    bad, good = put_mail(next_attempt_at=NOW - MINUTE), put_mail()

    class Choosy(FakeSender):
        def send(self, mail: OutboxMail) -> None:
            if mail.message_id == bad.message_id:
                raise SendFault("Refused.", can_retry=False)
            super().send(mail)

    sender = Choosy()
    assert deliver_waiting(database, sender, now=clock) == DeliveryCount(1, 0, 1)
    assert sender.sent == [good.message_id]


def test_a_mail_is_claimed_by_one_deliverer_only(database: Database, put_mail: MakeMail) -> None:
    mail = put_mail()
    claimed = claim_mail(database, mail.id, NOW)
    assert claimed is not None
    assert claimed.subject == mail.subject
    assert claim_mail(database, mail.id, NOW) is None


def test_two_deliverers_at_once_send_each_mail_once(database: Database, put_mail: MakeMail, clock: Clock) -> None:
    mails = [put_mail() for _ in range(12)]
    barrier = threading.Barrier(2, timeout=20)
    sent: list[str] = []

    class Meeting(FakeSender):
        """Holds its first mail until the other deliverer also holds one: both have seen the same list."""

        def send(self, mail: OutboxMail) -> None:
            if not self.sent:
                barrier.wait()
            super().send(mail)
            sent.append(mail.message_id)

    counts: list[DeliveryCount] = []
    threads = [
        threading.Thread(target=lambda: counts.append(deliver_waiting(database, Meeting(), now=clock)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == sorted(mail.message_id for mail in mails)
    assert sum(count.sent for count in counts) == 12
    assert all(count.sent for count in counts)


def test_no_transaction_is_open_while_mail_is_sent(database: Database, put_mail: MakeMail, clock: Clock) -> None:
    put_mail()

    class Looking(FakeSender):
        """Looks whether the deliverer still holds a connection."""

        def send(self, mail: OutboxMail) -> None:
            assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
            super().send(mail)

    assert deliver_waiting(database, Looking(), now=clock).sent == 1


def test_the_mail_of_a_deliverer_that_died_is_sent_when_its_claim_has_run_out(
    database: Database, put_mail: MakeMail, clock: Clock
) -> None:
    mail = put_mail()

    class Dying(FakeSender):
        def send(self, mail: OutboxMail) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver_waiting(database, Dying(), now=clock)
    clock.moment += CLAIM - timedelta(seconds=1)
    assert deliver_waiting(database, FakeSender(), now=clock).sent == 0
    clock.moment += timedelta(seconds=1)
    sender = FakeSender()
    assert deliver_waiting(database, sender, now=clock).sent == 1
    assert sender.sent == [mail.message_id]
