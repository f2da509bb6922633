"""Find a provider's learners by name in either case, deleted ones by when, and the trail of an account."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NAME, OLD_NAME = "ix_learner_provider_id_name", "ix_learner_provider_id_last_name_first_name"
DELETED, EVENTS, LOCKED = "ix_learner_deleted_at", "ix_audit_event_account_id", "ix_account_locked_at"


def create_partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    elements = [sa.text(column) if "(" in column else column for column in columns]
    op.create_index(name, table, elements, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    by_name = ["provider_id", "lower(last_name)", "lower(first_name)", "id"]
    create_partial(NAME, "learner", by_name, "deleted_at IS NULL")
    create_partial(DELETED, "learner", ["deleted_at"], "deleted_at IS NOT NULL")
    create_partial(EVENTS, "audit_event", ["account_id"], "account_id IS NOT NULL")
    create_partial(LOCKED, "account", ["locked_at"], "locked_at IS NOT NULL")
    op.drop_index(OLD_NAME, "learner")


def downgrade() -> None:
    op.create_index(OLD_NAME, "learner", ["provider_id", "last_name", "first_name"])
    op.drop_index(LOCKED, "account")
    op.drop_index(EVENTS, "audit_event")
    op.drop_index(DELETED, "learner")
    op.drop_index(NAME, "learner")
