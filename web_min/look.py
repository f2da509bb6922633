"""How templates are found and what they may use: our own pages, and the design system's components."""

from typing import Any

from flask import Flask
from flask_login import current_user
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader, Undefined
from jinja2.runtime import StrictUndefined
from jinja2.utils import missing

from records.tables import Purpose
from schemas.dates_shown import format_date, format_moment
from schemas.visible_text import make_visible
from web_min.access import Role, has_role
from web_min.current import get_settings
from web_min.permissions import Permission, may, may_somewhere
from web_min.signing_in.sessions import find_purpose


class StrictNames(Undefined):
    """What a template asked for and did not get: a fault, but for a parameter that a component was not given.

    The design system's components ask their parameters, which are dictionaries, for everything that they might hold,
    and whether they were called with content.
    """

    def __new__(cls, hint: str | None = None, obj: Any = missing, name: str | None = None, *args: Any) -> Any:
        """Make the strict kind for names and attributes, the lenient one for what a dictionary lacks."""
        kind = Undefined if isinstance(obj, dict) or name == "caller" else StrictUndefined
        return kind(hint, obj, name, *args)


def set_up_templates(app: Flask) -> None:
    """Give the app's templates their loaders, filters and names."""
    app.jinja_options = {
        "undefined": StrictNames,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "loader": ChoiceLoader(
            [
                PackageLoader("web_min"),
                PrefixLoader({name: PackageLoader(name) for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")}),
            ]
        ),
    }
    app.jinja_env.globals |= dict.fromkeys(("undefined", "null"), Undefined())  # names that components go by
    app.add_template_filter(format_date, "day")
    app.add_template_filter(format_moment, "moment")
    app.add_template_filter("{:,}".format, "number")
    app.add_template_filter(make_visible, "visible")
    WTFormsHelpers(app)
    app.context_processor(describe_visitor)


def describe_visitor() -> dict[str, Any]:
    """Return what every page may ask about whoever looks at it, and what stands in every page's header."""
    return {
        "current_user": current_user,
        "is_signed_in": current_user.is_authenticated,
        "is_fully_signed_in": current_user.is_authenticated and find_purpose() is Purpose.FULL,
        "main_site_url": get_settings().main_site_url or "/",
        "has_role": has_role,
        "Role": Role,
        "may": may,
        "may_somewhere": may_somewhere,
        "Permission": Permission,
    }
