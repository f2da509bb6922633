"""Passwords are reset, accounts unlocked, learners deleted and restored; each is in the trail."""

import secrets
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loaders.single_learner.accounts import reset_passwords, unlock
from loaders.single_learner.creating import PasswordMaking
from loaders.single_learner.deleting import delete_learners, restore_learner
from records.tables import Account, Purpose, SignInSession
from tests.loaders.school import FULL, NOON, SEALER, ZOE, School
from tests.loaders.single_learner.person_at_work import DAYS, PersonAtWork, find_person, record_into

LATER = NOON + timedelta(days=3)


def sign_in(at_work: PersonAtWork, account_id: int) -> None:
    with at_work.database.write() as session:
        account = session.get_one(Account, account_id)
        account.first_signed_in_at, account.password_hash, account.initial_password_sealed = NOON, "hash", None
        session.add(
            SignInSession(
                token_hash=secrets.token_hex(32),
                account_id=account_id,
                session_key=account.session_key,
                purpose=Purpose.FULL,
            )
        )


def count_sessions(at_work: PersonAtWork, account_id: int) -> int:
    with at_work.database.read() as session:
        return session.scalar(select(func.count()).where(SignInSession.account_id == account_id)) or 0


def delete(at_work: PersonAtWork, learner_id: int) -> None:
    def work(session: Session) -> None:
        delete_learners(session, [find_person(session, learner_id)], record=record_into(session), now=NOON)

    at_work.do(work)


def restore(at_work: PersonAtWork, learner_id: int) -> None:
    at_work.do(
        lambda session: restore_learner(find_person(session, learner_id), record=record_into(session), now=LATER)
    )


def test_a_reset_password_is_an_initial_one_again_and_ends_what_was(at_work: PersonAtWork) -> None:
    person = at_work.create()
    sign_in(at_work, person.account.id)
    with at_work.database.write() as session:
        session.get_one(Account, person.account.id).locked_at = NOON

    def work(session: Session) -> int:
        people = [find_person(session, person.learner.id)]
        return reset_passwords(session, people, PasswordMaking(SEALER, DAYS, LATER), record_into(session))

    assert at_work.do(work) == 1
    account = at_work.read(person.learner.id).account
    assert account.password_hash is None and account.locked_at is None and account.has_to_change_password
    assert account.initial_password_sealed and SEALER.open(account.id, account.initial_password_sealed)
    assert account.initial_password_expires_at == LATER + timedelta(days=DAYS)
    assert account.first_signed_in_at == NOON, "that the learner has signed in before stays known"
    assert count_sessions(at_work, account.id) == 0
    actions = [event.action for event in at_work.events(person.learner.id)]
    assert actions == ["learner created", "initial password renewed", "account unlocked"]


def test_only_those_who_are_locked_out_are_unlocked(at_work: PersonAtWork) -> None:
    locked, free = at_work.create(), at_work.create(ZOE | {"first_name": "Amy"})
    with at_work.database.write() as session:
        account = session.get_one(Account, locked.account.id)
        account.locked_at, account.failed_sign_in_count = NOON, 5

    def work(session: Session) -> int:
        return unlock([find_person(session, one.learner.id) for one in (locked, free)], record_into(session))

    assert at_work.do(work) == 1
    account = at_work.read(locked.learner.id).account
    assert (account.locked_at, account.failed_sign_in_count) == (None, 0)
    assert [event.action for event in at_work.events(free.learner.id)] == ["learner created"]


def test_a_deleted_learner_can_not_sign_in_and_is_nobodys_match(at_work: PersonAtWork, school: School) -> None:
    person = at_work.create(FULL)
    sign_in(at_work, person.account.id)
    key = at_work.read(person.learner.id).account.session_key
    delete(at_work, person.learner.id)
    learner, account = at_work.read(person.learner.id)
    assert (learner.deleted_at, learner.version, account.is_active) == (NOON, 2, False)
    assert account.session_key != key and count_sessions(at_work, account.id) == 0
    assert at_work.events(learner.id)[-1].action == "learner deleted"
    assert school.load(FULL).created_count == 1


def test_a_restored_learner_is_whole_again(at_work: PersonAtWork, school: School) -> None:
    person = at_work.create(FULL)
    before = at_work.read(person.learner.id)
    delete(at_work, person.learner.id)
    restore(at_work, person.learner.id)
    learner, account = at_work.read(person.learner.id)
    assert (learner.deleted_at, learner.version, account.is_active) == (None, 3, True)
    assert account.initial_password_sealed == before.account.initial_password_sealed
    assert school.load(FULL).unchanged_count == 1
    assert at_work.events(learner.id)[-1].action == "learner restored"
