"""Providers: the schools and colleges, and whom to tell about their imports."""

from web_min.providers import managed
from web_min.providers.routes import blueprint

__all__ = ["blueprint", "managed"]
