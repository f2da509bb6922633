"""`template` writes the template for people to fill in, and never over a file that is there."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.entry import cli
from schemas.template import Format, make_template
from schemas.template.progress import make_progress_template


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("LEARNER_IMPORTS_HOME", str(home))
    return home


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.mark.parametrize(("name", "format"), [("learners.xls", "xls"), ("learners.xlsx", "xlsx"), ("BLANK.XLS", "xls")])
def test_the_ending_says_the_format_and_a_blank_one_needs_no_database(
    tmp_path: Path, home: Path, name: str, format: str
) -> None:
    result = run("template", tmp_path / name)
    assert (result.exit_code, name in result.stdout) == (0, True)
    assert (tmp_path / name).read_bytes() == make_template("xls" if format == "xls" else "xlsx")
    assert not home.exists()


@pytest.mark.parametrize(("name", "format"), [("progress.xls", "xls"), ("progress.xlsx", "xlsx")])
def test_the_one_for_progress_is_had_in_both_formats_too(tmp_path: Path, name: str, format: Format) -> None:
    assert run("template", tmp_path / name, "--progress").exit_code == 0
    assert (tmp_path / name).read_bytes() == make_progress_template(format)


def test_the_one_for_progress_has_no_provider(tmp_path: Path) -> None:
    result = run("template", tmp_path / "progress.xls", "--progress", "--ukprn", "10005678")
    assert (result.exit_code, "on the website only" in result.stderr) == (2, True)


def test_one_for_a_registered_provider_has_its_ukprn(tmp_path: Path) -> None:
    assert run("providers", "add", "10005678", "Northfield").exit_code == 0
    assert run("template", tmp_path / "learners.xls", "--ukprn", "10005678").exit_code == 0
    assert (tmp_path / "learners.xls").read_bytes() == make_template("xls", "10005678")


@pytest.mark.parametrize(("ukprn", "words"), [("10005678", "providers add 10005678 NAME"), ("1000", "8 digits")])
def test_a_provider_that_is_none_is_wrong_usage(tmp_path: Path, ukprn: str, words: str) -> None:
    assert run("db", "upgrade").exit_code == 0
    result = run("template", tmp_path / "learners.xls", "--ukprn", ukprn)
    assert result.exit_code == 2
    assert words in result.stderr.replace("\n", " ")
    assert not (tmp_path / "learners.xls").exists()


@pytest.mark.parametrize("name", ["learners.csv", "learners", ".xls", "learners.xls.txt"])
def test_another_ending_is_wrong_usage(tmp_path: Path, name: str) -> None:
    result = run("template", tmp_path / name)
    assert result.exit_code == 2
    assert ".xls or .xlsx" in result.stderr
    assert not (tmp_path / name).exists()


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    kept = tmp_path / "learners.xls"
    kept.write_bytes(b"learners")
    result = run("template", kept)
    assert (result.exit_code, "exists already" in result.stderr) == (2, True)
    assert kept.read_bytes() == b"learners"


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    result = run("template", tmp_path / "nowhere" / "learners.xls")
    assert (result.exit_code, "can't be written" in result.stderr) == (2, True)
