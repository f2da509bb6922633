"""A setting that is wrong ends every command as wrong usage, says which and what is allowed, and shows no value."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from cli.configuring import read_settings
from cli.entry import COMMANDS, cli
from settings import Settings, is_loopback

ROOT = Path(__file__).parents[2]
SECRET = "s3cret-canary"
WRONG = [
    ("STAY_SECONDS", "abc", "must be a number from 0"),
    ("STAY_SECONDS", "-1", "must be a number from 0"),
    ("STAY_SECONDS", "nan", "must be a number from 0"),
    ("LEASE_SECONDS", "inf", "must be a number from 0"),
    ("LEASE_SECONDS", "1e300", "must be a number from 0"),
    ("READ_SECONDS", "0", "must be a number above 0"),
    ("WEB_PORT", "99999", "must be a whole number from 1 to 65535"),
    ("WEB_PORT", "0", "must be a whole number from 1 to 65535"),
    ("SFTP_PORT", "22.5", "must be a whole number from 1 to 65535"),
    ("KEEP_FILES_DAYS", "-1", "must be a whole number from 0"),
    ("ATTEMPT_LIMIT", "many", "must be a whole number of at least 1"),
    ("SMTP_TLS", "perhaps", "must be true or false"),
    ("LOG_LEVEL", "LOUD", "must be DEBUG, INFO, WARNING or ERROR"),
    ("WEB_URL", "learners.example", "must be an address that begins with http:// or https://"),
    ("WEB_TRUSTED_PROXY", "*", "must be an IP address"),
    ("WEB_TRUSTED_PROXY", "proxy.example", "must be an IP address"),
    ("WEB_TRUSTED_PROXY", "10.0.0.0/8", "must be an IP address"),
    ("INVITATION_DAYS", "0", "must be a whole number from 1"),
    ("DATABASE_URL", f"postgresql://u:{SECRET}@h/d", "must be an address that begins with sqlite:///"),
    ("DATABASE_URL", f"postgresql+psycopg://u:{SECRET}@x@h:ost/d", "can't be read. In user name and password write @"),
    ("MAIL_FROM", f"A <a@b.example>\r\nBcc: {SECRET}", "must be one line of text"),
    ("PREFECT_AUTH", SECRET, "must be a user name and a password with a colon between"),
    ("PREFECT_DATABASE_URL", f"mysql://{SECRET}", "must begin with postgresql+asyncpg://"),
    ("PREFECT_HOST", "0.0.0.0", "set LEARNER_IMPORTS_PREFECT_AUTH"),
    ("KEY_FILE", f"/nowhere/{SECRET}", "must name a readable text file"),
]


@pytest.mark.parametrize(("name", "value", "says"), WRONG)
def test_a_wrong_setting_is_named_with_what_is_allowed_and_without_its_value(
    name: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"LEARNER_IMPORTS_{name}", value)
    with pytest.raises(click.UsageError) as refused:
        read_settings()
    text = str(refused.value)
    assert f"LEARNER_IMPORTS_{name}" in text and says in text
    assert SECRET not in text


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_refuses_a_wrong_setting(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_STAY_SECONDS", "abc")
    done = CliRunner().invoke(cli, [command])
    assert done.exit_code == 2
    assert "LEARNER_IMPORTS_STAY_SECONDS must be a number from 0" in done.stderr


def test_the_list_of_commands_imports_none_of_them() -> None:
    asked = "import sys; from cli.entry import cli; cli(['--help'], standalone_mode=False); "
    loaded = "print({'sqlalchemy', 'pydantic', 'numpy', 'prefect'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked + loaded], capture_output=True, text=True, check=True, cwd=ROOT)
    *listed, last = done.stdout.splitlines()
    assert last == "set()"
    assert [name for name in COMMANDS if not any(line.startswith(f"  {name} ") for line in listed)] == []


def test_all_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STAY_SECONDS", "WEB_PORT", "SFTP_PORT"):
        monkeypatch.setenv(f"LEARNER_IMPORTS_{name}", "x")
    with pytest.raises(click.UsageError) as refused:
        read_settings()
    assert len(str(refused.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("WEBPORT", "is no setting. Did you mean LEARNER_IMPORTS_WEB_PORT?"),
        ("QQQQQQQQQQQQ", "is no setting. docs/settings.md lists them all."),
    ],
)
def test_an_unknown_setting_is_warned_of_and_stops_nothing(
    name: str, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"LEARNER_IMPORTS_{name}", SECRET)
    read_settings()
    told = capsys.readouterr()
    assert told.err == f"Warning: LEARNER_IMPORTS_{name} {says}\n"
    assert not told.out


@pytest.mark.parametrize(
    ("values", "is_warned"),
    [
        ({"HOST": "mail.example", "USERNAME": "us"}, True),
        ({"HOST": "mail.example", "USERNAME": "us", "STARTTLS": "true"}, False),
        ({"HOST": "mail.example", "USERNAME": "us", "TLS": "true"}, False),
        ({"HOST": "127.0.0.1", "USERNAME": "us"}, False),
        ({"HOST": "mail.example"}, False),
        ({"USERNAME": "us"}, False),
    ],
)
def test_a_mail_password_that_goes_in_the_clear_is_warned_of(
    values: dict[str, str], is_warned: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (values | {"PASSWORD": SECRET}).items():
        monkeypatch.setenv(f"LEARNER_IMPORTS_SMTP_{name}", value)
    read_settings()
    told = capsys.readouterr()
    advice = "Set LEARNER_IMPORTS_SMTP_STARTTLS or LEARNER_IMPORTS_SMTP_TLS to true."
    warning = f"Warning: The mail password goes through the network in the clear. {advice}\n"
    assert (told.out, told.err) == ("", warning if is_warned else "")


def test_tls_begins_at_once_or_later_but_not_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_SMTP_TLS", "true")
    monkeypatch.setenv("LEARNER_IMPORTS_SMTP_STARTTLS", "true")
    with pytest.raises(click.UsageError, match=r"LEARNER_IMPORTS_SMTP_TLS and LEARNER_IMPORTS_SMTP_STARTTLS"):
        read_settings()


def test_a_secret_may_come_from_a_file_but_not_in_two_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text(f"{SECRET}\n")
    monkeypatch.setenv("LEARNER_IMPORTS_SMTP_PASSWORD_FILE", str(tmp_path / "password"))
    assert read_settings().smtp_password.get_secret_value() == SECRET
    monkeypatch.setenv("LEARNER_IMPORTS_SMTP_PASSWORD", "another")
    with pytest.raises(click.UsageError, match="both set"):
        read_settings()


def test_secrets_are_not_shown_with_the_settings(tmp_path: Path) -> None:
    shown = repr(
        Settings(
            home=tmp_path,
            database_url=f"postgresql+psycopg://u:{SECRET}@h/d",
            drop_urls=f"sftp://u:{SECRET}@h/in",
            prefect_auth=SecretStr(f"admin:{SECRET}"),
        )
    )
    assert SECRET not in shown


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_WEB_PORT", "")
    assert read_settings().web_port == 8000


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_prefect_may_listen_on_this_machine_without_a_password(host: str) -> None:
    assert is_loopback(host) and Settings(prefect_host=host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "prefect.example"])
def test_prefect_may_listen_beyond_this_machine_with_a_password_only(host: str) -> None:
    assert Settings(prefect_host=host, prefect_auth=SecretStr("admin:secret")).prefect_host == host
    with pytest.raises(ValueError, match="LEARNER_IMPORTS_PREFECT_AUTH"):
        Settings(prefect_host=host)
