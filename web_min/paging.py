"""Which rows a page shows. Knows nothing of what the rows are."""

from typing import NamedTuple

from flask import abort, request


class Page(NamedTuple):
    """One page of a list, counted from 1.

    `has_more` says that the list goes on beyond the items that its pages lead to.
    """

    number: int
    size: int
    item_count: int
    has_more: bool = False

    @property
    def page_count(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.item_count // self.size))

    @property
    def offset(self) -> int:
        """How many items the pages before it hold."""
        return (self.number - 1) * self.size

    @property
    def first_shown(self) -> int:
        """The number of its first item, counted from 1."""
        return self.offset + 1

    @property
    def last_shown(self) -> int:
        """The number of its last item."""
        return min(self.offset + self.size, self.item_count)


def find_page(item_count: int, size: int, *, has_more: bool = False) -> Page:
    """Return the page that the request's `page` asks for, the first when it asks for none.

    Raises:
        werkzeug.exceptions.NotFound: there is no such page.
    """
    page = Page(read_number(), size, item_count, has_more)
    if page.number > page.page_count:
        abort(404)
    return page


def read_number() -> int:
    """Return the number of the page that the request's `page` asks for, whether or not there is one.

    Raises:
        werkzeug.exceptions.NotFound: it is no number that a page could have.
    """
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 0
    return number or abort(404)
