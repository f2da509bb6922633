"""Add what operating needs: alerts, signs of life, SFTP credentials, and what an import tells of intake and erasure."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ADDED_TO_IMPORT = (
    ("drop_location", sa.String(length=300)),
    ("erased_at", sa.DateTime(timezone=True)),
    ("outcome_removed_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("cause", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("message", sa.String(length=1000), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_count", sa.Integer(), nullable=False),
        sa.Column("unmailed_count", sa.Integer(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("cause", name=op.f("uq_alert_cause")),
    )
    op.create_table(
        "part_beat",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("part", sa.String(length=50), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_beat")),
        sa.UniqueConstraint("part", "holder", name=op.f("uq_part_beat_part_holder")),
    )
    op.create_table(
        "sftp_credential",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("provider_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("fingerprint", sa.String(length=100), nullable=True),
        sa.Column("public_key", sa.String(length=4000), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("comment", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('key', 'password')", name=op.f("ck_sftp_credential_kind")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_sftp_credential_provider_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sftp_credential")),
        sa.UniqueConstraint("provider_id", "fingerprint", name=op.f("uq_sftp_credential_provider_id_fingerprint")),
    )
    op.create_index(op.f("ix_sftp_credential_provider_id"), "sftp_credential", ["provider_id"])
    for name, kind in ADDED_TO_IMPORT:
        op.add_column("learner_import", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("learner_import") as table:
        for name, _ in reversed(ADDED_TO_IMPORT):
            table.drop_column(name)
    op.drop_table("sftp_credential")
    op.drop_table("part_beat")
    op.drop_table("alert")
