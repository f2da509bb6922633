"""Nothing that a provider, a file, an address or a setting is called adds a line, a header or a recipient to a mail."""

import email.policy
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage

import pytest

from notifications.faults import SendFault
from notifications.messages import make_message
from notifications.rendering import render_email
from records.tables import OutboxMail
from tests.notifications.mail_server import MAIL_FROM, Mailbox, make_smtp_sender, run_server
from tests.notifications.test_email_text import CONTEXT

MakeMail = Callable[..., OutboxMail]
HEADERS = {
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "auto-submitted",
    "x-auto-response-suppress",
    "mime-version",
    "content-type",
}
SMUGGLED = [
    "A\r\nBcc: victim@example.org",
    "A\nX-Evil: 1",
    "A\rBcc: victim@example.org",
    "A\r\n\r\n<b>a body</b>",
    "A\x00B",
    "A\x0bB\x0cC\x1cD\x1eE",
    "A\u2028Bcc: victim@example.org",
    "A\u2029B\u0085C",
    "A\u202eB\u2066C",
    "A\ud800B",
    "=?utf-8?q?=0D=0ABcc:_victim@example.org?=",
    "=?utf-8?b?DQpCY2M6IHZpY3RpbUBleGFtcGxlLm9yZw==?= School",
    "Zoë =?utf-8?q?=0ABcc:_victim@example.org?= " + "long " * 60,
    "=?utf-7?q?+AA0ACg-Bcc:_victim@example.org?=",
    "x" * 900,
]


def parse(mail: OutboxMail) -> EmailMessage:
    content = make_message(mail, mail_from=MAIL_FROM).as_bytes()
    assert b"\nBcc" not in content and b"\rBcc" not in content
    return message_from_bytes(content, policy=email.policy.default)


@pytest.mark.parametrize("text", SMUGGLED)
def test_a_subject_adds_no_header_and_hides_nothing(make_mail: MakeMail, text: str) -> None:
    message = parse(make_mail(subject=text))
    assert {name.lower() for name in message.keys()} == HEADERS  # noqa: SIM118 - headers, not a dict
    assert message["Subject"].isprintable()
    if text.isprintable() and len(text) < 200:
        assert message["Subject"] == text


@pytest.mark.parametrize("text", SMUGGLED)
@pytest.mark.parametrize("field", ["provider_name", "file_name"])
def test_the_name_of_a_provider_or_a_file_adds_no_header(make_mail: MakeMail, field: str, text: str) -> None:
    rendered = render_email("already_imported", CONTEXT | {field: text})
    message = parse(make_mail(**rendered._asdict()))
    assert {name.lower() for name in message.keys()} == HEADERS  # noqa: SIM118
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@northfield.example\r\nBcc: victim@example.org",
        "a@northfield.example\nRCPT TO:<victim@example.org>",
        "a@northfield.example, victim@example.org",
        "a@northfield.example;victim@example.org",
        "<a@northfield.example> victim@example.org",
        '"x, victim@example.org"@northfield.example',
        "@example.org:a@northfield.example",
        "a(victim@example.org)@northfield.example",
        "a b@northfield.example",
        "a\x00@northfield.example",
        "a@northfield.example\u2028",
        "a\u202e@northfield.example",
        "=?utf-8?q?victim=40example.org=2C?=@northfield.example",
        "a@=?utf-8?q?x=0D=0A?=.example",
        "a@\u202enorthfield.example",
    ],
)
def test_what_is_not_one_plain_address_gets_no_mail_and_is_not_repeated(make_mail: MakeMail, address: str) -> None:
    with pytest.raises(SendFault) as caught:
        make_message(make_mail(to_email=address), mail_from=MAIL_FROM)
    assert not caught.value.can_retry
    assert "victim" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "written"),
    [
        (" office@northfield.example ", "office@northfield.example"),
        ("o'brien+imports@northfield.sch.uk", "o'brien+imports@northfield.sch.uk"),
        ("operator@localhost", "operator@localhost"),
        ("office@école.example", "office@xn--cole-9oa.example"),
    ],
)
def test_ordinary_addresses_are_written_to(make_mail: MakeMail, address: str, written: str) -> None:
    assert parse(make_mail(to_email=address))["To"] == written


@pytest.mark.parametrize(
    "mail_from",
    ["", "nobody", "a@b.example\r\nBcc: v@example.org", "N\x00 <a@b.example>", "=?utf-8?q?=0AX:?= <a@b.example>"],
)
def test_a_sender_that_is_no_address_is_a_setting_to_mend_and_costs_no_mail(
    make_mail: MakeMail, mail_from: str
) -> None:
    with pytest.raises(SendFault, match="LEARNER_IMPORTS_MAIL_FROM") as caught:
        make_message(make_mail(), mail_from=mail_from)
    assert caught.value.can_retry and caught.value.is_of_server


def test_the_mail_server_is_told_of_one_recipient_only(make_mail: MakeMail) -> None:
    mailbox = Mailbox()
    with run_server(mailbox) as port:
        make_smtp_sender(port).send(
            make_mail(subject=SMUGGLED[10], body_text="\r\n.\r\nRCPT TO:<victim@example.org>\r\n")
        )
    (envelope,) = mailbox.envelopes
    assert envelope.rcpt_tos == ["office@northfield.example"]
