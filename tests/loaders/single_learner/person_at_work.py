"""A person who works with a school's learners one by one, as the website does for them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from loaders.holding import hold_providers
from loaders.single_learner.changing import Changes, change_learner, hold_version
from loaders.single_learner.creating import Credentials, PasswordMaking, create_learner
from loaders.single_learner.recording import Person
from records.database import Database
from records.tables import Account, AuditEvent, Learner
from tests.loaders.school import NOON, SEALER, ZOE, School

DAYS = 90
Result = TypeVar("Result")


class PersonAtWork:
    """Makes changes in transactions of their own and keeps nothing but what stands in the database."""

    def __init__(self, school: School) -> None:
        self.database: Database = school.database
        self.provider_id = school.provider_id

    def do(self, work: Callable[[Session], Result], *provider_ids: int) -> Result:
        """Do something in a session like a web request's, with the provider held, and commit."""
        with self.database.open_session() as session:
            hold_providers(session, *(provider_ids or (self.provider_id,)))
            result = work(session)
            session.commit()
        return result

    def create(
        self, values: Mapping[str, Any] | None = None, *, now: datetime = NOON, **credentials: str | None
    ) -> Person:
        return self.do(
            lambda session: create_learner(
                session,
                ZOE if values is None else values,
                provider_id=self.provider_id,
                credentials=Credentials(**credentials),
                making=PasswordMaking(SEALER, DAYS, now),
                record=record_into(session),
            )
        )

    def change(self, learner_id: int, values: Mapping[str, Any], *, version: int = 1, now: datetime = NOON) -> Changes:
        def work(session: Session) -> Changes:
            person = hold_version(session, learner_id, version)
            assert person
            return change_learner(person, values, record=record_into(session), now=now)

        return self.do(work)

    def read(self, learner_id: int) -> Person:
        with self.database.read() as session:
            learner = session.get_one(Learner, learner_id)
            return Person(learner, session.get_one(Account, learner.account_id))

    def events(self, learner_id: int) -> list[AuditEvent]:
        """What the trail says of a learner, in its order."""
        with self.database.read() as session:
            of_learner = select(AuditEvent).where(AuditEvent.learner_id == learner_id).order_by(AuditEvent.id)
            return list(session.scalars(of_learner))


def record_into(session: Session) -> Any:
    """Record into the session's transaction that the person did it."""

    def record(action: str, *, account: Account | None = None, **columns: Any) -> None:
        columns["details"] = columns.get("details") or {}
        session.add(
            AuditEvent(action=action, actor="pat@example.org", account_id=account.id if account else None, **columns)
        )

    return record


def find_person(session: Session, learner_id: int) -> Person:
    learner = session.get_one(Learner, learner_id)
    return Person(learner, session.get_one(Account, learner.account_id))
