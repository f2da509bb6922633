"""Holding a provider while its learners are changed, so that imports and people who edit go one after the other."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.database import begin_writing
from records.tables import Provider


def lock_provider(session: Session, provider_id: int) -> None:
    """Hold the provider until the transaction ends, so that its imports run one after the other.

    On SQLite the transaction holds the one writer's lock since it began.
    """
    session.execute(select(Provider.id).where(Provider.id == provider_id).with_for_update(key_share=True)).one()


def hold_providers(session: Session, *provider_ids: int) -> None:
    """Hold providers in a web request's session until it commits. What is read from here on stays as it is."""
    begin_writing(session)
    for provider_id in sorted(set(provider_ids)):  # always in this order, so that no two wait for each other
        lock_provider(session, provider_id)
