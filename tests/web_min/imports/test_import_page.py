"""One import's page shows counts, causes and findings by row, and no learner's value."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from records.database import Database
from records.tables import Account, ImportFinding, LearnerImport, Provider, now
from schemas.causes import find_headline, group_causes
from tests.web_min.conftest import CANARY, REQUESTED_AT
from tests.web_min.counting import count_queries
from tests.web_min.people import make_staff
from tests.web_min.reading import read_rows, read_words
from web_min.imports.findings import REMEMBERED_FROM, CauseMemory, list_causes
from web_min.permissions import Permission


@pytest.fixture
def client(sign_in: Callable[[Account], FlaskClient], manager: Account) -> FlaskClient:
    """The browser of a learner manager of the imports' provider."""
    return sign_in(manager)


MakeImport = Callable[..., LearnerImport]
MakeFinding = Callable[..., ImportFinding]
GENDER = "Write Female, Male, Not known or Not specified, or leave the cell blank."


def test_an_unsuccessful_import_shows_causes_first_then_findings_by_row(
    client: FlaskClient, make_import: MakeImport, make_finding: MakeFinding
) -> None:
    findings = [
        make_finding(31),
        make_finding(3, "Telephone", "It will be put back.", "warning"),
        make_finding(5),
        make_finding(9),
        make_finding(None, None, "There are no learners."),
    ]
    done = make_import(findings, status="unsuccessful", row_count=40, error_count=4, warning_count=1)
    page = client.get(f"/imports/{done.id}").text
    words = read_words(page)
    assert "Northfield Sixth Form (UKPRN 10001234)" in words
    assert "Unsuccessful Nothing loaded: 4 errors, 1 warning in 40 rows" in words
    assert "Requested 23 November 2026 at 18:55 Sent Drop folder Processed 23 November 2026 at 18:57" in words
    assert "Download the marked-up workbook" in words
    assert "The same workbook is in the folder outcomes , beside where the file was dropped" in words
    places = [
        f"Gender, rows 5, 9 and 31 Error {GENDER}",
        "The whole file Error There are no learners.",
        "Telephone, row 3 Warning It will be put back.",
        "Correct it and send it again",
        "By row",
    ]
    assert [words.index(place) for place in places] == sorted(words.index(place) for place in places)
    assert read_rows(page) == [
        ["Whole file", "–", "–", CANARY, "There are no learners.", CANARY],
        ["3", "P3", "Telephone", CANARY, "Warning: It will be put back.", CANARY],
        ["5", "P5", "Gender", CANARY, GENDER, CANARY],
        ["9", "P9", "Gender", CANARY, GENDER, CANARY],
        ["31", "P31", "Gender", CANARY, GENDER, CANARY],
    ]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_one_cause_explains_is_said_before_the_causes(
    client: FlaskClient, make_import: MakeImport, make_finding: MakeFinding
) -> None:
    findings = [*(make_finding(row) for row in range(2, 11)), make_finding(3, "Dob", "Write it so.")]
    words = read_words(client.get(f"/imports/{make_import(findings, status='unsuccessful').id}").text)
    assert (
        words.index("What was found") < words.index("One cause explains 9 of 10 errors.") < words.index("Gender, row")
    )


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(("source", "row_count"), [("command", 40), ("upload", 40), ("folder", 0)])
def test_an_import_that_no_workbook_was_returned_for_names_none_in_a_folder(
    client: FlaskClient, make_import: MakeImport, make_finding: MakeFinding, source: str, row_count: int
) -> None:
    done = make_import([make_finding()], status="unsuccessful", source=source, row_count=row_count, error_count=1)
    words = read_words(client.get(f"/imports/{done.id}").text)
    assert "in the folder outcomes" not in words
    assert ("Download the marked-up workbook" in words) == bool(row_count)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_who_may_not_import_is_told_how_to_correct_and_has_no_box_for_files(
    sign_in: Callable[[Account], FlaskClient],
    database: Database,
    provider: Provider,
    make_import: MakeImport,
    make_finding: MakeFinding,
) -> None:
    viewer = make_staff(database, "viewer@example.org", memberships={provider.id: [Permission.VIEW]})
    done = make_import([make_finding()], status="unsuccessful", row_count=40, error_count=1)
    page = sign_in(viewer).get(f"/imports/{done.id}").text
    assert "Correct those cells, save it, and drop it in the same folder as before" in read_words(page)
    assert 'type="file"' not in page


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_warnings_of_a_loaded_file_are_in_its_workbook(
    client: FlaskClient, make_import: MakeImport, make_finding: MakeFinding
) -> None:
    done = make_import([make_finding(severity="warning")], row_count=4, created_count=4, warning_count=1)
    words = read_words(client.get(f"/imports/{done.id}").text)
    assert f"The workbook import-{done.id}-successful-marked-up.xlsx in the folder outcomes" in words
    assert "If it is not there, the receipt in that folder says why." in words
    assert "marked-up" not in read_words(client.get(f"/imports/{make_import(row_count=4, created_count=4).id}").text)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_fault_of_the_whole_file_has_no_list_by_row(
    client: FlaskClient, make_import: MakeImport, make_finding: MakeFinding
) -> None:
    done = make_import([make_finding(None, None, "This is not an Excel workbook.")], status="unsuccessful")
    page = client.get(f"/imports/{done.id}").text
    assert "This is not an Excel workbook." in page
    assert "<table" not in page
    assert "that Excel shows" not in page


def test_a_successful_import_shows_its_counts_and_no_passwords(client: FlaskClient, make_import: MakeImport) -> None:
    done = make_import(row_count=1248, created_count=1240, updated_count=6, unchanged_count=2)
    words = read_words(client.get(f"/imports/{done.id}").text)
    assert "Rows 1,248 Created 1,240 Updated 6 Unchanged 2" in words
    assert "The new learners have usernames and initial passwords: print slips or download them" in words
    assert "What was found" not in words


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"status": "requested", "processed_at": None}, "Waiting Waiting for its turn"),
        ({"status": "processing", "processed_at": None}, "Processed Not yet"),
        ({"status": "failed"}, "Your file is kept, and you need not send it again."),
    ],
)
def test_each_status_says_what_happens_next(
    client: FlaskClient, make_import: MakeImport, columns: dict[str, str | None], words: str
) -> None:
    assert words in read_words(client.get(f"/imports/{make_import(**columns).id}").text)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(("status", "seconds"), [("requested", 1), ("processing", 1), ("successful", 0), ("failed", 0)])
def test_a_page_refreshes_itself_until_there_is_an_outcome(
    client: FlaskClient, make_import: MakeImport, status: str, seconds: int
) -> None:
    page = client.get(f"/imports/{make_import(status=status).id}").text
    assert f'id="content" data-live data-refresh-seconds="{seconds}"' in page


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_repeat_leads_to_the_first_import(client: FlaskClient, make_import: MakeImport) -> None:
    first = make_import()
    repeat = make_import(repeats_import_id=first.id)
    page = client.get(f"/imports/{repeat.id}").text
    assert f'The same file as <a href="/imports/{first.id}">' in page


def test_many_findings_are_paged_and_many_causes_counted(
    client: FlaskClient, make_import: MakeImport, make_finding: MakeFinding
) -> None:
    findings = [make_finding(row, None, f"The message of row {row}.") for row in range(2, 253)]
    done = make_import(findings, status="unsuccessful")
    first, last = client.get(f"/imports/{done.id}").text, client.get(f"/imports/{done.id}?page=3").text
    assert [row[0] for row in read_rows(first)] == [str(number) for number in range(2, 102)]
    assert [row[0] for row in read_rows(last)] == [str(number) for number in range(202, 253)]
    assert "Findings 1 to 100 of 251 Next" in read_words(first)
    assert f'href="/imports/{done.id}?page=2#by-row" rel="next"' in first
    assert "243 more causes" in read_words(first) and "And 201 more, which are in the list by row." in read_words(first)
    assert client.get(f"/imports/{done.id}?page=4").status_code == 404


def test_causes_grouped_by_the_database_are_those_that_mails_show(
    database: Database, make_import: MakeImport, make_finding: MakeFinding
) -> None:
    findings = [
        make_finding(severity="warning"),
        *(make_finding(row, "Dob", "Write it so.") for row in (12, 100, 7, 9)),
        *(make_finding(row) for row in (31, 5)),
        make_finding(4, None, "This row is doubled."),
        *(make_finding(row, "ULN", f"The same as row {row - 1}.", rule="duplicate_row") for row in (40, 30, 50)),
        make_finding(60, "CCIS", "The same as row 8.", rule="duplicate_row"),
        make_finding(None, None, "There are no learners."),
        make_finding(None, "Gender", "There is no such column."),
    ]
    done = make_import(findings, status="unsuccessful")
    make_import([make_finding(77)], status="unsuccessful")
    with database.read() as session:
        grouped = list_causes(session, done.id)
        rows = session.scalars(select(ImportFinding).where(ImportFinding.import_id == done.id)).all()
    expected = group_causes(rows)
    assert grouped == expected
    assert find_headline(grouped) == find_headline(expected) is not None


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_messages_are_escaped(client: FlaskClient, make_import: MakeImport, make_finding: MakeFinding) -> None:
    done = make_import([make_finding(5, "<i>", "<b>Write</b> & go")], status="unsuccessful")
    page = client.get(f"/imports/{done.id}").text
    assert "<b>Write" not in page
    assert page.count("&lt;b&gt;Write&lt;/b&gt; &amp; go") == 2


def test_an_administrator_sees_no_value_suggestion_or_file_name_and_nobody_a_fault(
    client: FlaskClient,
    sign_in: Callable[[Account], FlaskClient],
    administrator: Account,
    make_import: MakeImport,
    make_finding: MakeFinding,
) -> None:
    for status in ("requested", "successful", "unsuccessful", "failed"):
        done = make_import([make_finding()], status=status, fault=f"{CANARY}-fault")
        page = sign_in(administrator).get(f"/imports/{done.id}")
        assert page.status_code == 200
        assert CANARY not in page.text
        assert f"{CANARY}-fault" not in client.get(f"/imports/{done.id}").text


@pytest.mark.parametrize("path", ["/imports/999", "/imports/0", "/imports/-1", "/imports/x", f"/imports/{2**63}"])
def test_an_unknown_import_is_not_found(client: FlaskClient, database: Database, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "Page not found" in response.text


def test_the_largest_number_that_could_be_an_import_is_not_found_either(
    client: FlaskClient, database: Database
) -> None:
    assert client.get(f"/imports/{2**63 - 1}").status_code == 404


def test_more_findings_need_no_more_queries(
    client: FlaskClient, make_import: MakeImport, make_finding: MakeFinding, database: Database
) -> None:
    few_findings = make_import([make_finding()], status="unsuccessful")
    many_findings = make_import([make_finding(row, f"C{row % 7}") for row in range(300)], status="unsuccessful")
    with count_queries(database) as few:
        client.get(f"/imports/{few_findings.id}")
    with count_queries(database) as many:
        client.get(f"/imports/{many_findings.id}")
    assert len(few) == len(many) == 6  # two of them for who is signed in


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_one_that_waits_says_what_is_before_it_and_that_nothing_is_lost(
    client: FlaskClient, make_import: MakeImport
) -> None:
    make_import(status="processing", requested_at=now())
    make_import(status="requested", requested_at=now())
    young = make_import(status="requested", requested_at=now())
    words = read_words(client.get(f"/imports/{young.id}").text)
    assert (
        "2 files of this provider are before it. The outcome appears here when the file has been processed, " in words
    )
    assert "You will get it by mail too: you need not wait." in words and "longer than usual" not in words
    old = make_import(status="requested", requested_at=now() - timedelta(minutes=2), is_check=True)
    words = read_words(client.get(f"/imports/{old.id}").text)
    assert "This takes longer than usual. Nothing is lost: your file is kept" in words and "by mail" not in words


def test_the_causes_of_very_many_findings_are_grouped_once(
    client: FlaskClient, make_import: MakeImport, make_finding: MakeFinding, database: Database
) -> None:
    done = make_import([make_finding(row) for row in range(2, 12)], status="unsuccessful", error_count=REMEMBERED_FROM)

    def count_groupings() -> int:
        with count_queries(database) as statements:
            assert "Gender, rows 2 to" in client.get(f"/imports/{done.id}").text
        return sum("GROUP BY" in statement for statement in statements)

    assert [count_groupings(), count_groupings()] == [1, 0]
    with database.write() as session:
        done = session.get_one(LearnerImport, done.id)
        done.processed_at = now()  # put back and finished again
        session.add(make_import_finding(done.id, make_finding(12)))
    assert [count_groupings(), count_groupings()] == [1, 0]
    assert "Gender, rows 2 to 12" in client.get(f"/imports/{done.id}").text


def make_import_finding(import_id: int, finding: ImportFinding) -> ImportFinding:
    finding.import_id = import_id
    return finding


def test_only_so_many_imports_causes_are_remembered(
    database: Database, make_import: MakeImport, make_finding: MakeFinding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web_min.imports.findings.REMEMBERED_IMPORTS", 2)
    memory, ids = CauseMemory(), [make_import([make_finding()]).id for _ in range(3)]

    def ask(import_id: int) -> int:
        with database.read() as session, count_queries(database) as statements:
            assert memory.show_causes(session, import_id, REQUESTED_AT, REMEMBERED_FROM).finding_count == 1
        return len(statements)

    assert [ask(import_id) for import_id in (ids[0], ids[1], ids[0], ids[2])] == [1, 1, 0, 1]
    assert [ask(ids[0]), ask(ids[1])] == [0, 1]
