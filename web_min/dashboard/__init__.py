"""The dashboard [manual 4]: how many learners are in which state, the last imports, and what to do next."""

from web_min.dashboard.routes import blueprint

__all__ = ["blueprint"]
