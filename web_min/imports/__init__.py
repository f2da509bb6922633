"""The area of imports: uploading files, the list of imports, and the outcome of each."""

from web_min.imports.routes import blueprint

__all__ = ["blueprint"]
