"""The forms of a learner's own profile: details by the rules for a spreadsheet's cells, and the personal statement."""

from collections.abc import Mapping
from typing import Any

from wtforms import IntegerField, SelectChoice
from wtforms.widgets import HiddenInput

from loaders.single_learner.changing import to_text
from records.tables import Learner
from schemas.columns import ETHNICITIES, GENDERS
from schemas.dates_shown import UK_TIME
from schemas.single_learner import judge_learner
from web_min.current import get_now
from web_min.forms import Button, Choice, Form, Longest, TextField
from web_min.learners.fields import DateBoxes, LongText
from web_min.learners.forms import STATEMENT_LIMIT

DETAILS = (
    "date_of_birth",
    "gender",
    "ethnicity",
    "house_name_or_number",
    "street",
    "locality",
    "town",
    "postcode",
)
NOTHING_CHOSEN = SelectChoice("", "Choose one")


class VersionField(IntegerField):
    """Which version of the learner the form was filled in over."""

    widget = HiddenInput()

    def set(self, version: int) -> None:
        """Let the form be over this version when it is shown again."""
        self.data, self.raw_data = version, [str(version)]


class DetailsForm(Form):
    """What a learner may fill in beside what My account has."""

    version = VersionField()
    date_of_birth = DateBoxes("Date of birth", description="For example, 1 9 2008")
    gender = Choice("Gender", choices=[NOTHING_CHOSEN, *map(SelectChoice, GENDERS)])
    ethnicity = Choice("Ethnicity", choices=[NOTHING_CHOSEN, *map(SelectChoice, ETHNICITIES)])
    house_name_or_number = TextField("House name or number")
    street = TextField("Street")
    locality = TextField("Locality", description="The village or part of the town, if your address has one")
    town = TextField("Town")
    postcode = TextField("Postcode", render_kw={"autocomplete": "postal-code"})
    submit = Button("Save")

    def __init__(self, learner: Learner) -> None:
        kept = {name: to_text(getattr(learner, name)) or "" for name in DETAILS}
        super().__init__(data={"version": learner.version} | kept)
        self.values: dict[str, str | None] = {}

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Judge what was typed; `values` are what is to be kept."""
        is_valid = bool(super().validate(extra_validators))
        typed = {name: self[name].data or "" for name in DETAILS}
        judged = judge_learner(typed, today=get_now().astimezone(UK_TIME).date())
        self.values = {name: judged.values[name] for name in DETAILS}
        errors = {name: message for name, message in judged.errors.items() if name in DETAILS}
        for name, message in errors.items():
            self.add_error(name, message)
        return is_valid and not errors


class StatementForm(Form):
    """The personal statement."""

    version = VersionField()
    personal_statement = LongText("Personal statement", validators=[Longest(STATEMENT_LIMIT, "Personal statement")])
    submit = Button("Save")

    def __init__(self, learner: Learner) -> None:
        super().__init__(data={"version": learner.version, "personal_statement": learner.personal_statement or ""})


class SubmitForm(Form):
    """The button that submits the profile."""

    version = VersionField()
