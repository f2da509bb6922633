"""The README's pictures, of a school as it is after a first morning: `python -m tests.browser.readme_pictures`."""

import tempfile
from pathlib import Path

from sqlalchemy import select

from flows.workplace import open_workplace
from records.database import Database
from records.tables import Account, Learner, LearnerProgress, Provider, now
from records.upgrade import upgrade
from tests.browser.chromium import open_context, run_chromium
from tests.browser.hands import Hands
from tests.browser.school_imports import import_sample
from tests.browser.website import Website, open_website
from tests.web_min.known_password import PASSWORD, PASSWORD_HASH
from tests.web_min.people import ALL_BUT_USERS, make_staff

FOLDER = Path(__file__).parents[2] / "docs" / "images"
MANAGER = "ada.marsh@riverside.example"
IMPORTED = ("02-clean-250.xls", "11-warnings.xls", "13-errors.xlsx")
WIDTH, HEIGHT = 1280, 830
# What is shown of each page, by the file's name: its path, and the heading at the top, where it is not the page's.
PICTURES = {
    "dashboard.png": ("/dashboard", None),
    "unsuccessful-import.png": (f"/imports/{len(IMPORTED)}?columns=found", "Your sheet, row by row"),
    "learners.png": ("/learners", None),
    "not-logged-in.png": ("/learners/not-logged-in", None),
}


def open_school(website: Website) -> None:
    """Import samples, let most learners sign in, and let some get on with their applications."""
    with website.database.write() as session:
        provider = Provider(ukprn="10005678", name="Riverside College")
        session.add(provider)
    workplace = open_workplace(website.settings)
    for name in IMPORTED:
        import_sample(workplace, name, provider, is_check=False)
    workplace.close()
    make_staff(
        website.database,
        MANAGER,
        memberships={provider.id: ALL_BUT_USERS},
        password_hash=PASSWORD_HASH,
        confirmed_at=now(),
    )
    with website.database.write() as session:
        pairs = session.execute(select(Learner, Account).join(Account, Account.id == Learner.account_id)).all()
        for number, (learner, account) in enumerate(pairs):
            if number % 9:
                account.first_signed_in_at = account.last_signed_in_at = now()
                account.password_hash, account.initial_password_sealed = PASSWORD_HASH, None
            if not number % 60:
                account.locked_at = now()
            learner.profile_status = ("draft", "approved", "approved", "submitted")[number % 4]
            counts = {"application_count": number % 4, "offer_count": number % 2}
            session.add(LearnerProgress(learner_id=learner.id, has_qualifications=bool(number % 3), **counts))


def main() -> None:
    """Write all pictures into the folder of pictures."""
    with tempfile.TemporaryDirectory() as home:
        database = Database(f"sqlite:///{Path(home) / 'learners.db'}")
        upgrade(database)
        with open_website(Path(home), database) as website, run_chromium() as browser:
            open_school(website)
            page = open_context(browser, website.address).new_page()
            Hands(page).open("/sign-in")
            Hands(page).sign_in(MANAGER, PASSWORD)
            page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
            for name, (path, heading) in PICTURES.items():
                page.goto(path)
                if heading:
                    page.get_by_role("heading", name=heading).evaluate("element => element.scrollIntoView()")
                page.screenshot(path=FOLDER / name)
            page.context.close()
        database.close()


if __name__ == "__main__":
    main()
