"""Printable slips: a card for each learner who can sign in with one, whatever the name."""

import io
import logging
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from loaders.sealing import Sealer
from records.database import Database
from records.tables import Account, AuditEvent, Provider
from tests.web_min.credentials.conftest import PASSWORD, PATH, AddLearner
from tests.web_min.people import ALL_BUT_USERS, make_staff, post
from tests.web_min.reading import read_words
from web_min.credentials import downloads
from web_min.credentials.slips.document import make_slips
from web_min.credentials.slips.entries import LeftOut, Slip

SignIn = Callable[[Account], FlaskClient]
ADDRESS = "https://learners.example.org"
UNTIL = "21 February 2027 at 18:55"


def read_pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def make_slip(name: str = "Zuzanna Quillfeather", year_group: str = "Year 12", **values: str) -> Slip:
    return Slip(
        **{"provider_name": "Northfield", "username": "zuzanna.quill", "password": PASSWORD, "until": UNTIL} | values,
        name=name,
        year_group=year_group,
    )


def make_pages(*slips: Slip, left_out: list[LeftOut] | None = None) -> list[str]:
    return read_pages(make_slips(slips, left_out or [], web_address=ADDRESS))


def test_a_card_says_all_that_is_needed_to_sign_in() -> None:
    (page,) = make_pages(make_slip())
    assert page.endswith(
        "Northfield Zuzanna Quillfeather Year 12 Website https://learners.example.org Username zuzanna.quill "
        "Password mkrt-7384-wdcn Choose your own password when you first sign in. "
        "This password is good until 21 February 2027 at 18:55."
    )


def test_eight_cards_are_on_a_page_and_a_year_group_begins_a_new_one() -> None:
    slips = [make_slip(f"Learner{number}") for number in range(9)] + [make_slip("Another", "Year 13")]
    pages = make_pages(*slips)
    assert [page.count("Username") for page in pages] == [8, 1, 1]
    assert pages[1].startswith("Northfield · Year 12 9 to 9 of 9")
    assert pages[2].startswith("Northfield · Year 13 1 to 1 of 1")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zoë Ångström-Łukasiewicz", "Zoë Ångström-Łukasiewicz"),
        ("Ελένη Παπαδοπούλου", "Ελένη Παπαδοπούλου"),
        ("Дмитрий Ёлкин", "Дмитрий Ёлкин"),
        ("Nguyễn Thị Ánh", "Nguyễn Thị Ánh"),
        ("e\u0301 composed", "é composed"),
        ("<b>O’Neill</b> & (co)", "<b>O’Neill</b> & (co)"),
        ("王小明", "王小明"),
        ("김민준", "김민준"),
        ("ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ", "gurprit simgh"),  # no font of ours has Gurmukhi
        ("\u202eSmith\u202c", "Smith"),
        ("\ue000 Private", "? Private"),
        ("Sm\x00ith\tJones", "Smith Jones"),
    ],
)
def test_every_name_is_on_its_card(name: str, shown: str) -> None:
    (page,) = make_pages(make_slip(name, year_group=""))
    assert f"Northfield {shown} Website" in page


@pytest.mark.parametrize(
    "name", ["محمد بن عبد الله", "דוד בן־גוריון", "محمد Smith", "😀 Emoji", "\U0001f9d1\u200d\U0001f393"]
)
def test_names_from_right_to_left_and_emoji_make_a_page(name: str) -> None:
    (page,) = make_pages(make_slip(name, year_group=""))
    between = page.partition("Northfield · No year group")[2].partition("Northfield ")[2].partition("Website")[0]
    assert between.strip()
    assert "Username zuzanna.quill" in page


@pytest.mark.parametrize(
    "values",
    [
        {"name": "W" * 100 + " " + "M" * 100},
        {"username": "w" * 127},
        {"provider_name": "College of Further Education " * 6},
        {"name": ""},
        {"until": ""},
    ],
)
def test_what_is_long_or_missing_leaves_the_card_whole(values: dict[str, str]) -> None:
    (page,) = make_pages(make_slip(**values))
    joined = page.replace(" ", "")
    assert "Password" + PASSWORD in joined
    for value in values.values():
        assert value.replace(" ", "") in joined


def test_who_has_no_slip_is_listed_at_the_end_with_what_to_do() -> None:
    left_out = [LeftOut("Northfield", f"Learner{number}", "some.username", "Expired.") for number in range(40)]
    pages = make_pages(make_slip(), left_out=left_out)
    assert len(pages) == 3
    assert pages[1].startswith("No slip for these learners 40 in all Learner0 Northfield some.username Expired.")
    assert "Learner39" in pages[2]


def test_no_name_is_told_to_logs(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        make_pages(make_slip("ਗੁਰਪ੍ਰੀਤ 王 Zuzanna محمد"))
    told = caplog.text
    assert not [part for part in ("ਗ", "王", "Zuzanna", "U+") if part in told]


def download(client: FlaskClient, query: str = "") -> list[str]:
    answer = post(client, f"{PATH}/slips{query}", form_at=PATH)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=slips.pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    return read_pages(answer.data)


def test_slips_come_by_provider_year_group_and_name_and_are_recorded(
    database: Database, sign_in: SignIn, provider: Provider, other_provider: Provider, add_learner: AddLearner
) -> None:
    memberships = {provider.id: ALL_BUT_USERS, other_provider.id: ALL_BUT_USERS}
    staff = make_staff(database, "both@example.org", memberships=memberships)
    learners = [
        add_learner(last_name="Last", first_name="Amy", provider_id=other_provider.id)[1],
        add_learner(last_name="Late", first_name="Ben", year_group=None)[1],
        add_learner(last_name="Zeal", first_name="Cat", year_group="Year 9")[1],
        add_learner(last_name="brown", first_name="Dan", year_group="Year 12")[1],
        add_learner(last_name="Adams", first_name="Eve", year_group="Year 12")[1],
    ]
    add_learner(last_name="Gone", first_name="Fay", expires_in=-1)
    pages = download(sign_in(staff))
    names = ["Cat Zeal", "Eve Adams", "Dan brown", "Ben Late", "Amy Last", "Fay Gone"]
    assert sorted(names, key=" ".join(pages).index) == names
    assert "Fay Gone Northfield Sixth Form learner.6 Expired. Make a new password." in pages[-1]
    with database.read() as session:
        (made,) = session.scalars(select(AuditEvent).where(AuditEvent.action.startswith("slips")))
    assert made.details["count"] == 5
    assert made.details["learner_ids"] == f"{learners[0].id}-{learners[-1].id}"
    assert made.provider_id is None


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_slips_are_of_the_learners_asked_for_and_unreadable_ones_are_said(
    database: Database, sign_in: SignIn, manager: Account, add_learner: AddLearner
) -> None:
    account = add_learner(year_group="Year 12", last_name="Adams")[0]
    add_learner(year_group="Year 12", last_name="Brown")
    add_learner(year_group="Year 13", last_name="Clark")
    with database.write() as session:
        stored = session.get_one(Account, account.id)
        stored.initial_password_sealed = Sealer(bytes(32)).seal([account.id], ["bbbb-2222-cccc"])[0]
    pages = download(sign_in(manager), "?year=12")
    assert len(pages) == 2
    assert "Brown" in pages[0]
    assert "Adams" in pages[1]
    assert "sealed under another key" in pages[1]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_too_many_or_nobody_is_told_on_the_page(
    sign_in: SignIn, manager: Account, add_learner: AddLearner, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(manager)
    add_learner()
    token_page = PATH
    add_learner()
    monkeypatch.setattr(downloads, "SLIP_LIMIT", 1)
    answer = post(client, f"{PATH}/slips", form_at=token_page)
    words = read_words(client.get(answer.location).text)
    assert "Slips are made for up to 1 learners at a time. Choose a provider, a year group or an import first." in words
    answer = post(client, f"{PATH}/slips?year=9", form_at=token_page)
    assert "There is nobody in this list." in read_words(client.get(answer.location).text)
