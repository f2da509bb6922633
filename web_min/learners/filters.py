"""What the list is narrowed down to and sorted by. Owns how that stands in an address, where words are sealed."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import abort, request

from schemas.columns import YEAR_GROUPS
from web_min.learners.states import LearnerState
from web_min.permissions import Permission, list_provider_ids
from web_min.sealed_words import open_words, seal_words

NO_YEAR_GROUP = "none"
YEAR_CHOICES = {year.removeprefix("Year "): year for year in YEAR_GROUPS} | {NO_YEAR_GROUP: "No year group"}
COLUMNS = ("username", "last_name", "first_name", "email", "year_group", "provider")  # that the list can be sorted by
BY_LAST_NAME = "last_name"
LONGEST_SEARCH = 200
MOST_WORDS = 8
LARGEST_ID_DIGITS = 18


class Filters(NamedTuple):
    """What the list shows; the defaults are everyone by last name.

    Args:
        search: words of which each must be in a name, the user name, email address, ULN or UPN.
        provider_id: one of the person's own providers.
        year: a key of `YEAR_CHOICES`; "" is every year group.
        state: in which of the dashboard's states.
        sort: one of `COLUMNS`.
        is_descending: whether the last comes first.
    """

    search: str = ""
    provider_id: int | None = None
    year: str = ""
    state: LearnerState = LearnerState.ALL
    sort: str = BY_LAST_NAME
    is_descending: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nobody is left out."""
        return self._replace(sort=BY_LAST_NAME, is_descending=False) == Filters()

    @property
    def words(self) -> list[str]:
        """The words that are searched for."""
        return self.search.split()[:MOST_WORDS]

    def to_arguments(self) -> dict[str, Any]:
        """Return it as the arguments of an address."""
        arguments = {
            "search": seal_words(self.search),
            "provider": self.provider_id,
            "year": self.year,
            "state": "" if self.state is LearnerState.ALL else str(self.state),
            "sort": "" if self.sort == BY_LAST_NAME else self.sort,
            "order": "desc" if self.is_descending else "",
        }
        return {name: value for name, value in arguments.items() if value}

    def sorted_by(self, sort: str) -> "Filters":
        """Return the same sorted by a column, the other way round where it was sorted by it already."""
        return self._replace(sort=sort, is_descending=self.sort == sort and not self.is_descending)


def read_filters() -> Filters:
    """Return what the request's address asks for.

    Raises:
        werkzeug.exceptions.NotFound: it asks for a provider of others, or for what there is not.
    """
    return _read(request.args, search=open_words(request.args.get("search", "")))


def read_filled_in() -> Filters:
    """Return what the request's form asks for. Raises as `read_filters` does."""
    return _read(request.form, search=request.form.get("search", ""))


def _read(given: Mapping[str, str], *, search: str) -> Filters:
    provider = given.get("provider", "")
    provider_id = int(provider) if provider.isascii() and provider.isdigit() and len(provider) < 19 else None
    year, state, sort = given.get("year", ""), given.get("state") or LearnerState.ALL, given.get("sort") or BY_LAST_NAME
    if provider and provider_id not in list_provider_ids(Permission.VIEW):
        abort(404)
    if (year and year not in YEAR_CHOICES) or state not in list(LearnerState) or sort not in COLUMNS:
        abort(404)
    return Filters(
        search=" ".join(search.replace("\x00", "").split())[:LONGEST_SEARCH],
        provider_id=provider_id,
        year=year,
        state=LearnerState(state),
        sort=sort,
        is_descending=given.get("order", "") == "desc",
    )
