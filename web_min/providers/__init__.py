"""Providers."""

from web_min.providers.routes import blueprint

__all__ = ["blueprint"]
