"""Names of people, providers and files that hold HTML, quotes, signs of direction and emoji appear as themselves.

From a dropped and an uploaded file to pages, mail, receipt, workbooks and slips.
"""

import io

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from flows.mailing import send_due_mail
from flows.workplace import Workplace
from records.tables import Provider, now
from tests.browser.conftest import OpenPage
from tests.browser.hands import Hands
from tests.browser.mail import wait_for_mail
from tests.browser.website import Website
from tests.flows.processed import process_next
from tests.web_min.known_password import PASSWORD, PASSWORD_HASH
from tests.web_min.people import ALL_BUT_USERS, make_staff

MANAGER = "ada.marsh@northfield.example"
SCHOOL = '<i class="evil">St Mary’s</i> & "Co" אבג 🎓'
FILE = 'list <img src=x> & "all" שלום 🎓.xlsx'
FIRST, LAST = '<b class="evil">Zoë</b> "Z" 👩\u200d🎓', "O'Brien & שָׁלוֹם"
STREET = "=HYPERLINK(“x”) <script>alert(1)</script>"
ROW = {
    "UKPRN": "10001234",
    "First name": FIRST,
    "Last name": LAST,
    "Street": STREET,
    "Postcode": "ZZ99 3WZ",
    "Gender": "Femal<e>",
}


@pytest.fixture
def school(website: Website) -> Provider:
    """A provider with such a name, and the manager of it."""
    with website.database.write() as session:
        school = Provider(ukprn="10001234", name=SCHOOL)
        session.add(school)
        session.flush()
    memberships = {school.id: ALL_BUT_USERS}
    make_staff(website.database, MANAGER, memberships=memberships, password_hash=PASSWORD_HASH, confirmed_at=now())
    return school


@pytest.fixture
def manager(open_page: OpenPage, school: Provider) -> Hands:
    """The manager, in front of the list of imports."""
    hands = Hands(open_page())
    hands.open("/imports")
    hands.sign_in(MANAGER, PASSWORD)
    hands.sees("Import learners")
    return hands


def make_file(row: dict[str, str]) -> bytes:
    book, made = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet
    sheet.append(list(row))
    sheet.append(list(row.values()))
    for cell in sheet[2]:
        cell.data_type = "s"
    book.save(made)
    return made.getvalue()


def send(manager: Hands, workplace: Workplace, row: dict[str, str]) -> None:
    """Send the row from the page that the manager is on, and have it processed."""
    file = {"name": FILE, "mimeType": "application/octet-stream", "buffer": make_file(row)}
    manager.page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    manager.press("Import")
    manager.reads("Waiting for its turn")
    process_next(workplace)


def shows(page: Page, *texts: str) -> None:
    """Fail unless the texts are seen as they are, and none has become a part of the page."""
    for text in texts:
        expect(page.locator("main")).to_contain_text(text)
    expect(page.locator(".evil, main script, main img")).to_have_count(0)


def test_they_are_themselves_on_every_page_in_every_file_and_mail(
    manager: Hands, website: Website, workplace: Workplace
) -> None:
    page = manager.page
    send(manager, workplace, ROW)
    manager.reads("Nothing loaded: 1 error")
    shows(page, SCHOOL, FILE, FIRST, LAST, STREET, "Femal<e>")
    marked = load_workbook(io.BytesIO(manager.save_file("Download the marked-up workbook")))
    cells = [cell for sheet in marked for row in sheet.iter_rows() for cell in row]
    assert {FIRST, LAST, STREET, "Femal<e>"} <= {cell.value for cell in cells}
    assert not any(cell.data_type == "f" for cell in cells)
    look_at_mail(page, website, workplace, "Import 1 was unsuccessful, 1 error")
    manager.open("/imports/1")
    send(manager, workplace, ROW | {"Gender": "Female"})
    manager.reads("1 row: 1 created")
    look_at_mail(page, website, workplace, "Import 2 was successful")
    for path, texts in {
        "/dashboard": (SCHOOL, FILE),
        "/imports": (FILE,),
        "/my-providers": (SCHOOL,),
        "/learners": (FIRST, LAST),
        "/learners/1": (FIRST, LAST, STREET, SCHOOL),
        "/learners/1/edit": (f"Edit {FIRST} {LAST}",),
        "/learners/not-logged-in": (f"{LAST}, {FIRST}",),
    }.items():
        manager.open(path)
        shows(page, *texts)
    manager.open("/learners/1/edit")
    expect(page.get_by_label("First name")).to_have_value(FIRST)
    manager.open("/learners/not-logged-in")
    downloaded = load_workbook(io.BytesIO(manager.save_file("Download as Excel workbook"))).worksheets[0]
    assert {FIRST, LAST, SCHOOL} <= {cell.value for cell in downloaded[2]}
    slips = PdfReader(io.BytesIO(manager.save_file("Make slips to print (PDF)"))).pages[0].extract_text()
    assert '<b class="evil">Zoë</b> "Z"' in " ".join(slips.split())


def look_at_mail(page: Page, website: Website, workplace: Workplace, outcome: str) -> None:
    """Open the mail about an import in both its forms: as text, and as a page."""
    send_due_mail(workplace)
    mail = wait_for_mail(website.mailbox, MANAGER, f"{outcome}: {SCHOOL} (10001234)")
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain and html
    page.goto("about:blank")
    page.set_content(html.get_content())
    for text in (SCHOOL, FILE):
        assert text in plain.get_content()
        expect(page.locator("body")).to_contain_text(text)
    expect(page.locator(".evil, script, img[src=x]")).to_have_count(0)
