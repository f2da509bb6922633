"""Two-step sign-in."""

from web_min.two_step.routes import blueprint

__all__ = ["blueprint"]
