"""Create the first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_OBJECT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("username", sa.String(length=256), nullable=False),
        sa.Column("username_key", sa.String(length=256), nullable=False),
        sa.Column("session_key", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("first_name", sa.String(length=100), nullable=True),
        sa.Column("last_name", sa.String(length=100), nullable=True),
        sa.Column("telephone", sa.String(length=100), nullable=True),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("has_to_change_password", sa.Boolean(), nullable=False),
        sa.Column("initial_password_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("initial_password_created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("initial_password_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_sign_in_count", sa.Integer(), nullable=False),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('staff', 'learner')", name=op.f("ck_account_kind")),
        sa.CheckConstraint("length(username) BETWEEN 6 AND 256", name=op.f("ck_account_username_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("session_key", name=op.f("uq_account_session_key")),
        sa.UniqueConstraint("username_key", name=op.f("uq_account_username_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_event",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(length=50), nullable=False),
        sa.Column("actor", sa.String(length=256), nullable=False),
        sa.Column("actor_account_id", BIG_ID, nullable=True),
        sa.Column("provider_id", BIG_ID, nullable=True),
        sa.Column("learner_id", BIG_ID, nullable=True),
        sa.Column("account_id", BIG_ID, nullable=True),
        sa.Column("import_id", BIG_ID, nullable=True),
        sa.Column("details", JSON_OBJECT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_learner_id"), ["learner_id"], unique=False)

    op.create_table(
        "provider",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("ukprn", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=True),
        sa.Column("is_apply_enabled", sa.Boolean(), nullable=False),
        sa.Column("is_profile_approval_required", sa.Boolean(), nullable=False),
        sa.Column("is_reference_required", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(ukprn) = 8", name=op.f("ck_provider_ukprn_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("ukprn", name=op.f("uq_provider_ukprn")),
    )
    op.create_table(
        "learner_import",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("provider_id", BIG_ID, nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("requested_by_account_id", BIG_ID, nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_name", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(length=36), nullable=True),
        sa.Column("lease_holder", sa.String(length=100), nullable=True),
        sa.Column("lease_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome_returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("created_count", sa.Integer(), nullable=False),
        sa.Column("updated_count", sa.Integer(), nullable=False),
        sa.Column("unchanged_count", sa.Integer(), nullable=False),
        sa.Column("error_count", sa.Integer(), nullable=False),
        sa.Column("warning_count", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=500), nullable=True),
        sa.Column("repeats_import_id", BIG_ID, nullable=True),
        sa.Column("corrects_import_id", BIG_ID, nullable=True),
        sa.CheckConstraint("source IN ('folder', 'upload', 'command')", name=op.f("ck_learner_import_source")),
        sa.CheckConstraint(
            "status IN ('requested', 'processing', 'successful', 'unsuccessful', 'failed')",
            name=op.f("ck_learner_import_status"),
        ),
        sa.ForeignKeyConstraint(
            ["corrects_import_id"],
            ["learner_import.id"],
            name=op.f("fk_learner_import_corrects_import_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_learner_import_provider_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["repeats_import_id"],
            ["learner_import.id"],
            name=op.f("fk_learner_import_repeats_import_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_account_id"],
            ["account.id"],
            name=op.f("fk_learner_import_requested_by_account_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learner_import")),
        sa.UniqueConstraint("storage_name", name=op.f("uq_learner_import_storage_name")),
    )
    with op.batch_alter_table("learner_import", schema=None) as batch_op:
        batch_op.create_index("ix_learner_import_provider_id_sha256", ["provider_id", "sha256"], unique=False)
        batch_op.create_index(
            "ix_learner_import_provider_id_id",
            ["provider_id", "id"],
            unique=False,
            sqlite_where=sa.text("status IN ('requested', 'processing')"),
            postgresql_where=sa.text("status IN ('requested', 'processing')"),
        )
        batch_op.create_index(
            "ix_learner_import_next_attempt_at",
            ["next_attempt_at"],
            unique=False,
            sqlite_where=sa.text("status IN ('requested', 'processing')"),
            postgresql_where=sa.text("status IN ('requested', 'processing')"),
        )

    op.create_table(
        "membership",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("provider_id", BIG_ID, nullable=False),
        sa.Column("can_view", sa.Boolean(), nullable=False),
        sa.Column("can_create", sa.Boolean(), nullable=False),
        sa.Column("can_edit", sa.Boolean(), nullable=False),
        sa.Column("can_delete", sa.Boolean(), nullable=False),
        sa.Column("can_import", sa.Boolean(), nullable=False),
        sa.Column("is_user_manager", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_membership_provider_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("account_id", "provider_id", name=op.f("uq_membership_account_id_provider_id")),
    )
    op.create_table(
        "provider_contact",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("provider_id", BIG_ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_provider_contact_provider_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_contact")),
        sa.UniqueConstraint("provider_id", "email", name=op.f("uq_provider_contact_provider_id_email")),
    )
    op.create_table(
        "finding",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("import_id", BIG_ID, nullable=False),
        sa.Column("rule", sa.String(length=50), nullable=False),
        sa.Column("severity", sa.String(length=7), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=True),
        sa.Column("column", sa.String(length=100), nullable=True),
        sa.Column("cell", sa.String(length=12), nullable=True),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("suggestion", sa.String(), nullable=True),
        sa.Column("value", sa.String(), nullable=True),
        sa.CheckConstraint("severity IN ('error', 'warning')", name=op.f("ck_finding_severity")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["learner_import.id"], name=op.f("fk_finding_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_import_id"), ["import_id"], unique=False)

    op.create_table(
        "learner",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("provider_id", BIG_ID, nullable=False),
        sa.Column("account_id", BIG_ID, nullable=False),
        sa.Column("year_group", sa.String(length=7), nullable=True),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("house_name_or_number", sa.String(length=100), nullable=True),
        sa.Column("street", sa.String(length=100), nullable=True),
        sa.Column("locality", sa.String(length=100), nullable=True),
        sa.Column("town", sa.String(length=100), nullable=True),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("telephone", sa.String(length=100), nullable=True),
        sa.Column("uln", sa.String(length=10), nullable=True),
        sa.Column("upn", sa.String(length=13), nullable=True),
        sa.Column("ccis", sa.String(length=50), nullable=True),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("gender", sa.String(length=13), nullable=True),
        sa.Column("ethnicity", sa.String(length=60), nullable=True),
        sa.Column("is_apply_enabled", sa.Boolean(), nullable=True),
        sa.Column("is_profile_approval_required", sa.Boolean(), nullable=True),
        sa.Column("is_reference_required", sa.Boolean(), nullable=True),
        sa.Column("created_import_id", BIG_ID, nullable=True),
        sa.Column("updated_import_id", BIG_ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_learner_account_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["created_import_id"], ["learner_import.id"], name=op.f("fk_learner_created_import_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_learner_provider_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["updated_import_id"], ["learner_import.id"], name=op.f("fk_learner_updated_import_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learner")),
        sa.UniqueConstraint("account_id", name=op.f("uq_learner_account_id")),
    )
    with op.batch_alter_table("learner", schema=None) as batch_op:
        batch_op.create_index(
            "ix_learner_provider_id_last_name_first_name", ["provider_id", "last_name", "first_name"], unique=False
        )
        batch_op.create_index(
            "uq_learner_provider_id_ccis",
            ["provider_id", "ccis"],
            unique=True,
            sqlite_where=sa.text("ccis IS NOT NULL AND deleted_at IS NULL"),
            postgresql_where=sa.text("ccis IS NOT NULL AND deleted_at IS NULL"),
        )
        batch_op.create_index(
            "uq_learner_provider_id_uln",
            ["provider_id", "uln"],
            unique=True,
            sqlite_where=sa.text("uln IS NOT NULL AND deleted_at IS NULL"),
            postgresql_where=sa.text("uln IS NOT NULL AND deleted_at IS NULL"),
        )
        batch_op.create_index(
            "uq_learner_provider_id_upn",
            ["provider_id", "upn"],
            unique=True,
            sqlite_where=sa.text("upn IS NOT NULL AND deleted_at IS NULL"),
            postgresql_where=sa.text("upn IS NOT NULL AND deleted_at IS NULL"),
        )

    op.create_table(
        "outbox_mail",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("import_id", BIG_ID, nullable=True),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("message_id", sa.String(length=100), nullable=False),
        sa.Column("to_email", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("body_text", sa.String(), nullable=False),
        sa.Column("body_html", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=500), nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'sent', 'given_up')", name=op.f("ck_outbox_mail_status")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["learner_import.id"], name=op.f("fk_outbox_mail_import_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_mail_message_id")),
    )
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_mail_status"), ["status"], unique=False)


def downgrade() -> None:
    """The first tables hold everything: taking them away would be a loss, so it is not offered."""
    raise RuntimeError("there is nothing to go back to before the first tables; restore a backup instead")
