"""Audit trail."""

from web_min.audit_trail.routes import blueprint

__all__ = ["blueprint"]
