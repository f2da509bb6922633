"""Emails from their templates: one folder per kind in `emails/`, over a shared base.

Owns how a template becomes a mail. Does not know what an import is, nor who is written to.
"""

import re
import textwrap
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from schemas.visible_text import make_visible

if TYPE_CHECKING:
    from jinja2 import Environment

EMAILS_FOLDER = Path(__file__).parent / "emails"
LINE_WIDTH = 76
SUBJECT_LIMIT = 200

# What stands before a bullet's, a step's or a fact's text; the lines after the first are set in by as much.
LEAD = re.compile(r"- |\d+\. |[A-Z][a-z]+ {2,}")
KEPT_WHOLE = "    "  # lines that begin so are links and commands, which a break would spoil


class RenderedEmail(NamedTuple):
    """One email, finished: a subject of one line, and the same text plain and as HTML."""

    subject: str
    body_text: str
    body_html: str


def render_email(kind: str, context: Mapping[str, Any]) -> RenderedEmail:
    """Fill the templates of one kind of email.

    Raises:
        jinja2.UndefinedError: the context lacks something that a template shows.
        jinja2.TemplateNotFound: there is no such kind.
    """
    subject, text, html = (
        _environment().get_template(f"{kind}/{name}").render(context)
        for name in ("subject.txt", "body.txt", "body.html")
    )
    return RenderedEmail(_shorten_subject(subject), wrap_text(text), html)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape  # most commands send no mail

    environment = Environment(
        loader=FileSystemLoader(EMAILS_FOLDER),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = make_visible
    environment.filters["count"] = count_things
    return environment


def count_things(number: int, noun: str, plural: str | None = None) -> str:
    """Write a number with its noun: "1 error", "1,204 errors"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def _shorten_subject(subject: str) -> str:
    line = make_visible(" ".join(subject.split()))
    return line if len(line) <= SUBJECT_LIMIT else line[: SUBJECT_LIMIT - 1] + "…"


def wrap_text(text: str) -> str:
    """Break the lines of a text so that it reads well in a terminal, 76 characters wide."""
    wrapped = "\n".join(_wrap_line(line) for line in text.strip().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", wrapped) + "\n"


def _wrap_line(line: str) -> str:
    if len(line) <= LINE_WIDTH or line.startswith(KEPT_WHOLE):
        return line.rstrip()
    lead = LEAD.match(line)
    return textwrap.fill(
        line,
        LINE_WIDTH,
        subsequent_indent=" " * len(lead.group()) if lead else "",
        break_long_words=False,
        break_on_hyphens=False,
    )
