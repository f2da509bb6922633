"""Two-step sign-in: turning it on and off for oneself. Giving a code is part of signing in."""

from web_min.two_step.routes import blueprint

__all__ = ["blueprint"]
