"""Judging a form of a learner's details: by the spreadsheet's rules, and whether the learner is there already.

Errors go to their fields. Nothing is written here.
"""

from typing import NamedTuple

from loaders.single_learner.duplicates import Duplicate, find_duplicates
from records.tables import Account, Learner
from schemas.columns import COLUMN_BY_NAME
from schemas.dates_shown import UK_TIME
from schemas.single_learner import Judged, judge_learner
from web_min.current import get_now, get_session
from web_min.learners.forms import CreateForm, DetailsForm
from web_min.learners.scope import name_of
from web_min.signing_in.password_rules import find_password_fault

SAME_NAME = "A learner with this name and date of birth or postcode is already there. Say below whether it is the same"


class Same(NamedTuple):
    """A learner who is there already, as the page tells of it."""

    learner_id: int
    name: str
    reason: str
    is_certain: bool


def judge_form(form: DetailsForm) -> Judged | None:
    """Judge a form that was sent, everything at once. None when there is any error."""
    is_valid = form.validate()
    judged = judge_learner(form.read_boxes(), today=get_now().astimezone(UK_TIME).date())
    for name, message in judged.errors.items():
        form.add_error(name, message)
    if isinstance(form, CreateForm) and not form.is_generated and not form.username.errors:
        _judge_password(form)
    return judged if is_valid and not form.errors else None


def _judge_password(form: CreateForm) -> None:
    owner = Account(
        username=form.username.data,
        first_name=form.first_name.data,
        last_name=form.last_name.data,
        email=form.email.data,
    )
    if fault := find_password_fault(form.chosen_password, owner):
        form.add_error("initial_password", fault)


def find_same(form: DetailsForm, judged: Judged, *, except_id: int | None = None) -> list[Same]:
    """Return the learners of the provider who are the one in the form, and tell of them at the fields.

    Two people can have the same name and date of birth: then the form asks, and takes the answer.
    """
    duplicates = find_duplicates(get_session(), judged.values, provider_id=form.provider.id, except_id=except_id)
    if form.is_someone_else.data:
        duplicates = [duplicate for duplicate in duplicates if duplicate.identifiers]
    for duplicate in duplicates:
        for name in duplicate.identifiers:
            form.add_error(name, f"A learner with this {COLUMN_BY_NAME[name].heading} is already there")
        if not duplicate.identifiers and not form.last_name.errors:
            form.add_error("last_name", SAME_NAME)
    return [_describe(duplicate) for duplicate in duplicates]


def _describe(duplicate: Duplicate) -> Same:
    learner = get_session().get_one(Learner, duplicate.learner_id)
    headings = [COLUMN_BY_NAME[name].heading for name in duplicate.identifiers]
    reason = f"has this {' and this '.join(headings)}" if headings else "has this name and date of birth or postcode"
    return Same(learner.id, name_of(learner), reason, is_certain=bool(headings))
