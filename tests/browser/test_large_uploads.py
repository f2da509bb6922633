"""A file over every limit is answered with our page, also where no script stops it before it is sent."""

from pathlib import Path

import pytest

from records.tables import Provider, now
from tests.browser.conftest import OpenPage
from tests.browser.hands import WithoutJavaScript
from tests.browser.website import Website
from tests.web_min.known_password import PASSWORD, PASSWORD_HASH
from tests.web_min.people import ALL_BUT_USERS, make_staff

MANAGER = "ada.marsh@northfield.example"


@pytest.mark.parametrize(
    ("excess", "words"),
    [(1, "The file is larger than 50 MB. Split the learners over several files"), (3 * 2**20, "Send less at a time.")],
)
def test_a_file_that_is_too_large_is_told_without_scripts_too(
    open_page: OpenPage, website: Website, provider: Provider, tmp_path: Path, excess: int, words: str
) -> None:
    memberships = {provider.id: ALL_BUT_USERS}
    make_staff(website.database, MANAGER, memberships=memberships, password_hash=PASSWORD_HASH, confirmed_at=now())
    hands = WithoutJavaScript(open_page(**WithoutJavaScript.options))
    hands.open("/imports")
    hands.sign_in(MANAGER, PASSWORD)
    large = tmp_path / "large.xls"
    with large.open("wb") as file:
        file.truncate(website.settings.file_limit_bytes + excess)
    hands.page.locator("input[type=file]").set_input_files(large)
    hands.press("Import")
    hands.reads(words)
