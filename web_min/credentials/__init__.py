"""The area of learners who have not logged in [manual 7.3]: their initial passwords, on page and paper."""

from web_min.credentials import downloads, renewing
from web_min.credentials.routes import blueprint

__all__ = ["blueprint", "downloads", "renewing"]
