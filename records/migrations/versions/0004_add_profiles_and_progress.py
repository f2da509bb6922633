"""Add profiles, application progress, and imports of other kinds or that only check."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ADDED: dict[str, tuple[tuple[str, sa.types.TypeEngine[Any], Any], ...]] = {  # name, type, default of rows there are
    "learner": (
        ("personal_statement", sa.String(length=4000), None),
        ("profile_status", sa.String(length=9), "draft"),
        ("profile_comment", sa.String(length=1000), None),
        ("profile_changed_at", MOMENT, None),
    ),
    "learner_import": (
        ("kind", sa.String(length=10), "learners"),
        ("is_check", sa.Boolean(), sa.false()),
    ),
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for name, kind, default in columns:
            op.add_column(table, sa.Column(name, kind, server_default=default, nullable=default is None))
    op.create_table(
        "learner_progress",
        sa.Column("learner_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("has_qualifications", sa.Boolean(), nullable=False),
        sa.Column("has_reference", sa.Boolean(), nullable=False),
        sa.Column("application_count", sa.Integer(), nullable=False),
        sa.Column("offer_count", sa.Integer(), nullable=False),
        sa.Column("updated_import_id", BIG_ID, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("application_count >= 0", name=op.f("ck_learner_progress_application_count")),
        sa.CheckConstraint("offer_count >= 0", name=op.f("ck_learner_progress_offer_count")),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_learner_progress_learner_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["updated_import_id"],
            ["learner_import.id"],
            name=op.f("fk_learner_progress_updated_import_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("learner_id", name=op.f("pk_learner_progress")),
    )


def downgrade() -> None:
    op.drop_table("learner_progress")
    for table, columns in ADDED.items():
        for name, _, _ in reversed(columns):
            op.drop_column(table, name)
