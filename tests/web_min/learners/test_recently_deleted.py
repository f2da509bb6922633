"""Deleted learners are listed while they can be restored, to those who may delete; a conflict is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from records.database import Database
from records.tables import Account, Learner, Provider
from tests.web_min.learners.conftest import AddLearner, Browser
from tests.web_min.looking import list_events, look_up
from tests.web_min.people import post
from tests.web_min.reading import read_rows, read_words
from web_min.permissions import Permission

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])
DELETED = "/learners/deleted"


def days_ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


@pytest.fixture
def deleted(database: Database, add_learner: AddLearner) -> Learner:
    """A learner deleted three days ago."""
    learner = add_learner("gone.one", first_name="Gone", uln="1000000000", deleted_at=days_ago(3))
    with database.write() as session:
        session.get_one(Account, learner.account_id).is_active = False
    return learner


def restore(browser: FlaskClient, learner: Learner) -> Any:
    return post(browser, f"/learners/{learner.id}/restore", form_at=DELETED)


def test_who_was_deleted_lately_is_listed_and_can_be_restored(
    database: Database, browser: FlaskClient, deleted: Learner, add_learner: AddLearner, provider: Provider
) -> None:
    add_learner("long.gone", deleted_at=days_ago(30.1))
    add_learner("still.here")
    (row,) = read_rows(browser.get(DELETED).text)
    assert row[:3] == ["Gone Quillfeather", "gone.one", provider.name]
    answer = restore(browser, deleted)
    assert answer.location == f"/learners/{deleted.id}"
    assert "The learner is restored" in browser.get(answer.location).text
    assert look_up(database, Learner, deleted.id).deleted_at is None
    assert look_up(database, Account, deleted.account_id).is_active
    (event,) = list_events(database)
    assert (event.action, event.learner_id) == ("learner restored", deleted.id)
    assert "Nobody was deleted lately" in browser.get(DELETED).text


def test_who_has_an_identifier_that_another_has_by_now_is_not_restored_and_that_is_told(
    database: Database, browser: FlaskClient, deleted: Learner, add_learner: AddLearner
) -> None:
    newer = add_learner("newer.one", first_name="Amy", uln="1000000000")
    page = browser.get(restore(browser, deleted).location).text
    assert f'<a href="/learners/{newer.id}">another learner</a> has this ULN now' in page
    assert look_up(database, Learner, deleted.id).deleted_at is not None


@ON_SQLITE
def test_a_namesake_who_came_meanwhile_is_told_and_does_not_hinder(
    database: Database, browser: FlaskClient, deleted: Learner, add_learner: AddLearner
) -> None:
    newer = add_learner("newer.one", first_name="Gone")
    page = browser.get(restore(browser, deleted).location).text
    assert f'<a href="/learners/{newer.id}">another learner</a> with the same name' in page
    assert look_up(database, Learner, deleted.id).deleted_at is None


@ON_SQLITE
@pytest.mark.parametrize(
    ("permissions", "status"), [((Permission.VIEW, Permission.EDIT), 403), ((Permission.VIEW, Permission.DELETE), 200)]
)
def test_only_who_may_delete_sees_and_restores_the_deleted(
    database: Database,
    browser_of: Browser,
    deleted: Learner,
    permissions: tuple[Permission, ...],
    status: int,
) -> None:
    browser = browser_of(*permissions)
    assert browser.get(DELETED).status_code == status
    if status == 403:
        assert post(browser, f"/learners/{deleted.id}/restore", form_at="/learners").status_code == 404
        assert look_up(database, Learner, deleted.id).deleted_at is not None


@ON_SQLITE
def test_deleted_learners_of_others_and_of_long_ago_can_not_be_restored(
    browser: FlaskClient, add_learner: AddLearner, other_provider: Provider, deleted: Learner
) -> None:
    foreign = add_learner(provider_id=other_provider.id, deleted_at=days_ago(1), first_name="Foreign")
    late, kept = add_learner(deleted_at=days_ago(31)), add_learner()
    assert "Foreign" not in read_words(browser.get(DELETED).text)
    for learner in (foreign, late, kept):
        assert restore(browser, learner).status_code == 404
