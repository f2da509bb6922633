"""My account [manual 3]: everybody's own details, username and password."""

from web_min.my_account.routes import blueprint

__all__ = ["blueprint"]
