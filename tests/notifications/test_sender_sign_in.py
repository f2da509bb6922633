"""Signing in to a mail server, and TLS, with a real server on loopback."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from notifications.faults import SendFault
from records.tables import OutboxMail
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


def write_certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


@pytest.mark.parametrize("is_trusted", [True, False])
def test_tls_is_used_only_with_a_server_whose_certificate_is_trusted(
    tmp_path: Path, make_mail: MakeMail, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    certificate_file, key_file = write_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
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
