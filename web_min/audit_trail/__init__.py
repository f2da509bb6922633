"""The audit trail: who did what to which record, for administrators. Reads only."""

from web_min.audit_trail.routes import blueprint

__all__ = ["blueprint"]
