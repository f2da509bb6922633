"""The dashboard counts one's learners in the manual's words, each count a link, and says what to do next."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Learner, LearnerImport, LearnerProgress, Membership, ProfileStatus, Provider, now
from tests.web_min.conftest import KEY
from tests.web_min.counting import count_queries
from tests.web_min.people import ALL_BUT_USERS, make_learner, make_staff
from tests.web_min.reading import read_words
from web_min.dashboard import counts
from web_min.dashboard.counts import APART_UP_TO, count_states
from web_min.dashboard.scope import COUNTED_AT_ONCE
from web_min.learners.states import LearnerState
from web_min.permissions import Permission

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
MakeImport = Callable[..., LearnerImport]
SignIn = Callable[[Account], FlaskClient]
WORDS = (
    "Learners",
    "Never logged in",
    "Locked out",
    "With incomplete profiles",
    "Awaiting profile approval",
    "Learners awaiting qualifications",
    "Learners awaiting references",
    "Learners with applications",
    "Learners with no applications",
    "Learners with no offers",
)


@pytest.fixture
def client(sign_in: SignIn, manager: Account) -> FlaskClient:
    """The browser of a learner manager of one provider."""
    return sign_in(manager)


def add_learner(database: Database, provider_id: int, name: str, **columns: Any) -> Learner:
    """Add a learner; columns of the account begin with `account_`, those of the progress with `progress_`."""
    of: dict[str, dict[str, Any]] = {"account": {}, "progress": {}, "learner": {}}
    for column, value in columns.items():
        table, _, rest = column.partition("_")
        of[table if table in of else "learner"][rest if table in of else column] = value
    account, learner = make_learner(database, provider_id, f"{name}.learner", key=KEY, **of["learner"])
    with database.write() as session:
        account = session.get_one(Account, account.id)
        for column, value in of["account"].items():
            setattr(account, column, value)
        if of["progress"]:
            session.add(LearnerProgress(learner_id=learner.id, **of["progress"]))
    return learner


def fill(database: Database, provider_id: int, name: str = "") -> None:
    """Add five learners, one of them deleted."""
    add_learner(database, provider_id, f"{name}new")
    add_learner(database, provider_id, f"{name}locked", account_locked_at=now(), account_first_signed_in_at=now())
    add_learner(
        database,
        provider_id,
        f"{name}submitted",
        account_first_signed_in_at=now(),
        profile_status=ProfileStatus.SUBMITTED,
        is_profile_approval_required=True,
        is_reference_required=True,
    )
    add_learner(
        database,
        provider_id,
        f"{name}placed",
        account_first_signed_in_at=now(),
        progress_has_qualifications=True,
        progress_has_reference=True,
        progress_application_count=3,
        progress_offer_count=1,
    )
    add_learner(database, provider_id, f"{name}gone", account_locked_at=now(), deleted_at=now())


def make_provider(database: Database, account: Account, number: int, *permissions: Permission) -> Provider:
    with database.write() as session:
        provider = Provider(ukprn=str(20_000_000 + number), name=f"Provider {number:02}")
        session.add(provider)
        session.flush()
        rights = {permission: permission in permissions for permission in Permission}
        session.add(Membership(account_id=account.id, provider_id=provider.id, **rights))
    return provider


def read_counts(page: str) -> list[tuple[str, int, str, bool]]:
    """Return words, count, address and whether it is red."""
    found = re.findall(
        r'<a href="([^"]+)"( class="needs-action")?><span class="state">([^<]+)</span> '
        r'<span class="state-count">([\d,]+)</span>',
        page,
    )
    return [(words, int(count.replace(",", "")), unescape(address), bool(red)) for address, red, words, count in found]


def read_steps(page: str) -> list[str]:
    (steps,) = re.findall(r'<section aria-labelledby="next".*?</section>', page, re.DOTALL)
    return [read_words(step) for step in re.findall(r"<li>.*?</li>", steps, re.DOTALL)]


def test_the_ten_counts_are_in_the_manuals_words_and_order_each_a_link_to_those_learners(
    client: FlaskClient, database: Database, provider: Provider
) -> None:
    fill(database, provider.id)
    shown = read_counts(client.get("/dashboard").text)
    assert [words for words, *_ in shown] == list(WORDS)
    assert [count for _, count, *_ in shown] == [4, 1, 1, 4, 1, 3, 1, 1, 3, 3]
    assert [address for _, _, address, _ in shown] == [f"/learners?state={state.value}" for state in LearnerState]
    for _, count, address, _ in shown:
        found = "1 learner" if count == 1 else f"{count} learners"
        assert re.search(rf"\b{found}\b", read_words(client.get(address).text))


def test_those_that_need_action_are_red_when_there_are_any(
    client: FlaskClient, database: Database, provider: Provider
) -> None:
    assert not any(red for *_, red in read_counts(client.get("/dashboard").text))
    fill(database, provider.id)
    page = client.get("/dashboard").text
    quiet = {words for words, _, _, red in read_counts(page) if not red}
    assert quiet == {"Learners", "Learners with applications", "Learners with no offers"}
    assert read_words(page).count(", needs action") == 7


def test_all_ones_providers_are_counted_or_one(
    client: FlaskClient, database: Database, provider: Provider, manager: Account, sign_in: SignIn
) -> None:
    college = make_provider(database, manager, 1, *ALL_BUT_USERS)
    elsewhere = make_provider(database, make_staff(database, "other@example.org"), 2)
    for number, one in enumerate((provider, college, elsewhere)):
        fill(database, one.id, f"at{number}")
    everything = client.get("/dashboard").text
    assert read_counts(everything)[0][1] == 8
    assert client.get("/dashboard?provider=all").text.count("Provider 02") == 0
    words, count, address, _ = read_counts(client.get(f"/dashboard?provider={college.id}").text)[2]
    assert (words, count, address) == ("Locked out", 1, f"/learners?state=locked_out&provider={college.id}")
    for other in (elsewhere.id, 999, "x"):
        assert client.get(f"/dashboard?provider={other}").status_code == 404
    assert sign_in(manager).get("/dashboard").status_code == 200


def test_providers_counted_apart_are_counted_as_together(
    database: Database, provider: Provider, manager: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [provider.id, make_provider(database, manager, 1).id, make_provider(database, manager, 2).id]
    for number, one in enumerate(ids):
        fill(database, one, f"at{number}")
    with database.read() as session:
        apart = count_states(session, ids[:2])
        monkeypatch.setattr(counts, "APART_UP_TO", 0)
        assert apart == count_states(session, ids[:2])
    assert [*apart.values()] == [8, 2, 2, 8, 2, 6, 2, 2, 6, 6]


def test_a_provider_where_one_may_not_look_is_not_counted(
    client: FlaskClient, database: Database, manager: Account
) -> None:
    college = make_provider(database, manager, 1, Permission.IMPORT)
    fill(database, college.id)
    assert read_counts(client.get("/dashboard").text)[0][1] == 0
    assert client.get(f"/dashboard?provider={college.id}").status_code == 404


@pytest.mark.parametrize("provider_count", [COUNTED_AT_ONCE, COUNTED_AT_ONCE + 1, APART_UP_TO + 1])
def test_of_many_providers_one_is_counted_until_all_are_asked_for(
    sign_in: SignIn, database: Database, provider_count: int
) -> None:
    account = make_staff(database, "busy@example.org")
    providers = [make_provider(database, account, number, *ALL_BUT_USERS) for number in range(provider_count)]
    for number, one in enumerate(providers):
        add_learner(database, one.id, f"pupil{number}")
    client = sign_in(account)
    is_many = provider_count > COUNTED_AT_ONCE
    assert read_counts(client.get("/dashboard").text)[0][1] == (1 if is_many else provider_count)
    assert read_counts(client.get("/dashboard?provider=all").text)[0][1] == provider_count
    assert f"All my {provider_count} providers" in client.get("/dashboard").text


def test_more_learners_and_imports_need_no_more_queries(
    client: FlaskClient, database: Database, provider: Provider, make_import: MakeImport
) -> None:
    with count_queries(database) as few:
        client.get("/dashboard")
    fill(database, provider.id)
    for _ in range(9):
        make_import()
    with count_queries(database) as many:
        client.get("/dashboard")
    assert len(few) == len(many) == 5  # two of them for who is signed in
    with database.read() as session, count_queries(database) as counting:
        count_states(session, [provider.id])
    assert len(counting) == 1


@ON_SQLITE
def test_what_needs_somebody_is_said_with_where_to_do_it(
    client: FlaskClient, database: Database, provider: Provider, make_import: MakeImport, manager: Account
) -> None:
    fill(database, provider.id)
    add_learner(database, provider.id, "second", account_locked_at=now())
    done = make_import(
        status="unsuccessful", error_count=4, row_count=9, source="upload", requested_by_account_id=manager.id
    )
    page = client.get("/dashboard").text
    assert read_steps(page) == [
        "Your last file was not loaded: correct 4 errors",
        "2 learners are locked out: unlock them",
        "1 profile awaits approval: approve it or send it back",
        "Print slips for 2 learners who have not logged in",
    ]
    assert f'href="/imports/{done.id}">correct 4 errors' in page
    assert 'href="/learners?state=locked_out">unlock them' in page
    assert 'href="/learners/not-logged-in">Print slips' in page


@ON_SQLITE
def test_of_each_provider_only_the_last_file_matters(
    client: FlaskClient, database: Database, provider: Provider, make_import: MakeImport, manager: Account
) -> None:
    college = make_provider(database, manager, 1, *ALL_BUT_USERS)
    make_import(status="unsuccessful", error_count=4)
    make_import()
    make_import(status="unsuccessful", error_count=1, provider_id=college.id, is_check=True)
    assert read_steps(client.get("/dashboard").text) == [
        "The last file for Provider 01 can’t be imported: correct 1 error",
        "There are no learners yet: import them",
    ]
    make_import(is_check=True, provider_id=college.id)
    assert read_steps(client.get(f"/dashboard?provider={college.id}").text) == [
        "The last file was only checked: import it",
        "There are no learners yet: import them",
    ]


@ON_SQLITE
def test_nobody_is_asked_to_do_what_they_may_not(
    sign_in: SignIn, database: Database, provider: Provider, make_import: MakeImport
) -> None:
    fill(database, provider.id)
    make_import(status="unsuccessful", error_count=4)
    viewer = make_staff(database, "viewer@example.org", memberships={provider.id: [Permission.VIEW]})
    page = sign_in(viewer).get("/dashboard").text
    assert read_steps(page) == ["Print slips for 1 learner who has not logged in"]
    editor = make_staff(database, "editor@example.org", memberships={provider.id: [Permission.VIEW, Permission.EDIT]})
    assert "1 learner is locked out: unlock the account" in read_steps(sign_in(editor).get("/dashboard").text)
    assert "All imports" in page and "Import learners" not in page


@ON_SQLITE
def test_where_all_is_well_nothing_is_asked(client: FlaskClient, database: Database, provider: Provider) -> None:
    add_learner(database, provider.id, "well", account_first_signed_in_at=now())
    assert "Nothing needs you now." in read_words(client.get("/dashboard").text)


@ON_SQLITE
def test_the_last_five_imports_are_shown_with_their_outcome(
    client: FlaskClient, make_import: MakeImport, database: Database, manager: Account
) -> None:
    elsewhere = make_provider(database, make_staff(database, "other@example.org"), 2)
    ids = [make_import(row_count=3, created_count=3, file_name=f"<b>{number}</b>.xls").id for number in range(6)]
    make_import(provider_id=elsewhere.id)
    page = client.get("/dashboard").text
    assert re.findall(r'href="/imports/(\d+)">Import', page) == [str(number) for number in reversed(ids[1:])]
    words = read_words(page)
    assert "Successful 23 November 2026 at 18:57 <b>5</b>.xls 3 rows: 3 created, 0 updated, 0 unchanged" in words
    assert "<b>5" not in page


@ON_SQLITE
@pytest.mark.parametrize(("status", "seconds"), [("requested", 2), ("processing", 2), ("successful", 0)])
def test_it_is_kept_up_to_date_while_a_file_is_under_way(
    client: FlaskClient, make_import: MakeImport, status: str, seconds: int
) -> None:
    make_import(status=status, requested_at=now() - timedelta(seconds=3))
    assert f'data-refresh-seconds="{seconds}"' in client.get("/dashboard").text


@ON_SQLITE
def test_learner_managers_begin_there_and_nobody_else(
    client: FlaskClient, sign_in: SignIn, administrator: Account, database: Database, provider: Provider
) -> None:
    assert client.get("/").location == "/dashboard"
    assert re.search(r'<li><a href="/dashboard" aria-current="true">Dashboard</a></li>', client.get("/dashboard").text)
    importer = make_staff(database, "importer@example.org", memberships={provider.id: [Permission.IMPORT]})
    for account, first in ((administrator, "/staff"), (importer, "/imports")):
        browser = sign_in(account)
        assert browser.get("/").location == first
        assert browser.get("/dashboard").status_code == 403
        assert "Dashboard" not in browser.get("/imports").text
    learner = sign_in(make_learner(database, provider.id, "a.learner", key=KEY)[0])
    assert learner.get("/dashboard").status_code == 403
