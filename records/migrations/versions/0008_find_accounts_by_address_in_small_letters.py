"""Find accounts and learners by their email address in small letters, as "Forgotten your password?" asks.

The indexes of the addresses as they are written served no query.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("account", "learner")


def upgrade() -> None:
    where = sa.text("email IS NOT NULL")
    for table in TABLES:
        op.drop_index(op.f(f"ix_{table}_email"), table)
        small = sa.text("lower(email)")
        op.create_index(f"ix_{table}_email_lower", table, [small], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_email_lower", table)
        op.create_index(op.f(f"ix_{table}_email"), table, ["email"])
