"""An unsuccessful import shows its rows as they stand in the sheet, message and suggestion in the cell in question."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select, update

from flows.workplace import Workplace
from intake.row_files import FINDING_ROWS
from records.database import Database
from records.tables import Account, ImportFinding, Learner, LearnerImport, Provider
from tests.flows.processed import process_next
from tests.web_min.counting import count_queries
from tests.web_min.imports.conftest import read_import, send_file, upload
from tests.web_min.people import make_staff
from tests.web_min.reading import read_words
from web_min.permissions import Permission

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
HEADINGS = ("UKPRN", "First name", "Last name", "Postcode", "Dob", "Gender", "My <note>")


def make_workbook(path: Path, rows: Sequence[tuple[str, ...]]) -> bytes:
    """Make a workbook, with as many of the headings as the rows have cells."""
    book = Workbook()
    sheet = book.active
    assert sheet
    for row in (HEADINGS[: len(rows[0])], *rows):
        sheet.append(row)
    book.save(path)
    return path.read_bytes()


def send_rows(client: FlaskClient, workplace: Workplace, path: Path, rows: Sequence[tuple[str, ...]]) -> int:
    response = send_file(client, make_workbook(path, rows), name="learners.xlsx")
    process_next(workplace)
    return int(response.location.rsplit("/", 1)[1])


def read_sheet(page: str) -> list[list[str]]:
    """Return the replica's rows: the row's own words, then each cell's."""
    (body,) = re.findall(r'<table class="sheet".*?<tbody.*?>(.*?)</tbody>', page, re.DOTALL)
    return [
        [read_words(cell) for cell in re.findall(r"<t[hd] .*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


@pytest.fixture
def import_id(client: FlaskClient, workplace: Workplace, tmp_path: Path) -> int:
    """An import of four rows: one is right, one has warnings only, two have errors."""
    rows = [
        ("10001234", "Ann", "Bell", "SW1A 1AA", "2008-09-01", "Female", "right"),
        ("10001234", "Old", "Timer", "SW1A 1AA", "1960-09-01", "Male", "only a warning"),
        ("10001234", "<b>Zoë</b>", "O'Brien \u202egnp", "SW1A 1AA", "2008-09-01", "Femal", "🎓 “x”"),
        ("10001234", "", "Ng", "nowhere", "2008-09-01", "", "x" * 500),
    ]
    return send_rows(client, workplace, tmp_path / "sent.xlsx", rows)


def test_rows_with_findings_are_shown_with_all_their_cells_errors_first(client: FlaskClient, import_id: int) -> None:
    page = client.get(f"/imports/{import_id}").text
    rows = read_sheet(page)
    assert [row[0] for row in rows] == ["Row 4 F", "Row 5 B D", "Row 3 E"]
    assert rows[0][1:4] == ["10001234", "<b>Zoë</b>", "O'Brien [U+202E]gnp"]
    assert rows[0][6] == (
        "Femal Error: Write Female, Male, Not known or Not specified, or leave the cell blank. Write instead: Female"
    )
    assert rows[0][7] == "🎓 “x”"
    assert rows[1][2].startswith("(blank) Error: First name is mandatory")
    assert rows[1][4].startswith("nowhere Error:")
    assert rows[1][7] == "x" * 200
    assert rows[2][5].startswith("1960-09-01 Warning:")
    assert "3 rows have something to look at: first the 2 with errors" in read_words(page)
    assert "<b>Zoë" not in page and "My <note>" not in page and "My &lt;note&gt;" in page


@ON_SQLITE
def test_only_the_columns_in_question_and_the_names_can_be_asked_for(client: FlaskClient, import_id: int) -> None:
    page = client.get(f"/imports/{import_id}?columns=found").text
    heads = re.findall(r'<span class="letters">(\w+)</span>', page)
    assert heads == ["B", "C", "D", "E", "F"]
    assert [len(row) for row in read_sheet(page)] == [6, 6, 6]
    assert (
        "Show all columns" in page and "Show only the columns in question" in client.get(f"/imports/{import_id}").text
    )


@ON_SQLITE
def test_twenty_five_rows_make_a_page_and_more_need_no_more_queries(
    client: FlaskClient, workplace: Workplace, tmp_path: Path, database: Database, import_id: int
) -> None:
    rows = [("10001234", f"A{chr(97 + number % 26)}", f"B{number}", "SW1A 1AA", "", "x", "") for number in range(60)]
    many = send_rows(client, workplace, tmp_path / "many.xlsx", [(*row[:1], "Ann", "Bell", *row[3:]) for row in rows])
    pages = [client.get(f"/imports/{many}?page={number}").text for number in (1, 2, 3)]
    assert [len(read_sheet(page)) for page in pages] == [25, 25, 10]
    assert "Rows 26 to 50 of 60" in read_words(pages[1])
    assert f'href="/imports/{many}?page=3#by-row" rel="next"' in pages[1]
    assert client.get(f"/imports/{many}?page=4").status_code == 404
    with count_queries(database) as few:
        client.get(f"/imports/{import_id}")
    with count_queries(database) as more:
        client.get(f"/imports/{many}")
    assert len(few) == len(more)


@ON_SQLITE
def test_without_the_kept_rows_the_findings_are_listed_with_their_values(
    client: FlaskClient, workplace: Workplace, database: Database, import_id: int
) -> None:
    stored = read_import(database, import_id).storage_name
    workplace.storage.path_of(stored + FINDING_ROWS).unlink()
    words = read_words(client.get(f"/imports/{import_id}").text)
    assert "What stands there What to do Write instead" in words
    assert "F4 Gender Femal Write Female, Male, Not known or Not specified, or leave the cell blank. Female" in words


@ON_SQLITE
@pytest.mark.parametrize("who", ["administrator", "importer"])
def test_who_may_not_see_learners_sees_no_cell(
    request: pytest.FixtureRequest,
    sign_in: Callable[[Account], FlaskClient],
    database: Database,
    provider: Provider,
    import_id: int,
    who: str,
) -> None:
    rights = {provider.id: [Permission.IMPORT]}
    account = (
        request.getfixturevalue("administrator")
        if who == "administrator"
        else make_staff(database, "importer@example.org", memberships=rights)
    )
    page = sign_in(account).get(f"/imports/{import_id}").text
    words = read_words(page)
    assert "F4 Gender Write Female, Male" in words  # where and what to do
    for value in ("Zoë", "O'Brien", "Femal ", "nowhere", "learners.xlsx", "1960-09-01"):
        assert value not in words
    assert "marked-up" not in words
    assert ('type="file"' in page) == (who == "importer")


@ON_SQLITE
def test_of_another_providers_import_there_is_no_trace(
    sign_in: Callable[[Account], FlaskClient], database: Database, import_id: int
) -> None:
    with database.write() as session:
        other = Provider(ukprn="10005678", name="Riverside")
        session.add(other)
        session.flush()
    stranger = sign_in(make_staff(database, "other@example.org", memberships={other.id: list(Permission)}))
    for path in ("", "/marked-up.xlsx"):
        assert stranger.get(f"/imports/{import_id}{path}").status_code == 404
    assert stranger.get(f"/imports?provider={other.id + 1}").status_code == 404
    assert "Import 1" not in stranger.get("/imports").text


@ON_SQLITE
def test_an_erased_import_says_so_and_keeps_counts_and_causes(
    client: FlaskClient, workplace: Workplace, database: Database, import_id: int
) -> None:
    workplace.storage.erase(read_import(database, import_id).storage_name)
    with database.write() as session:
        session.execute(update(ImportFinding).values(value=None, suggestion=None))
        session.execute(update(LearnerImport).values(erased_at=workplace.now(), file_name="erased"))
    page = client.get(f"/imports/{import_id}").text
    words = read_words(page)
    assert "The file, its name and the values in it were erased on" in words and "kept for 30 days" in words
    assert "4 errors" in words and "Gender, row 4 Error" in words and "F4 Gender Write Female" in words
    assert "Femal " not in words and "What stands there" not in words and "Zoë" not in words
    assert client.get(f"/imports/{import_id}/marked-up.xlsx").status_code == 404


@ON_SQLITE
def test_what_was_found_by_matching_stands_beside_its_row(
    client: FlaskClient, workplace: Workplace, database: Database, tmp_path: Path
) -> None:
    send_rows(client, workplace, tmp_path / "one.xlsx", [("10001234", "Ann", "Bell", "SW1A 1AA", "2008-09-01", "Male")])
    with database.write() as session:
        learner = session.scalars(select(Learner)).one()
        account = Account(kind="learner", username="another.bell", username_key="another.bell", session_key="x")
        session.add(account)
        session.flush()
        twin = {name: getattr(learner, name) for name in ("first_name", "last_name", "postcode", "date_of_birth")}
        session.add(Learner(provider_id=learner.provider_id, account_id=account.id, **twin))
    again = [("10001234", "Ann", "Bell", "SW1A 1AA", "2008-09-01", "Female")]
    refused = send_rows(client, workplace, tmp_path / "two.xlsx", again)
    (row,) = read_sheet(client.get(f"/imports/{refused}").text)
    assert row[0].startswith("Row 2 Error: ") and "learner" in row[0]


@ON_SQLITE
def test_a_sample_with_every_error_is_shown_whole(
    client: FlaskClient, workplace: Workplace, database: Database
) -> None:
    import_id = upload(client, workplace, "03-every-error")
    pages = "".join(client.get(f"/imports/{import_id}?page={number}").text for number in (1, 2))
    with database.read() as session:
        found = session.scalars(
            select(ImportFinding.message).where(
                ImportFinding.import_id == import_id, ImportFinding.row_number.isnot(None)
            )
        ).all()
    shown = [read_words(said) for said in re.findall(r'<span class="told">(.*?)</span>', pages, re.DOTALL)]
    assert sorted(text.partition(": ")[2] for text in shown) == sorted(" ".join(message.split()) for message in found)
