"""Alembic's migrations; `records.upgrade` runs them."""
