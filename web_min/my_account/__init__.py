"""My account."""

from web_min.my_account.routes import blueprint

__all__ = ["blueprint"]
