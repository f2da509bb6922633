"""The list as a workbook: the page's columns, and nothing in it that could run."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from records.database import Database
from records.tables import Account, AuditEvent, Provider
from tests.web_min.credentials.conftest import PASSWORD, PATH, AddLearner
from tests.web_min.people import make_staff, post
from tests.web_min.reading import read_words
from web_min.credentials import downloads
from web_min.credentials.initial_passwords import InitialPassword, PasswordState
from web_min.credentials.queries import Credential
from web_min.credentials.workbook import COLUMNS, Entry, make_workbook
from web_min.permissions import Permission

SignIn = Callable[[Account], FlaskClient]
CREATED = datetime(2026, 7, 1, 11, 30, tzinfo=UTC)  # 12:30 in the UK
GOOD = InitialPassword(PasswordState.GOOD, PASSWORD)


def make_credential(**columns: object) -> Credential:
    values = {
        "learner_id": 1,
        "account_id": 1,
        "provider_id": 1,
        "first_name": "Zoë",
        "last_name": "Quill",
        "year_group": "Year 12",
        "date_of_birth": date(2009, 3, 1),
        "email": "zoe@example.org",
        "username": "zoe.quill",
        "sealed": b"",
        "created_at": CREATED,
        "expires_at": CREATED,
        "locked_at": None,
        "has_own_password": False,
    }
    return Credential(**values | columns)  # type: ignore[arg-type]


def read_sheet(file: bytes) -> Worksheet:
    workbook = load_workbook(io.BytesIO(file))
    assert workbook.sheetnames == ["Not logged in"]
    sheet = workbook.worksheets[0]
    assert sheet.sheet_state == "visible"
    return sheet


def read_rows(file: bytes) -> list[list[object]]:
    return [[cell.value for cell in row] for row in read_sheet(file).iter_rows()]


def test_columns_are_those_of_the_page() -> None:
    rows = read_rows(make_workbook([Entry(make_credential(), GOOD, "Northfield")], count=1).getvalue())
    assert rows == [
        [column.heading for column in COLUMNS],
        [
            "Quill",
            "Zoë",
            "Year 12",
            datetime(2009, 3, 1),  # noqa: DTZ001 - a cell has no zone
            "zoe@example.org",
            "zoe.quill",
            PASSWORD,
            datetime(2026, 7, 1, 12, 30),  # noqa: DTZ001
            datetime(2026, 7, 1, 12, 30),  # noqa: DTZ001
            "Northfield",
            None,
        ],
    ]


@pytest.mark.parametrize(
    "text", ["=1+1", "+44", "-1", "@SUM(A1)", "＝1+1", "\t=1", "'quoted", "1/2", "007", "http://example.org"]
)
def test_texts_are_texts_and_run_nothing(text: str) -> None:
    file = make_workbook([Entry(make_credential(last_name=text), GOOD, text)], count=1).getvalue()
    for cell in (read_sheet(file).cell(2, 1), read_sheet(file).cell(2, 10)):
        assert cell.value == text
        assert cell.data_type in ("s", "inlineStr")
        assert cell.number_format == "@"
        assert bool(cell.quotePrefix) == (text[0] not in "10h")
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "<hyperlink" not in sheet
        assert not [name for name in package.namelist() if "external" in name or "vba" in name]


@pytest.mark.parametrize("text", ["<b>&amp;</b>", "😀", "\u202eabc", "a\x07b", " spaced "])
def test_any_text_makes_a_sound_workbook(text: str) -> None:
    (_, row) = read_rows(make_workbook([Entry(make_credential(first_name=text), GOOD, "N")], count=1).getvalue())
    assert row[1] == text.replace("\x07", "\ufffd")


def test_it_holds_as_many_as_an_import_can_bring() -> None:
    def list_entries(count: int) -> Iterator[Entry]:
        for number in range(count):
            yield Entry(make_credential(username=f"zoe.{number}"), GOOD, "Northfield")

    file = make_workbook(list_entries(65_535), count=65_535)
    with zipfile.ZipFile(file) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 65_536
    assert "zoe.65534<" in sheet


def download(client: FlaskClient, query: str = "") -> list[list[object]]:
    answer = post(client, f"{PATH}/workbook{query}", form_at=PATH)
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "learners-not-logged-in.xlsx" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    return read_rows(answer.data)[1:]


def test_it_holds_what_the_person_may_see_and_is_recorded(
    database: Database, sign_in: SignIn, manager: Account, add_learner: AddLearner, other_provider: Provider
) -> None:
    good = add_learner(last_name="Adams")[1]
    add_learner("bbbb-2222-cccc", last_name="Brown", expires_in=-1)
    add_learner("bbbb-3333-cccc", last_name="Clark", provider_id=other_provider.id)
    rows = download(sign_in(manager))
    assert [(row[0], row[6], row[10]) for row in rows] == [
        ("Adams", PASSWORD, None),
        ("Brown", None, "Expired. Make a new password."),
    ]
    with database.read() as session:
        (told,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "initial passwords downloaded"))
    assert (told.learner_id, told.details["learner_ids"]) == (good.id, str(good.id))


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_it_holds_the_learners_asked_for(sign_in: SignIn, manager: Account, add_learner: AddLearner) -> None:
    add_learner(last_name="Adams", year_group="Year 12")
    add_learner(last_name="Brown", year_group="Year 13")
    assert [row[0] for row in download(sign_in(manager), "?year=13")] == ["Brown"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_too_many_are_told_on_the_page(
    sign_in: SignIn, manager: Account, add_learner: AddLearner, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_learner()
    add_learner()
    monkeypatch.setattr(downloads, "WORKBOOK_LIMIT", 1)
    client = sign_in(manager)
    answer = post(client, f"{PATH}/workbook", form_at=PATH)
    assert "A workbook holds up to 1 learners." in read_words(client.get(answer.location).text)


@pytest.mark.parametrize("kind", ["workbook", "slips"])
@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_downloads_need_the_right_to_view_and_a_forms_token(
    database: Database, provider: Provider, sign_in: SignIn, manager: Account, add_learner: AddLearner, kind: str
) -> None:
    add_learner()
    client = sign_in(manager)
    assert client.post(f"{PATH}/{kind}").status_code == 400
    assert client.get(f"{PATH}/{kind}").status_code == 405
    staff = make_staff(database, "none@example.org", memberships={provider.id: [Permission.IMPORT]})
    refused = sign_in(staff)
    assert post(refused, f"{PATH}/{kind}", form_at="/imports").status_code == 403
