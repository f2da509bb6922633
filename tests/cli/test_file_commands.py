"""`check` and `import` on the terminal and for programs: what a person reads, and one JSON object whatever happens."""

import errno
import json
import sys
from pathlib import Path

import openpyxl
import pytest
from rich.console import Console

import schemas.marked_up
from cli.display import show_outcome
from cli.entry import main
from flows.single_file import FileOutcome
from schemas.columns import COLUMNS
from schemas.findings import Finding

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
KEYS = {"status", "import_id", "row_count", "created_count", "updated_count", "unchanged_count", "findings"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("LEARNER_IMPORTS_HOME", str(home))
    run(monkeypatch, "providers", "load", str(SAMPLES / "providers.csv"))
    capsys.readouterr()
    return home


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Run the real entry, as the installed command does. Gives the exit status."""
    monkeypatch.setattr(sys, "argv", ["learner-imports", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    code = ended.value.code
    return code if isinstance(code, int) else 0


@pytest.mark.parametrize(("limit", "status", "rules"), [("250", 0, set()), ("249", 1, {"file_too_long"})])
@pytest.mark.parametrize("verb", ["check", "import"])
def test_how_many_learners_a_file_may_hold_is_a_setting(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    verb: str,
    limit: str,
    status: int,
    rules: set[str],
) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_LEARNER_LIMIT", limit)
    assert run(monkeypatch, verb, str(SAMPLES / "02-clean-250.xls"), "--ukprn", "10005678", "--json") == status
    assert {finding["rule"] for finding in json.loads(capsys.readouterr().out)["findings"]} == rules


@pytest.mark.parametrize(("ukprn", "kept_count"), [("10001234", 1), ("10009999", 0), ("no number", 0)])
def test_nothing_is_kept_of_a_file_that_no_registered_provider_is_named_for(
    monkeypatch: pytest.MonkeyPatch, home: Path, ukprn: str, kept_count: int
) -> None:
    """It is stored and read before anything is looked up."""
    status = run(monkeypatch, "import", str(SAMPLES / "01-clean-small.xls"), "--ukprn", ukprn)
    assert status == (0 if kept_count else 2)
    assert len(list((home / "storage").iterdir())) == kept_count


@pytest.mark.parametrize("verb", ["check", "import"])
def test_a_database_address_that_cant_be_read_is_wrong_usage_and_keeps_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path, verb: str
) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_DATABASE_URL", "postgresql+psycopg://u:s3cret@x@h:ost/d")
    assert run(monkeypatch, verb, str(SAMPLES / "01-clean-small.xls"), "--ukprn", "10001234") == 2
    told = capsys.readouterr()
    assert "LEARNER_IMPORTS_DATABASE_URL can't be read" in told.err and "s3cret" not in told.err + told.out
    assert not (home / "storage").exists() or not list((home / "storage").iterdir())


def test_a_person_reads_causes_first_then_each_cell_with_what_to_write(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run(monkeypatch, "check", str(SAMPLES / "03-every-error.xls"), "--ukprn", "10001234") == 1
    shown = capsys.readouterr().out
    assert shown.startswith("03-every-error.xls was refused. Nothing has been loaded.")
    assert "Error: Gender, rows 32 and 33. Write Female, Male" in shown
    assert shown.index("Error: Gender") < shown.index("By row") < shown.index("│ P32")


def test_the_headline_comes_before_the_causes_and_then_how_to_get_the_workbook_marked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert run(monkeypatch, "check", str(SAMPLES / "09-other-provider.xls"), "--ukprn", "10001234") == 1
    shown = capsys.readouterr().out
    assert shown.index("explains all") < shown.index("Error: ") < shown.index("By row")
    assert "with these cells marked in it, add: --marked-up OUT.xlsx" in shown


@pytest.mark.parametrize("command", ["check", "import"])
@pytest.mark.parametrize("is_json", [False, True])
def test_a_marked_up_workbook_is_written_where_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str, is_json: bool
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    file, output = str(SAMPLES / "03-every-error.xls"), tmp_path / "out.xlsx"
    words = [command, file, "--ukprn", "10001234", *(["--json"] if is_json else [])]
    assert run(monkeypatch, *words) == 1
    before = capsys.readouterr().out
    assert run(monkeypatch, *words, "--marked-up", str(output)) == 1
    shown = capsys.readouterr().out
    assert openpyxl.load_workbook(output)["Learners"]["P32"].comment.text.startswith("Error: Write Female")
    if is_json:
        first, second = json.loads(before), json.loads(shown)
        assert first["findings"] == second["findings"] and second.keys() == KEYS
    else:
        assert f"Marked-up workbook: {output}." in shown


@pytest.mark.parametrize(
    ("sample", "why"),
    [
        ("01-clean-small", "there is nothing to mark"),
        ("12-not-a-workbook", "no learners could be read from the file"),
    ],
)
def test_without_cells_to_mark_no_workbook_is_written_and_a_person_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, sample: str, why: str
) -> None:
    output = tmp_path / "out.xlsx"
    run(monkeypatch, "check", str(SAMPLES / f"{sample}.xls"), "--ukprn", "10001234", "--marked-up", str(output))
    shown = capsys.readouterr().out
    assert f"No marked-up workbook was written: {why}." in shown and "By row" not in shown
    assert not output.exists()


def test_a_file_without_learners_is_not_called_unreadable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file, book = tmp_path / "empty.xlsx", openpyxl.Workbook()
    book.worksheets[0].append([column.heading for column in COLUMNS])
    book.save(file)
    run(monkeypatch, "check", str(file), "--ukprn", "10001234", "--marked-up", str(tmp_path / "out.xlsx"))
    assert "No marked-up workbook was written: there are no learners below the headings." in capsys.readouterr().out


def test_what_is_suggested_for_a_heading_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    heading = Finding("heading_misspelt", "error", None, None, None, "Write it.", "Gender", "Gendr")
    show_outcome(Console(width=160), Path("a\u202eslx.xls"), FileOutcome("unsuccessful", findings=[heading]))
    shown = capsys.readouterr().out
    assert "Error: Headings. Write it." in shown
    [row] = [line for line in shown.splitlines() if line.startswith("│")]
    assert [cell.strip() for cell in row.split("│")[1:-1]] == ["", "", "headings", "Write it.", "Gender"]
    assert shown.startswith("a[U+202E]slx.xls was refused.")


@pytest.mark.parametrize(
    ("status", "severity", "words"),
    [("unsuccessful", "error", "Correct its coloured cells"), ("successful", "warning", "Check its coloured cells.")],
)
def test_what_to_do_with_the_workbook_follows_from_what_is_found(
    capsys: pytest.CaptureFixture[str], status: str, severity: str, words: str
) -> None:
    outcome = FileOutcome(status, findings=[Finding("dob_age", severity, 2, "Dob", "O2", "Check it.")])
    show_outcome(Console(width=160), Path("a.xls"), outcome, marked_up=Path("out.xlsx"), is_marked_up=True)
    assert f"Marked-up workbook: out.xlsx. {words}" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["check", "import"])
@pytest.mark.parametrize("name", ["there.xlsx", "out.xls", "nowhere/out.xlsx", "link.xlsx"])
def test_a_place_that_the_workbook_cannot_be_written_to_is_refused_before_any_work(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    home: Path,
    command: str,
    name: str,
) -> None:
    (tmp_path / "there.xlsx").write_bytes(b"mine")
    (tmp_path / "link.xlsx").symlink_to(tmp_path / "nothing.xlsx")
    file = str(SAMPLES / "03-every-error.xls")
    assert run(monkeypatch, command, file, "--ukprn", "10001234", "--marked-up", str(tmp_path / name)) == 2
    shown = capsys.readouterr()
    assert "--marked-up" in shown.err and shown.out == ""
    assert (tmp_path / "there.xlsx").read_bytes() == b"mine"
    assert not (tmp_path / "nothing.xlsx").exists() and not (home / "storage").exists()


@pytest.mark.parametrize("is_json", [True, False])
def test_a_full_disk_hides_nothing_of_what_came_of_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, is_json: bool
) -> None:
    def run_out(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(schemas.marked_up, "write_marked_up", run_out)
    output = tmp_path / "out.xlsx"
    words = ["import", str(SAMPLES / "03-every-error.xls"), "--ukprn", "10001234", *(["--json"] if is_json else [])]
    assert run(monkeypatch, *words, "--marked-up", str(output)) == 1
    shown = capsys.readouterr()
    if is_json:
        assert json.loads(shown.out)["status"] == "unsuccessful"
    else:
        assert "was refused" in shown.out and "could be read" not in shown.out
        assert "No marked-up workbook was written: what went wrong is said above" in shown.out
    assert "The marked-up workbook could not be written: No space left on device." in shown.err
    assert not output.exists()


def test_checking_loads_nothing_and_says_what_importing_would_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    file = str(SAMPLES / "01-clean-small.xls")
    for _ in range(2):
        assert run(monkeypatch, "check", file, "--ukprn", "10001234", "--json") == 0
        outcome = json.loads(capsys.readouterr().out)
        assert (outcome["status"], outcome["import_id"], outcome["created_count"]) == ("valid", None, 12)
    assert not (home / "storage").exists() and not (home / "outbox").exists()
    assert run(monkeypatch, "import", file, "--ukprn", "10001234", "--json") == 0
    capsys.readouterr()
    assert run(monkeypatch, "check", file, "--ukprn", "10001234", "--json") == 0
    assert json.loads(capsys.readouterr().out)["unchanged_count"] == 12


def test_the_same_file_again_is_already_imported_under_its_first_number(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = []
    for _ in range(2):
        assert run(monkeypatch, "import", str(SAMPLES / "10-clean.xlsx"), "--ukprn", "10009012", "--json") == 0
        answers.append(json.loads(capsys.readouterr().out))
    assert [answer["status"] for answer in answers] == ["successful", "already_imported"]
    assert answers[0]["import_id"] == answers[1]["import_id"]
    assert answers[1]["created_count"] == 0


@pytest.mark.parametrize("command", ["check", "import"])
def test_a_database_that_does_not_answer_is_our_fault_and_still_one_json_object(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert run(monkeypatch, command, str(SAMPLES / "01-clean-small.xls"), "--ukprn", "10001234", "--json") == 3
    shown = capsys.readouterr()
    assert json.loads(shown.out).keys() == KEYS
    assert "The database does not answer" in shown.err and "Traceback" not in shown.err
