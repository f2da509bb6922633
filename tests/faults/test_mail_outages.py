"""The mail server is away for a while, or the sender dies: no mail is lost, and none is sent under two ids."""

from collections.abc import Iterator

import pytest

from tests.faults.conftest import MakePlace
from tests.faults.dying import Death
from tests.faults.jobs import MAIL, Job
from tests.faults.mail_server import MailServer
from tests.faults.recovery import LATER_SECONDS, kill_in, read_log, settle
from tests.faults.stem import Stem
from tests.faults.workbooks import REFUSED

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


def test_mail_waits_for_a_server_that_is_away_and_each_is_taken_once(
    stem: Stem, make_place: MakePlace, mail_server: MailServer
) -> None:
    place = make_place(**mail_server.settings)
    place.put_in()
    place.put_in(expected=REFUSED)
    job = Job(place.settings)
    assert stem.run(job) == 0, read_log(job)
    assert not mail_server.taken
    mail_server.start()
    settle(stem, place, mails_taken=mail_server.taken)
    assert list(mail_server.taken.values()) == [1, 1]


@pytest.mark.parametrize(
    ("where", "when", "most"),
    [
        ("notifications.outbox:claim_mail", "after", 1),
        ("smtplib:SMTP.send_message", "after", 2),
        ("notifications.outbox:deliver", "after", 1),
    ],
    ids=["before the server has it", "after the server's acceptance, before our mark", "after our mark"],
)
def test_a_sender_that_dies_sends_one_mail_twice_at_most_and_under_the_same_id(
    stem: Stem, make_place: MakePlace, mail_server: MailServer, where: str, when: str, most: int
) -> None:
    place = make_place(**mail_server.settings)
    place.put_in()
    mail_server.start()
    kill_in(stem, Job(place.settings, death=Death(where, when)))
    settle(stem, place, parts=(MAIL,), ahead_seconds=LATER_SECONDS, mails_taken=mail_server.taken)
    assert list(mail_server.taken.values()) == [most]
