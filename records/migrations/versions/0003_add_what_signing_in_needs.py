"""Add what signing in needs: sessions, addresses that wrong passwords come from, and the second step."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PURPOSES = "purpose IN ('full', 'give_code', 'choose_password', 'set_up_two_step')"
ADDED_TO_ACCOUNT = ("password_changed_at", "two_step_secret", "two_step_counter", "has_to_use_two_step")


def upgrade() -> None:
    op.create_table(
        "sign_in_session",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("session_key", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(PURPOSES, name=op.f("ck_sign_in_session_purpose")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_session_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_session_account_id"), "sign_in_session", ["account_id"])
    op.create_table(
        "address_failure",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("address", sa.String(length=50), nullable=False),
        sa.Column("failure_count", sa.Double(), nullable=False),
        sa.Column("last_failure_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_failure")),
        sa.UniqueConstraint("address", name=op.f("uq_address_failure_address")),
    )
    op.create_index(op.f("ix_address_failure_last_failure_at"), "address_failure", ["last_failure_at"])
    op.add_column("account", sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("account", sa.Column("two_step_secret", sa.String(length=500), nullable=True))
    op.add_column("account", sa.Column("two_step_counter", BIG_ID, nullable=True))
    op.add_column("account", sa.Column("has_to_use_two_step", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(op.f("ix_account_email"), "account", ["email"])
    op.create_index(op.f("ix_learner_email"), "learner", ["email"])


def downgrade() -> None:
    op.drop_index(op.f("ix_learner_email"), "learner")
    op.drop_index(op.f("ix_account_email"), "account")
    for name in reversed(ADDED_TO_ACCOUNT):
        op.drop_column("account", name)
    op.drop_table("address_failure")
    op.drop_table("sign_in_session")
