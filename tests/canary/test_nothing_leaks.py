"""Seeded values are searched for in everything that a run leaves, and found where they belong and nowhere else."""

from sqlalchemy import func, select

from records.tables import Account, ImportStatus, Learner, LearnerImport
from tests.canary.evidence import Evidence
from tests.canary.searching import FILE_NAME_ALLOWED, read_mail, read_tables
from tests.canary.seeds import FILE_WORD


def outcomes_of(evidence: Evidence) -> dict[str, str]:
    with evidence.database.read() as session:
        found = session.execute(select(LearnerImport.file_name, LearnerImport.status))
        return {name.removeprefix(f"{FILE_WORD} ").removesuffix(".xlsx"): status for name, status in found}


def check_outcomes(evidence: Evidence) -> None:
    """See that the search means something: each fault happened, and the values are in the learners' table."""
    found = outcomes_of(evidence)
    assert found == {
        "good": ImportStatus.SUCCESSFUL,
        "refused": ImportStatus.UNSUCCESSFUL,
        "refused, crash in marking": ImportStatus.UNSUCCESSFUL,
        "damaged": ImportStatus.UNSUCCESSFUL,
        "bomb": ImportStatus.UNSUCCESSFUL,
        "crash in validating": ImportStatus.FAILED,
        "crash in loading": ImportStatus.FAILED,
        "crash in the database": ImportStatus.FAILED,
    }
    with evidence.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Learner)) == 3
        assert session.scalar(select(func.count()).select_from(Account)) == 3
    assert any(evidence.search.find_in_file(path) for path in evidence.home.glob("learners.db*"))


def test_every_kind_of_workbook_was_run_and_came_to_its_outcome(evidence: Evidence) -> None:
    check_outcomes(evidence)


def test_no_process_printed_or_logged_a_value(evidence: Evidence) -> None:
    assert list(evidence.output.iterdir())
    assert evidence.search.find_in_files(evidence.output) == {}


def test_no_command_line_and_no_environment_held_a_value(evidence: Evidence) -> None:
    assert any("schemas.reading" in seen for seen in evidence.processes)
    assert [hits for seen in evidence.processes if (hits := evidence.search.find(seen))] == []


def test_no_temporary_file_is_left(evidence: Evidence) -> None:
    assert evidence.search.find_in_files(evidence.temporary) == {}


def test_no_table_holds_a_value_but_those_of_learners_accounts_and_findings(evidence: Evidence) -> None:
    search = evidence.search
    leaks = {
        (table, column, tuple(hits))
        for table, column, text in read_tables(evidence.database.engine)
        if (hits := search.find(text, may_name_file=(table, column) in FILE_NAME_ALLOWED))
    }
    assert leaks == set()


def test_mail_names_the_file_and_no_value(evidence: Evidence) -> None:
    mails = [read_mail(path) for path in evidence.home.rglob("*.eml")]
    assert any(FILE_WORD in mail for mail in mails)
    assert [hits for mail in mails if (hits := evidence.search.find(mail, may_name_file=True))] == []


def test_no_file_is_named_after_a_value_or_the_dropped_file(evidence: Evidence) -> None:
    search = evidence.search
    names = [str(path.relative_to(evidence.home)) for path in evidence.home.rglob("*")]
    assert [name for name in names if search.find(name)] == []


def test_values_are_in_no_file_but_the_database_private_storage_and_the_providers_outcomes(evidence: Evidence) -> None:
    found = evidence.search.find_in_files(evidence.home)
    elsewhere = {name for name in found if not name.startswith(("learners.db", "storage/", "drop/10002001/outcomes/"))}
    assert {name for name in elsewhere if not name.endswith(".eml")} == set()
