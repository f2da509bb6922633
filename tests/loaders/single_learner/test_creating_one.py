"""One learner is created with an account that can be signed in to once with the initial password."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from loaders.single_learner.creating import USERNAME, UsernameTakenError
from records.tables import Account, Learner
from tests.loaders.school import FULL, NOON, SEALER, ZOE, School
from tests.loaders.single_learner.person_at_work import DAYS, PersonAtWork


def test_every_value_is_stored_as_given(at_work: PersonAtWork) -> None:
    created = at_work.create(FULL | {"is_apply_enabled": True, "is_reference_required": None})
    learner = at_work.read(created.learner.id).learner
    stored = {name: getattr(learner, name) for name in FULL}
    assert stored == FULL | {"date_of_birth": date(2008, 9, 1)}
    assert (learner.is_apply_enabled, learner.is_reference_required, learner.version) == (True, None, 1)
    assert learner.provider_id == at_work.provider_id


def test_user_name_and_password_are_made_where_none_are_chosen(at_work: PersonAtWork) -> None:
    first, second = (at_work.read(at_work.create().learner.id).account for _ in range(2))
    assert first.username.startswith("zoe.obrien") and second.username.startswith("zoe.obrien")
    assert first.username != second.username
    for account in (first, second):
        assert account.initial_password_sealed
        assert len(SEALER.open(account.id, account.initial_password_sealed)) == 14


def test_the_initial_password_must_be_changed_and_lives_its_time(at_work: PersonAtWork) -> None:
    account = at_work.read(at_work.create(username="Zoe.Chosen", password="maps-and-7").learner.id).account
    assert account.initial_password_sealed
    assert SEALER.open(account.id, account.initial_password_sealed) == "maps-and-7"
    assert (account.kind, account.is_active, account.password_hash) == ("learner", True, None)
    assert account.has_to_change_password
    assert account.initial_password_created_at == NOON
    assert account.initial_password_expires_at == NOON + timedelta(days=DAYS)


@pytest.mark.parametrize("again", ["Taken.Name", "taken.name", "TAKEN.NAME"])
def test_a_user_name_is_nobody_elses_in_capitals_or_not(at_work: PersonAtWork, again: str) -> None:
    username = f"{again}.{at_work.provider_id}"
    at_work.create(username=f"Taken.Name.{at_work.provider_id}")
    with pytest.raises(UsernameTakenError):
        at_work.create(ZOE | {"first_name": "Amy"}, username=username)
    with at_work.database.read() as session:
        of_school = select(func.count()).where(Learner.provider_id == at_work.provider_id)
        assert session.scalar(of_school) == 1


def test_the_trail_says_that_and_holds_no_value(at_work: PersonAtWork) -> None:
    created = at_work.create()
    (event,) = at_work.events(created.learner.id)
    assert (event.action, event.actor, event.details) == ("learner created", "pat@example.org", {})
    assert (event.account_id, event.provider_id) == (created.account.id, at_work.provider_id)


@pytest.mark.parametrize(
    ("username", "is_right"),
    [
        ("abcdef", True),
        ("a.b_c-d@e9", True),
        ("a" * 127, True),
        ("abcde", False),
        ("a" * 128, False),
        ("zoë.obrien", False),
        ("zoe obrien", False),
        ("zoe'obrien", False),
        ("", False),
    ],
)
def test_what_a_user_name_can_be(username: str, *, is_right: bool) -> None:
    assert bool(USERNAME.fullmatch(username)) is is_right


def test_a_name_taken_at_this_very_moment_is_made_anew(
    at_work: PersonAtWork, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our look finds the name free, and another provider's import takes it before we write."""
    taken = at_work.create(ZOE | {"first_name": "Quick"}).account.username
    proposals = iter([taken, f"{taken}77"])
    monkeypatch.setattr("loaders.single_learner.creating._make_username", lambda *_: next(proposals))
    person = at_work.create(ZOE | {"first_name": "Slow"})
    assert at_work.read(person.learner.id).account.username == f"{taken}77"
    with at_work.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Account).where(Account.username == taken)) == 1


def test_a_learner_who_is_created_is_unchanged_by_an_import_of_the_same(at_work: PersonAtWork, school: School) -> None:
    at_work.create(FULL)
    result: Any = school.load(FULL)
    assert (result.created_count, result.updated_count, result.unchanged_count) == (0, 0, 1)
