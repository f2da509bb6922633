"""Every route of the area on its blueprint."""

from web_min.learners import (
    chosen_routes,
    create_routes,
    deleted_routes,
    edit_routes,
    list_routes,
    progress_routes,
    show_routes,
)
from web_min.learners.blueprint import blueprint

__all__ = [
    "blueprint",
    "chosen_routes",
    "create_routes",
    "deleted_routes",
    "edit_routes",
    "list_routes",
    "progress_routes",
    "show_routes",
]
