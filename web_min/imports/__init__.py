"""The area of imports: the list of them and the outcome of each."""

from web_min.imports.routes import blueprint

__all__ = ["blueprint"]
