"""Index findings by import and row, so that a page of a large import's rows is found at once."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_finding_import_id_row_number"), "finding", ["import_id", "row_number"])
    op.drop_index(op.f("ix_finding_import_id"), "finding")


def downgrade() -> None:
    op.create_index(op.f("ix_finding_import_id"), "finding", ["import_id"])
    op.drop_index(op.f("ix_finding_import_id_row_number"), "finding")
