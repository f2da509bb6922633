"""Signing in to a mail server, and TLS, with a real server on loopback."""

from collections.abc import Callable
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from notifications.faults import SendFault
from records.tables import OutboxMail
from tests.notifications.certificates import make_server_context
from tests.notifications.mail_server import Mailbox, make_smtp_sender, run_server

MakeMail = Callable[..., OutboxMail]


def check_password(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: LoginPassword
) -> AuthResult:
    return AuthResult(success=auth_data == LoginPassword(b"imports", b"right"), handled=False)


@pytest.mark.parametrize(("password", "is_taken"), [("right", True), ("wrong", False)])
def test_it_signs_in_where_a_user_name_is_given(make_mail: MakeMail, password: str, is_taken: bool) -> None:
    mailbox = Mailbox()
    options = {"authenticator": check_password, "auth_required": True, "auth_require_tls": False}
    with (
        pytest.warns(UserWarning, match="Requiring AUTH while not requiring TLS"),
        run_server(mailbox, **options) as port,
    ):
        sender = make_smtp_sender(port, username="imports", password=password)
        if is_taken:
            sender.send(make_mail())
        else:
            with pytest.raises(SendFault, match="535") as caught:
                sender.send(make_mail())
            assert caught.value.can_retry, "an operator can mend the password; the mail is not at fault"
            assert "wrong" not in str(caught.value)
    assert len(mailbox.envelopes) == is_taken


@pytest.mark.parametrize("is_trusted", [True, False])
def test_tls_is_used_only_with_a_server_whose_certificate_is_trusted(
    tmp_path: Path, make_mail: MakeMail, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    context, certificate_file = make_server_context(tmp_path)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate_file))
    mailbox = Mailbox()
    with run_server(mailbox, tls_context=context, require_starttls=True) as port:
        sender = make_smtp_sender(port, use_starttls=True)
        if is_trusted:
            sender.send(make_mail())
        else:
            with pytest.raises(SendFault, match="SSLCertVerificationError") as caught:
                sender.send(make_mail())
            assert caught.value.can_retry
    assert len(mailbox.envelopes) == is_trusted


def test_tls_that_the_server_does_not_offer_is_not_done_without(make_mail: MakeMail) -> None:
    mailbox = Mailbox()
    with run_server(mailbox) as port, pytest.raises(SendFault):
        make_smtp_sender(port, use_starttls=True).send(make_mail())
    assert mailbox.envelopes == []


@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_server_that_speaks_tls_from_the_start_is_signed_in_to_if_its_certificate_is_trusted(
    tmp_path: Path, make_mail: MakeMail, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    context, certificate_file = make_server_context(tmp_path)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate_file))
    mailbox = Mailbox()
    options = {"authenticator": check_password, "auth_required": True, "auth_require_tls": False}
    with (
        pytest.warns(UserWarning, match="Requiring AUTH while not requiring TLS"),
        run_server(mailbox, ssl_context=context, **options) as port,
    ):
        sender = make_smtp_sender(port, use_tls=True, username="imports", password="right")
        if is_trusted:
            sender.send(make_mail())
        else:
            with pytest.raises(SendFault, match="SSLCertVerificationError") as caught:
                sender.send(make_mail())
            assert caught.value.can_retry and caught.value.is_of_server
    assert len(mailbox.envelopes) == is_trusted


@pytest.mark.parametrize("use_tls", [True, False])
def test_a_certificate_of_another_host_is_refused(
    tmp_path: Path, make_mail: MakeMail, monkeypatch: pytest.MonkeyPatch, use_tls: bool
) -> None:
    context, certificate_file = make_server_context(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate_file))
    mailbox = Mailbox()
    options = {"ssl_context": context} if use_tls else {"tls_context": context}
    with run_server(mailbox, **options) as port, pytest.raises(SendFault, match="SSLCertVerificationError"):
        sender = make_smtp_sender(port, use_tls=use_tls, use_starttls=not use_tls)
        sender.host = "localhost"
        sender.send(make_mail())
    assert mailbox.envelopes == []
