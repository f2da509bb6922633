"""What narrows the list down: provider, year group, import, expired passwords, and words to search for.

Owns how that stands in an address, where the words are sealed, for they are often a name.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import abort, request

from web_min.learners.filters import LONGEST_SEARCH, YEAR_CHOICES
from web_min.permissions import Permission, list_provider_ids
from web_min.sealed_words import open_words, seal_words

EXPIRED = "expired"
LARGEST_ID_DIGITS = 18


class Filters(NamedTuple):
    """What the list is narrowed down to; the defaults are everything.

    Args:
        provider_id: one of the person's own providers.
        year: a key of `YEAR_CHOICES`; "" is every year group.
        import_id: the import that created the learners.
        is_expired: whether only learners whose initial password has expired are wanted.
        search: words to search for, as in the list of all learners.
    """

    provider_id: int | None = None
    year: str = ""
    import_id: int | None = None
    is_expired: bool = False
    search: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is narrowed down."""
        return self == Filters()

    def to_arguments(self) -> dict[str, Any]:
        """Return it as the arguments of an address."""
        arguments = {
            "provider": self.provider_id,
            "year": self.year,
            "import": self.import_id,
            "password": EXPIRED if self.is_expired else "",
            "search": seal_words(self.search),
        }
        return {name: value for name, value in arguments.items() if value}

    def to_details(self) -> dict[str, Any]:
        """Return it for the audit trail: of the words searched for only that there were some."""
        arguments = {name: value for name, value in self.to_arguments().items() if name != "search"}
        return arguments | ({"search": True} if self.search else {})


def read_filters() -> Filters:
    """Return what the request's address asks for.

    Raises:
        werkzeug.exceptions.NotFound: it asks for a provider of others, or what there is not.
    """
    return _read(request.args, search=open_words(request.args.get("search", "")))


def read_filled_in() -> Filters:
    """Return what the request's form asks for. Raises as `read_filters` does."""
    return _read(request.form, search=request.form.get("search", ""))


def _read(given: Mapping[str, str], *, search: str) -> Filters:
    provider_id, year = _read_number(given.get("provider", "")), given.get("year", "")
    if provider_id is not None and provider_id not in list_provider_ids(Permission.VIEW):
        abort(404)
    if year and year not in YEAR_CHOICES:
        abort(404)
    return Filters(
        provider_id=provider_id,
        year=year,
        import_id=_read_number(given.get("import", "")),
        is_expired=given.get("password", "") == EXPIRED,
        search=" ".join(search.replace("\x00", "").split())[:LONGEST_SEARCH],
    )


def _read_number(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LARGEST_ID_DIGITS):
        abort(404)
    return int(text)
