"""What Alembic runs: our migrations on the connection that `records.upgrade` hands over."""

from typing import Any, Literal

from alembic import context

from records.tables import Base
from records.types import UtcDateTime


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own types as plain ones, so that old migrations do not depend on today's code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
