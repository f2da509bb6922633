"""Operators are told of each cause once in a while, never in a flood, and of everything in the end."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from notifications.alert_advice import ADVICE
from notifications.alerts import MAIL_LIMIT, SUMMARIES_PER_PAUSE, mail_held_back, raise_alert
from notifications.messages import make_message
from records.database import Database
from records.tables import Alert, OutboxMail
from tests.notifications.conftest import NOW
from tests.notifications.mail_server import MAIL_FROM

OPERATOR = "operator@imports.example"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def raise_one(
    database: Database,
    cause: str = "import failed: load: OperationalError",
    *,
    kind: str = "import_failed",
    message: str = "Import 57 of 10001234 failed after 4 attempts.",
    now: datetime = NOW,
    is_lasting: bool = False,
) -> bool:
    with database.write() as session:
        return raise_alert(
            session,
            kind=kind,
            cause=cause,
            message=message,
            operator_email=OPERATOR,
            pause_seconds=3600,
            now=now,
            is_lasting=is_lasting,
        )


def mail_rest(database: Database, now: datetime) -> int:
    with database.write() as session:
        return mail_held_back(session, operator_email=OPERATOR, pause_seconds=3600, now=now)


def read_mails(database: Database) -> list[OutboxMail]:
    with database.read() as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def read_alert(database: Database) -> Alert:
    with database.read() as session:
        return session.scalars(select(Alert)).one()


def test_a_cause_is_mailed_at_once_with_what_since_when_how_often_and_what_to_do(database: Database) -> None:
    assert raise_one(database)
    (mail,) = read_mails(database)
    assert (mail.kind, mail.to_email, mail.import_id) == ("alert", OPERATOR, None)
    assert mail.subject == "Learner imports: imports failed"
    flat = " ".join(mail.body_text.split())
    for words in (
        "Import 57 of 10001234 failed after 4 attempts.",
        "Since 23 November 2026 at 18:55",
        "Seen 1 time",
        "Cause import failed: load: OperationalError",
        "`learner-imports imports retry --all-failed`",
        "learner-imports status",
        "at most once in 60 minutes",
    ):
        assert words in flat
    assert max(len(line) for line in mail.body_text.splitlines()) <= 76


def test_the_same_cause_is_mailed_again_only_after_the_pause_and_says_how_often_it_was_seen(database: Database) -> None:
    assert raise_one(database)
    for minutes in (1, 30, 59):
        assert not raise_one(database, now=NOW + minutes * MINUTE)
    assert raise_one(database, now=NOW + HOUR)
    assert len(read_mails(database)) == 2
    assert "Seen        5 times, 4 since the last mail" in read_mails(database)[1].body_text
    alert = read_alert(database)
    assert (alert.seen_count, alert.unmailed_count, alert.mailed_at) == (5, 0, NOW + HOUR)
    assert (alert.first_seen_at, alert.last_seen_at) == (NOW, NOW + HOUR)


def test_what_was_seen_within_the_pause_is_mailed_when_it_is_over(database: Database) -> None:
    raise_one(database)
    assert mail_rest(database, NOW + HOUR) == 0
    raise_one(database, now=NOW + MINUTE)
    assert mail_rest(database, NOW + 59 * MINUTE) == 0
    assert mail_rest(database, NOW + HOUR) == 1
    assert mail_rest(database, NOW + HOUR) == 0
    assert "Seen        2 times, 1 since the last mail" in read_mails(database)[1].body_text


def test_a_clock_that_was_days_ahead_silences_no_alert(database: Database) -> None:
    assert raise_one(database, now=NOW + 30 * 24 * HOUR)
    assert raise_one(database, now=NOW)
    assert not raise_one(database, now=NOW + MINUTE)
    assert not raise_one(database, now=NOW - MINUTE), "another machine's clock may be a little behind"


def test_other_causes_are_mailed_each(database: Database) -> None:
    assert raise_one(database)
    assert raise_one(database, "part died: collector", kind="part_died")
    assert len(read_mails(database)) == 2


def test_a_hundred_causes_at_once_make_a_few_mails_that_tell_of_all(database: Database) -> None:
    for number in range(100):
        raise_one(database, f"import failed: cause {number:03d}.")
    assert len(read_mails(database)) == MAIL_LIMIT
    assert mail_rest(database, NOW + MINUTE) == 100 - MAIL_LIMIT
    assert mail_rest(database, NOW + 2 * MINUTE) == 0
    *_, summary = read_mails(database)
    assert summary.kind == "alert_summary"
    assert summary.subject == f"Learner imports: imports failed, for {100 - MAIL_LIMIT} reasons"
    assert summary.body_text.count("\nCause ") == 30
    assert "And 60 more causes" in summary.body_text and "And 60 more causes" in summary.body_html


def test_new_causes_all_hour_long_stay_below_the_limit(database: Database) -> None:
    for minute in range(60):
        raise_one(database, f"cause {minute}", now=NOW + minute * MINUTE)
        mail_rest(database, NOW + minute * MINUTE)
    assert len(read_mails(database)) <= MAIL_LIMIT + SUMMARIES_PER_PAUSE
    mail_rest(database, NOW + HOUR + 10 * MINUTE)
    with database.read() as session:
        assert not session.scalars(select(Alert).where(Alert.mailed_at.is_(None))).all()


def test_a_condition_that_lasts_is_counted_once_and_mailed_every_hour(database: Database) -> None:
    mailed = [raise_one(database, is_lasting=True, now=NOW + n * MINUTE / 2) for n in range(121)]
    assert [n for n, was_mailed in enumerate(mailed) if was_mailed] == [0, 120]
    assert read_alert(database).seen_count == 1
    raise_one(database, is_lasting=True, now=NOW + 3 * HOUR)
    assert read_alert(database).seen_count == 2


def test_alerts_raised_at_the_same_moment_make_one_mail_for_each_cause(database: Database) -> None:
    barrier = threading.Barrier(6, timeout=20)
    mailed: list[bool] = []

    def meet(number: int) -> None:
        barrier.wait()
        mailed.append(raise_one(database, f"cause {number % 2}"))

    threads = [threading.Thread(target=meet, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mailed) == [False] * 4 + [True] * 2
    assert len(read_mails(database)) == 2
    with database.read() as session:
        assert sorted(session.scalars(select(Alert.seen_count))) == [3, 3]


def test_held_back_alerts_are_mailed_by_one_of_two_who_look_at_once(database: Database) -> None:
    raise_one(database)
    raise_one(database)
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(mail_rest(database, NOW + HOUR))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 0, 0, 1]


def test_a_rolled_back_transaction_raises_no_alert(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as session:
        raise_alert(
            session,
            kind="part_died",
            cause="part died: collector",
            message="It died.",
            operator_email=OPERATOR,
            pause_seconds=3600,
            now=NOW,
        )
        raise RuntimeError
    assert read_mails(database) == []
    assert raise_one(database, "part died: collector")


@pytest.mark.parametrize("kind", [*ADVICE, "something new"])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_kind_becomes_a_mail_that_can_be_sent(database: Database, kind: str) -> None:
    raise_one(database, "c\x00\r\nBcc: x@example.org \u2028" * 50, kind=kind, message="m\x00\u202e\n" * 1000)
    (mail,) = read_mails(database)
    message = make_message(mail, mail_from=MAIL_FROM)
    assert message["Bcc"] is None
    assert "\x00" not in mail.body_text + mail.body_html + mail.subject
    assert len(read_alert(database).message) == 1000


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_the_longest_texts_and_control_characters_fit_into_postgresql(database: Database) -> None:
    assert raise_one(database, "\x00" * 500, message="\u2028" * 5000)
    assert not raise_one(database, "\x00" * 500, message="\u2028" * 5000)
