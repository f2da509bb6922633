"""The command line as programs outside rely on it: words, exit statuses, and faults said plainly."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from cli.entry import cli
from records.database import Database
from records.tables import Account, Membership, Provider, ProviderContact

ROOT = Path(__file__).parent.parent.parent
REGISTER = (
    "URN,UKPRN,EstablishmentName,Postcode\r\n"
    '1,10001234,"Northfield, Sixth Form",AB1 2CD\r\n'
    "2,,No number of its own,AB1 2CD\r\n"
    "3,10005678,St Mary\u2019s,\r\n"
    "4,10005678,Its other site,\r\n"
)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def read_all(home: Path, table: type) -> list[object]:
    database = Database(f"sqlite:///{home / 'learners.db'}")
    with database.read() as session:
        found: list[object] = list(session.scalars(select(table)))
    database.close()
    return found


def test_the_database_is_made_once_and_upgrading_again_is_harmless(home: Path) -> None:
    assert run("db", "upgrade").exit_code == 0
    again = run("db", "upgrade")
    assert (again.exit_code, "already" in again.stdout) == (0, True)
    assert (home / "learners.db").exists()


def test_a_database_that_others_could_read_is_narrowed_by_the_next_command(home: Path) -> None:
    run("db", "upgrade")
    (home / "learners.db").chmod(0o644)
    assert run("providers", "add", "10001234", "Northfield").exit_code == 0
    assert (home / "learners.db").stat().st_mode & 0o777 == 0o600


def test_a_provider_is_registered_with_contacts_and_renamed_without_losing_them(home: Path) -> None:
    assert run("providers", "add", "10001234", "Northfield", "--contact", "office@example.org").exit_code == 0
    assert run("providers", "add", "10001234", "Northfield Sixth Form").exit_code == 0
    (provider,) = read_all(home, Provider)
    assert isinstance(provider, Provider) and provider.name == "Northfield Sixth Form"
    assert len(read_all(home, ProviderContact)) == 1


@pytest.mark.parametrize("ukprn", ["1234", "1000123A", "00001234", "100012345", "１０００１２３４"])
def test_what_is_no_ukprn_is_wrong_usage(home: Path, ukprn: str) -> None:
    result = run("providers", "add", ukprn, "Northfield")
    assert result.exit_code == 2
    assert "8 digits" in result.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig"])
def test_the_register_of_schools_is_loaded(home: Path, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "register.csv"
    file.write_bytes(REGISTER.encode(encoding))
    result = run("providers", "load", file)
    assert result.exit_code == 0
    assert "2 providers registered" in result.stdout and "2 lines without" in result.stdout
    names = {provider.name for provider in read_all(home, Provider) if isinstance(provider, Provider)}
    assert names == {"Northfield, Sixth Form", "St Mary\u2019s"}
    assert "0 providers registered, 0 changed, 2 unchanged" in run("providers", "load", file).stdout


def test_a_file_that_is_no_register_is_wrong_usage(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n")
    result = run("providers", "load", file)
    assert result.exit_code == 2
    assert "no column EstablishmentName" in result.stderr


def test_staff_get_an_account_and_their_providers(home: Path) -> None:
    run("providers", "add", "10001234", "Northfield")
    result = run(
        "users", "add", "Pat.Manager", "--email", "pat@example.org", "--role", "manager", "--ukprn", "10001234"
    )
    assert result.exit_code == 0
    (account,) = read_all(home, Account)
    (membership,) = read_all(home, Membership)
    assert isinstance(account, Account) and isinstance(membership, Membership)
    assert (account.kind, account.is_administrator, account.password_hash) == ("staff", False, None)
    assert membership.account_id == account.id and membership.can_import


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("short", "--email", "a@b.example", "--role", "manager"), "6 to 256"),
        (("pat manager", "--email", "a@b.example", "--role", "manager"), "6 to 256"),
        (("pat.manager", "--email", "nowhere", "--role", "manager"), "email address"),
        (("pat.manager", "--email", "a@b.example", "--role", "manager", "--ukprn", "10009999"), "is registered"),
        (("PAT.TAKEN", "--email", "a@b.example", "--role", "administrator"), "taken"),
        (("pat.manager", "--email", "a@b.example", "--role", "boss"), "manager"),
    ],
)
def test_an_account_that_cannot_be_made_is_wrong_usage_and_leaves_nothing(
    home: Path, words: tuple[str, ...], advice: str
) -> None:
    run("users", "add", "pat.taken", "--email", "a@b.example", "--role", "administrator")
    result = run("users", "add", *words)
    assert result.exit_code == 2
    assert advice in result.stderr
    assert len(read_all(home, Account)) == 1


def test_an_unknown_command_is_wrong_usage() -> None:
    assert run("devour").exit_code == 2


@pytest.mark.parametrize("command", ["import", "collect", "users"])
def test_a_broken_key_is_said_with_what_to_do_by_every_command_that_needs_it(
    home: Path, tmp_path: Path, command: str
) -> None:
    run("providers", "add", "10001234", "Northfield")
    (home / "key").write_text("not a key")
    words: dict[str, tuple[str, ...]] = {
        "import": (__file__, "--ukprn", "10001234"),
        "users": ("add", "pat.manager", "--email", "pat@example.org", "--role", "manager"),
    }
    result = run(command, *words.get(command, ()))
    assert result.exit_code == 2
    assert "key" in result.stderr and "not a key" not in result.stderr
