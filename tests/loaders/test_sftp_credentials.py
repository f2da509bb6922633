"""Keys and passwords of the SFTP server: which are taken, and that each change is in the audit trail."""

import subprocess
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from sqlalchemy import select

from intake.sftp.accounts import find_account, is_password
from loaders.providers import ProviderError, add_provider
from loaders.sftp_credentials import (
    CredentialError,
    add_key,
    check_password,
    list_credentials,
    make_password,
    parse_public_key,
    remove_key,
    remove_password,
    set_password,
)
from records.database import Database
from records.tables import AuditEvent, Provider, SftpCredential

PASSWORD = "correct horse battery"


def make_key(kind: str = "ssh-ed25519", **given: Any) -> asyncssh.SSHKey:
    return asyncssh.generate_private_key(kind, **{"comment": "office", **given})


def actions(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)))


def test_a_key_is_added_once_listed_and_removed(database: Database, provider: Provider) -> None:
    key = make_key()
    text = key.export_public_key().decode()
    fingerprint = key.get_fingerprint("sha256")
    with database.write() as session:
        assert add_key(session, provider.ukprn, text)[1] is True
    with database.write() as session:
        assert add_key(session, provider.ukprn, text)[1] is False
        (listed,) = list_credentials(session, kind="key", ukprn=provider.ukprn)
    assert (listed.ukprn, listed.credential.fingerprint) == (provider.ukprn, fingerprint)
    assert (listed.credential.comment, listed.credential.public_key) == ("office", " ".join(text.split()[:2]))
    with database.write() as session:
        assert remove_key(session, provider.ukprn, fingerprint[:20]) == fingerprint
    with database.write() as session, pytest.raises(CredentialError, match="no such key"):
        remove_key(session, provider.ukprn, fingerprint)
    assert actions(database) == ["sftp key added", "sftp key removed"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_one_key_may_belong_to_two_providers_and_is_removed_from_one(database: Database, provider: Provider) -> None:
    text, ukprns = make_key().export_public_key().decode(), (provider.ukprn, "10005678")
    with database.write() as session:
        add_provider(session, "10005678", "Southfield")
        for ukprn in ukprns:
            add_key(session, ukprn, text)
        remove_key(session, provider.ukprn, parse_public_key(text).fingerprint)
    with database.read() as session:
        assert [found.ukprn for found in list_credentials(session, kind="key")] == ["10005678"]


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("ssh-ed25519", {}),
        ("ecdsa-sha2-nistp256", {}),
        ("ecdsa-sha2-nistp521", {}),
        ("ssh-rsa", {"key_size": 2048}),
    ],
)
@pytest.mark.parametrize("form", ["openssh", "rfc4716", "pkcs8-pem"])
def test_keys_of_today_are_taken_in_every_form(kind: str, size: dict[str, int], form: str) -> None:
    key = make_key(kind, **size)
    assert parse_public_key(key.export_public_key(form).decode()).fingerprint == key.get_fingerprint("sha256")


@pytest.mark.parametrize("form", ["openssh", "pkcs8-pem", "pkcs1-pem"])
def test_a_private_key_is_refused_with_what_that_means(form: str) -> None:
    key = make_key("ssh-rsa", key_size=2048)
    with pytest.raises(CredentialError, match="private key") as refused:
        parse_public_key(key.export_private_key(form).decode())
    assert "BEGIN" not in str(refused.value)
    with pytest.raises(CredentialError, match="private key"):
        parse_public_key("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no public key"),
        ("hello", "no public key"),
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA", "no public key"),
        ("ssh-ed25519 !!!!", "no public key"),
        ('command="id" ssh-ed25519 AAAA', "no public key"),
        ("one\ntwo", "more than one line"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "no public key"),
    ],
)
def test_what_is_no_key_is_refused(text: str, reason: str) -> None:
    with pytest.raises(CredentialError, match=reason):
        parse_public_key(text)


def test_keys_that_are_too_small_or_out_of_date_are_refused() -> None:
    for kind, size, reason in (("ssh-rsa", {"key_size": 1024}, "2048 bits"), ("ssh-ed448", {}, "not taken")):
        with pytest.raises(CredentialError, match=reason):
            parse_public_key(make_key(kind, **size).export_public_key().decode())
    authority = make_key()
    certificate = authority.generate_user_certificate(make_key(), "cert", principals=["10001234"])
    with pytest.raises(CredentialError):
        parse_public_key(certificate.export_certificate().decode())


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_comment_is_one_line_that_can_be_shown(database: Database, provider: Provider) -> None:
    text = make_key(comment="").export_public_key().decode().strip() + " a\x1b[31m\tb" + "c" * 300
    with database.write() as session:
        credential, _ = add_key(session, provider.ukprn, text)
    assert credential.comment.isprintable() and len(credential.comment) <= 200


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_password_is_kept_as_its_hash_and_replaced(database: Database, provider: Provider) -> None:
    for password in (PASSWORD, PASSWORD + " 2"):
        with database.write() as session:
            set_password(session, provider.ukprn, password)
    with database.read() as session:
        (credential,) = session.scalars(select(SftpCredential))
    assert credential.password_hash is not None and credential.password_hash.startswith("$argon2id$")
    account = find_account(database, provider.ukprn)
    assert is_password(account, PASSWORD + " 2") and not is_password(account, PASSWORD)
    assert not is_password(account, "") and not is_password(None, PASSWORD)
    with database.write() as session:
        assert remove_password(session, provider.ukprn) and not remove_password(session, provider.ukprn)
    assert not is_password(find_account(database, provider.ukprn), PASSWORD + " 2")
    assert actions(database) == ["sftp password set", "sftp password set", "sftp password removed"]
    with database.read() as session:
        assert "horse" not in str(list(session.scalars(select(AuditEvent.details))))


@pytest.mark.parametrize("password", ["", "short", "elevenchars", "aaaaaaaaaaaaaa", "pässwörter sind lang", "x\ny" * 9])
def test_a_password_that_is_weak_or_hard_to_send_is_refused(password: str) -> None:
    with pytest.raises(CredentialError) as refused:
        check_password(password)
    assert not password or password not in str(refused.value)


def test_a_made_password_is_taken_and_never_the_same() -> None:
    made = {make_password() for _ in range(20)}
    assert len(made) == 20
    for password in made:
        check_password(password)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_who_is_not_registered_gets_no_credentials(database: Database) -> None:
    text = make_key().export_public_key().decode()
    for work in (
        lambda session: add_key(session, "10009999", text),
        lambda session: set_password(session, "10009999", PASSWORD),
        lambda session: remove_password(session, "10009999"),
        lambda session: list_credentials(session, kind="key", ukprn="10009999"),
    ):
        with database.write() as session, pytest.raises(ProviderError, match="is registered"):
            work(session)


def test_a_key_of_ssh_keygen_is_taken(tmp_path: Path) -> None:
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "Jo's laptop", "-f", str(tmp_path / "id")]
    try:
        subprocess.run(words, check=True)
    except FileNotFoundError:
        pytest.skip("ssh-keygen is not installed")
    assert parse_public_key((tmp_path / "id.pub").read_text()).comment == "Jo's laptop"
