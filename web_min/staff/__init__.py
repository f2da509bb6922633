"""Staff."""

from web_min.staff.routes import blueprint

__all__ = ["blueprint"]
