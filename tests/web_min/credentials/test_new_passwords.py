"""Making new initial passwords from the list."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from loaders.sealing import Sealer
from records.database import Database
from records.tables import Account, AuditEvent, Learner, Provider
from settings import Settings
from tests.web_min.conftest import KEY
from tests.web_min.credentials.conftest import PASSWORD, PATH, AddLearner
from tests.web_min.people import ALL_BUT_USERS, make_staff, post
from tests.web_min.reading import read_words
from web_min.permissions import Permission

SignIn = Callable[[Account], FlaskClient]
RENEW = f"{PATH}/new-passwords"


def open_password(database: Database, account: Account) -> str | None:
    with database.read() as session:
        sealed = session.get_one(Account, account.id).initial_password_sealed
    return Sealer(KEY).open(account.id, sealed) if sealed else None


def renew(client: FlaskClient, *learners: Learner, query: str = "", **fields: object) -> str:
    data = {"learner": [learner.id for learner in learners], "confirmed": "yes"} | fields
    answer = post(client, RENEW + query, data, form_at=PATH)
    assert answer.status_code == 302
    return read_words(client.get(answer.location).text)


def test_those_ticked_get_new_passwords_of_the_same_life(
    database: Database, sign_in: SignIn, manager: Account, provider: Provider, add_learner: AddLearner
) -> None:
    account, learner = add_learner(expires_in=-1)
    other = add_learner()[0]
    words = renew(sign_in(manager), learner)
    assert "New passwords were made for 1 learner." in words
    assert open_password(database, account) != PASSWORD
    assert open_password(database, other) == PASSWORD
    with database.read() as session:
        stored = session.get_one(Account, account.id)
        (told,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "initial password renewed"))
    days = timedelta(days=Settings().initial_password_days)
    assert stored.initial_password_expires_at and stored.initial_password_created_at
    assert stored.initial_password_expires_at - stored.initial_password_created_at == days
    assert stored.initial_password_expires_at > datetime.now(UTC)
    assert (told.learner_id, told.provider_id, told.account_id) == (learner.id, provider.id, account.id)
    assert (told.actor, told.actor_account_id) == (manager.username, manager.id)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_it_is_asked_first(database: Database, sign_in: SignIn, manager: Account, add_learner: AddLearner) -> None:
    account, learner = add_learner()
    page = post(sign_in(manager), RENEW, {"learner": learner.id}, form_at=PATH)
    assert "Make a new password for 1 learner?" in read_words(page.text)
    assert f'name="learner" value="{learner.id}"' in page.text
    assert open_password(database, account) == PASSWORD


def test_all_in_the_list_are_those_that_it_is_narrowed_down_to(
    database: Database, sign_in: SignIn, manager: Account, add_learner: AddLearner
) -> None:
    expired = [add_learner(expires_in=-1)[0] for _ in range(3)]
    good = add_learner()[0]
    client = sign_in(manager)
    asked = post(client, f"{RENEW}?password=expired", {"which": "all"}, form_at=PATH).text
    assert "Make new passwords for 3 learners?" in read_words(asked)
    assert "New passwords were made for 3 learners." in renew(client, query="?password=expired", which="all")
    assert PASSWORD not in {open_password(database, account) for account in expired}
    assert open_password(database, good) == PASSWORD


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_all_are_only_those_at_providers_where_one_may_edit(
    database: Database, sign_in: SignIn, provider: Provider, other_provider: Provider, add_learner: AddLearner
) -> None:
    memberships = {provider.id: ALL_BUT_USERS, other_provider.id: [Permission.VIEW]}
    staff = make_staff(database, "mixed@example.org", memberships=memberships)
    may, may_not = add_learner()[0], add_learner(provider_id=other_provider.id)[0]
    renew(sign_in(staff), which="all")
    assert open_password(database, may) != PASSWORD
    assert open_password(database, may_not) == PASSWORD


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_password_chosen_in_the_meantime_stays(
    database: Database, sign_in: SignIn, manager: Account, add_learner: AddLearner
) -> None:
    account, learner = add_learner(account_password_hash="own", account_first_signed_in_at=datetime.now(UTC))
    assert "No new passwords were made" in renew(sign_in(manager), learner)
    with database.read() as session:
        assert session.get_one(Account, account.id).password_hash == "own"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_password_chosen_by_mail_stays_when_all_get_new_ones(
    database: Database, sign_in: SignIn, manager: Account, add_learner: AddLearner
) -> None:
    account = add_learner(account_password_hash="own")[0]
    add_learner()
    assert "1 learner was left out" in renew(sign_in(manager), which="all")
    with database.read() as session:
        assert session.get_one(Account, account.id).password_hash == "own"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_nobody_ticked_is_said_at_the_top(sign_in: SignIn, manager: Account, add_learner: AddLearner) -> None:
    add_learner()
    answer = post(sign_in(manager), RENEW, form_at=PATH)
    assert answer.status_code == 400
    assert "There is a problem Tick the learners who need a new password" in read_words(answer.text)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_learners_of_others_are_not_found_and_those_one_may_not_edit_refused(
    database: Database, sign_in: SignIn, provider: Provider, other_provider: Provider, add_learner: AddLearner
) -> None:
    viewer = make_staff(database, "view@example.org", memberships={provider.id: [Permission.VIEW]})
    own, others = add_learner()[1], add_learner(provider_id=other_provider.id)[1]
    client = sign_in(viewer)
    for numbers, status in (([own.id], 403), ([others.id], 404), ([999_999], 404), (["x"], 404)):
        answer = post(client, RENEW, {"learner": numbers, "confirmed": "yes"}, form_at=PATH)
        assert answer.status_code == status
    assert post(client, RENEW, {"which": "all", "confirmed": "yes"}, form_at=PATH).status_code == 403


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_whether_a_number_is_another_providers_learner_can_not_be_told(
    database: Database, sign_in: SignIn, manager: Account, other_provider: Provider, add_learner: AddLearner
) -> None:
    own, others = add_learner()[1], add_learner(provider_id=other_provider.id)[1]
    answers = [
        post(sign_in(manager), RENEW, {"learner": [own.id, number]}, form_at=PATH) for number in (others.id, 999_999)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
