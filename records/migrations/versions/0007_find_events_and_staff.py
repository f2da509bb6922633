"""Find events of the audit trail by what was done, by whom and where, newest first; and staff among all accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ACTION, ACTOR = "ix_audit_event_action_at", "ix_audit_event_actor_at"
ACCOUNT, PROVIDER = "ix_audit_event_actor_account_id_at", "ix_audit_event_provider_id_at"
STAFF = "ix_account_staff"


def create_partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    op.create_index(ACTION, "audit_event", ["action", "at"])
    op.create_index(ACTOR, "audit_event", ["actor", "at"])
    create_partial(ACCOUNT, "audit_event", ["actor_account_id", "at"], "actor_account_id IS NOT NULL")
    create_partial(PROVIDER, "audit_event", ["provider_id", "at"], "provider_id IS NOT NULL")
    create_partial(STAFF, "account", ["id"], "kind = 'staff'")


def downgrade() -> None:
    op.drop_index(STAFF, "account")
    for name in (PROVIDER, ACCOUNT, ACTOR, ACTION):
        op.drop_index(name, "audit_event")
