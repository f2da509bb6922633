"""`providers sftp-key` and `providers sftp-password` as an operator types them."""

from pathlib import Path

import asyncssh
import pytest
from click.testing import CliRunner, Result

from cli.entry import cli

UKPRN = "10001234"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_HOME", str(tmp_path / "home"))
    assert run("add", UKPRN, "Northfield").exit_code == 0


def run(*words: str, given: str = "") -> Result:
    return CliRunner().invoke(cli, ["providers", *words], input=given)


@pytest.mark.parametrize("way", ["file", "text", "standard input"])
def test_a_key_is_added_listed_and_removed(tmp_path: Path, way: str) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519", comment="office")
    text, path = key.export_public_key().decode(), tmp_path / "id.pub"
    path.write_text(text)
    word = {"file": str(path), "text": text.strip(), "standard input": "-"}[way]
    added = run("sftp-key", "add", UKPRN, word, given=text)
    assert (added.exit_code, key.get_fingerprint() in added.stdout) == (0, True)
    assert "already" in run("sftp-key", "add", UKPRN, word, given=text).stdout
    listed = run("sftp-key", "list", UKPRN).stdout
    assert listed.split() == [UKPRN, key.get_fingerprint(), "ssh-ed25519", "never", "used", "office"]
    assert run("sftp-key", "list").stdout == listed
    assert run("sftp-key", "remove", UKPRN, key.get_fingerprint()).exit_code == 0
    assert run("sftp-key", "list").stdout == ""
    assert run("sftp-key", "remove", UKPRN, key.get_fingerprint()).exit_code == 2


def test_a_private_key_is_wrong_usage_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "id"
    path.write_bytes(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    refused = run("sftp-key", "add", UKPRN, str(path))
    assert refused.exit_code == 2
    assert "private key" in refused.stderr and "BEGIN" not in refused.output


@pytest.mark.parametrize(
    "words",
    [
        ("sftp-key", "add", UKPRN, "/nowhere.pub"),
        ("sftp-key", "add", "10009999", "ssh-ed25519 AAAA"),
        ("sftp-key", "list", "10009999"),
        ("sftp-password", "set", "10009999"),
        ("sftp-password", "remove", "1"),
    ],
)
def test_what_cannot_be_done_is_wrong_usage(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_a_password_is_made_and_shown_once_or_taken_from_standard_input() -> None:
    made = run("sftp-password", "set", UKPRN)
    assert made.exit_code == 0 and len(made.stdout.strip()) >= 20
    given = run("sftp-password", "set", UKPRN, "--stdin", given="correct horse battery\n")
    assert given.exit_code == 0 and "horse" not in given.output
    refused = run("sftp-password", "set", UKPRN, "--stdin", given="short\n")
    assert refused.exit_code == 2 and "12 to 128" in refused.stderr
    assert "any more" in run("sftp-password", "remove", UKPRN).stdout
    assert "had no" in run("sftp-password", "remove", UKPRN).stdout
