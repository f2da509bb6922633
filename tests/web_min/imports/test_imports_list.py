"""The list of imports shows what became of each, newest first, and nothing personal."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from records.database import Database
from records.tables import Account, ImportFinding, ImportSource, ImportStatus, LearnerImport, Membership, Provider
from tests.web_min.conftest import CANARY
from tests.web_min.counting import count_queries
from tests.web_min.reading import read_rows, read_words
from web_min.imports.statuses import SOURCES, TAGS, find_shown_status


@pytest.fixture
def client(sign_in: Callable[[Account], FlaskClient], manager: Account) -> FlaskClient:
    """The browser of a learner manager of the imports' provider."""
    return sign_in(manager)


MakeImport = Callable[..., LearnerImport]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_without_imports_the_page_says_where_to_drop_a_file(client: FlaskClient, database: Database) -> None:
    words = read_words(client.get("/imports").text)
    assert "No imports yet" in words
    assert "drop/10001234/learners.xls" in words
    assert "0 imports so far; none waiting" in words


def test_imports_are_listed_newest_first_with_times_in_uk_local_time(
    client: FlaskClient, make_import: MakeImport
) -> None:
    first = make_import(row_count=1248, created_count=1240, updated_count=6, unchanged_count=2, warning_count=1)
    second = make_import(status="unsuccessful", source="upload", row_count=40, error_count=3)
    page = client.get("/imports").text
    assert read_rows(page) == [
        [
            f"Import {second.id} {CANARY}.xls",
            "Unsuccessful",
            "23 November 2026 at 18:55 Upload",
            "23 November 2026 at 18:57",
            "Nothing loaded: 3 errors in 40 rows",
        ],
        [
            f"Import {first.id} {CANARY}.xls",
            "Successful",
            "23 November 2026 at 18:55 Drop folder",
            "23 November 2026 at 18:57",
            "1,248 rows: 1,240 created, 6 updated, 2 unchanged; 1 warning",
        ],
    ]
    assert '<time datetime="2026-11-23T18:55:12+00:00">' in page
    assert f'href="/imports/{first.id}"' in page


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("status", "label", "colour", "outcome"),
    [
        ("requested", "Waiting", "grey", "Waiting for its turn"),
        ("processing", "Being processed", "blue", "Being read and checked"),
        ("failed", "Failed", "purple", "Nothing loaded. The fault is ours: we know of it and will see to it"),
    ],
)
def test_each_status_has_its_word_and_colour(
    client: FlaskClient, make_import: MakeImport, status: str, label: str, colour: str, outcome: str
) -> None:
    make_import(status=status, processed_at=None)
    page = client.get("/imports").text
    (row,) = read_rows(page)
    assert row[1:] == [label, "23 November 2026 at 18:55 Drop folder", "Not yet", outcome]
    assert f'class="tag tag-{colour}"' in page


def test_a_repeat_is_shown_as_already_imported_with_the_first_one(client: FlaskClient, make_import: MakeImport) -> None:
    first = make_import()
    make_import(repeats_import_id=first.id)
    repeat = read_rows(client.get("/imports").text)[0]
    assert repeat[1] == "Already imported"
    assert repeat[4] == f"The same file as import {first.id} : nothing was done"


def test_the_top_of_the_page_counts_every_status(client: FlaskClient, make_import: MakeImport) -> None:
    first = make_import()
    make_import()
    make_import(repeats_import_id=first.id)
    for status in ("requested", "processing", "processing", "unsuccessful", "failed"):
        make_import(status=status)
    words = read_words(client.get("/imports").text)
    assert "8 imports so far; 3 waiting or being processed." in words
    counts = "1 Waiting 2 Being processed 2 Successful 0 Can be imported 1 Already imported 1 Unsuccessful 1 Failed"
    assert counts in words


def test_every_status_and_source_of_the_database_can_be_shown() -> None:
    assert set(TAGS) == {*ImportStatus, "already_imported", "checked"}
    assert set(SOURCES) == set(ImportSource)


def test_an_unknown_status_fails_loudly() -> None:
    with pytest.raises(KeyError):
        TAGS[find_shown_status("held", is_repeat=False, is_check=False)]


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(("status", "seconds"), [("requested", 2), ("processing", 2), ("successful", 5)])
def test_the_page_is_asked_for_again_sooner_while_something_is_under_way(
    client: FlaskClient, make_import: MakeImport, status: str, seconds: int
) -> None:
    make_import(status=status)
    assert f'id="content" data-live data-refresh-seconds="{seconds}"' in client.get("/imports").text


def test_fifty_imports_make_a_page(client: FlaskClient, make_import: MakeImport) -> None:
    ids = [make_import().id for _ in range(51)]
    first, second = client.get("/imports").text, client.get("/imports?page=2").text
    assert len(read_rows(first)) == 50
    assert read_rows(first)[0][0].startswith(f"Import {ids[-1]} ")
    assert [row[0] for row in read_rows(second)] == [f"Import {ids[0]} {CANARY}.xls"]
    assert "Imports 1 to 50 of 51 Next" in read_words(first)
    assert "Imports 51 to 51 of 51 Previous" in read_words(second)
    assert 'href="/imports?page=2" rel="next"' in first
    assert 'href="/imports?page=1" rel="prev"' in second
    assert "51 imports so far" in read_words(second)


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("page", ["0", "2", "-1", "x", "", "1.5", "٢", "9" * 30])
def test_a_page_that_is_not_there_is_not_found(client: FlaskClient, make_import: MakeImport, page: str) -> None:
    make_import()
    assert client.get("/imports", query_string={"page": page}).status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_provider_name_is_shown_where_there_are_several_and_escaped(
    client: FlaskClient, make_import: MakeImport, database: Database, manager: Account
) -> None:
    make_import()
    assert "Northfield Sixth Form" not in client.get("/imports").text
    make_college(database, manager)
    with database.write() as session:
        session.execute(update(Provider).values(name="<script>alert('x')</script> & \"Co\""))
    page = client.get("/imports").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;Co&#34;" in page


def test_an_administrator_sees_nothing_personal(
    sign_in: Callable[[Account], FlaskClient],
    administrator: Account,
    make_import: MakeImport,
    make_finding: Callable[..., ImportFinding],
) -> None:
    for status in ImportStatus:
        make_import([make_finding()], status=status, fault=CANARY)
    page = sign_in(administrator).get("/imports").text
    assert len(read_rows(page)) == len(ImportStatus)
    assert CANARY not in page


def test_more_imports_need_no_more_queries(client: FlaskClient, make_import: MakeImport, database: Database) -> None:
    make_import()
    with count_queries(database) as few:
        client.get("/imports")
    with database.write() as session:
        other = Provider(ukprn="10004321", name="Southfield School")
        session.add(other)
    for number in range(30):
        make_import(provider_id=other.id if number % 2 else make_import().provider_id)
    with count_queries(database) as many:
        client.get("/imports")
    assert len(few) == len(many) == 5  # two of them for who is signed in


def make_college(database: Database, manager: Account) -> Provider:
    with database.write() as session:
        college = Provider(ukprn="10005678", name="Riverside College")
        session.add(college)
        session.flush()
        session.add(Membership(account_id=manager.id, provider_id=college.id, can_view=True))
    return college


def list_ids(page: str) -> list[int]:
    return [int(row[0].split()[1]) for row in read_rows(page)] if "<tbody" in page else []


def test_imports_are_chosen_by_provider_and_status(
    client: FlaskClient, make_import: MakeImport, database: Database, manager: Account
) -> None:
    college = make_college(database, manager)
    ours = [make_import(status=status).id for status in ("successful", "unsuccessful", "failed")]
    theirs = [make_import(status=status, provider_id=college.id).id for status in ("unsuccessful", "unsuccessful")]
    assert list_ids(client.get("/imports").text) == [*reversed(theirs), *reversed(ours)]
    chosen = client.get(f"/imports?provider={college.id}").text
    assert list_ids(chosen) == [*reversed(theirs)]
    assert "2 imports so far" in chosen and f'href="/imports?provider={college.id}&amp;status=failed#list"' in chosen
    both = client.get(f"/imports?provider={college.id}&status=unsuccessful").text
    assert list_ids(both) == [*reversed(theirs)]
    assert "Shown: unsuccessful, of Riverside College" in read_words(both)
    assert list_ids(client.get("/imports?status=unsuccessful").text) == [*reversed(theirs), ours[1]]
    none = read_words(client.get(f"/imports?provider={college.id}&status=failed").text)
    assert "There are no such imports" in none


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_every_status_can_be_chosen_and_finds_its_own_only(client: FlaskClient, make_import: MakeImport) -> None:
    first = make_import()
    kinds: dict[str, dict[str, Any]] = {status: {"status": status} for status in ImportStatus} | {
        "successful": {},
        "checked": {"is_check": True},
        "already_imported": {"repeats_import_id": first.id},
    }
    ids = {status: make_import(**columns).id for status, columns in kinds.items()}
    refused_check = make_import(status="unsuccessful", is_check=True).id
    repeated_check = make_import(is_check=True, repeats_import_id=first.id).id
    assert set(ids) == set(TAGS)
    found = {status: list_ids(client.get(f"/imports?status={status}").text) for status in TAGS}
    expected = {status: [number] for status, number in ids.items()}
    expected["successful"].append(first.id)
    expected["unsuccessful"].insert(0, refused_check)
    expected["already_imported"].insert(0, repeated_check)
    assert found == expected


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("asked", ["status=held", "provider=999", "provider=x", "provider=-1", f"provider={10**30}"])
def test_what_there_is_not_is_not_found(client: FlaskClient, make_import: MakeImport, asked: str) -> None:
    make_import()
    assert client.get(f"/imports?{asked}").status_code == 404


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_an_administrator_chooses_by_ukprn(
    sign_in: Callable[[Account], FlaskClient],
    administrator: Account,
    make_import: MakeImport,
    database: Database,
    manager: Account,
) -> None:
    college = make_college(database, manager)
    ours, theirs = make_import().id, make_import(provider_id=college.id).id
    client = sign_in(administrator)
    assert list_ids(client.get("/imports").text) == [theirs, ours]
    assert list_ids(client.get("/imports?ukprn=10005678").text) == [theirs]
    assert list_ids(client.get(f"/imports?provider={college.id}").text) == [theirs]
    nobody = client.get("/imports", query_string={"ukprn": "<b>\u202e"}).text
    assert "There are no such imports" in nobody and "of UKPRN &lt;b&gt;[U+202E]" in nobody


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_who_sent_a_file_is_told_by_username(client: FlaskClient, make_import: MakeImport, manager: Account) -> None:
    make_import(source="upload", requested_by_account_id=manager.id)
    assert read_rows(client.get("/imports").text)[0][2] == "23 November 2026 at 18:55 by manager@example.org"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_checks_and_progress_files_are_marked_as_such(client: FlaskClient, make_import: MakeImport) -> None:
    make_import(is_check=True, row_count=3, created_count=2, updated_count=0, unchanged_count=1, warning_count=1)
    make_import(kind="progress")
    progress, check = read_rows(client.get("/imports").text)
    assert "Application progress" in progress[0] and "Check only" in check[0]
    assert check[1] == "Can be imported"
    assert check[4] == "3 rows: 2 would be created, 0 updated, 1 left as it is; 1 warning"
