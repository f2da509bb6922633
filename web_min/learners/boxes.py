"""A learner as the boxes of the form show it, and what becomes of a form that somebody else's change has overtaken."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from loaders.single_learner.changing import to_text
from loaders.single_learner.recording import Person
from schemas.columns import LEARNER_NAMES
from web_min.learners.fields import DEFAULT, NO, YES, DateBoxes
from web_min.learners.forms import EditForm

BOXES = ("username", "provider_id", "personal_statement", *LEARNER_NAMES, *EditForm.setting_names)


class Clash(NamedTuple):
    """A box in which both the other person and the one at the form wrote something else."""

    name: str
    theirs: str


def to_box(value: Any) -> str:
    """Return a column's value, or what the audit trail keeps of it, as a box shows it."""
    if isinstance(value, bool):
        return YES if value else NO
    return DEFAULT if value is None else str(to_text(value))


def read_boxes(person: Person) -> dict[str, str]:
    """Return what a form shows of a learner, box by box."""
    return {name: to_box(getattr(person.account if name == "username" else person.learner, name)) for name in BOXES}


def fill(form: EditForm, boxes: Mapping[str, str]) -> None:
    """Show these in a form."""
    for name, text in boxes.items():
        put(form, name, text)


def put(form: EditForm, name: str, text: str) -> None:
    """Show a text in one box."""
    field = form[name]
    if isinstance(field, DateBoxes):
        field.put(text)
    else:
        field.data = text


def merge(form: EditForm, now: Mapping[str, str], changes: Mapping[str, list[Any]]) -> list[Clash]:
    """Bring into a form what somebody else saved meanwhile. What the person wrote is kept.

    Args:
        form: as it was sent.
        now: what is stored, box by box.
        changes: what the other changed since the form was opened, `{column: [before, now]}`.

    Returns:
        The boxes in which both wrote something else.
    """
    clashes = []
    for name in [name for name in BOXES if name in changes]:
        before, mine = to_box(changes[name][0]), form[name].data or ""
        if mine == before:
            put(form, name, now[name])
        elif mine != now[name]:
            clashes.append(Clash(name, now[name]))
    return clashes
