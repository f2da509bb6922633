"""Forms over the design system's widgets, and what every form does alike. CSRF tokens come with each."""

import hashlib
from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovPasswordInput,
    GovRadioInput,
    GovSelect,
    GovSubmitInput,
    GovTextArea,
    GovTextInput,
)
from wtforms import (
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import ValidationError


class Form(FlaskForm):
    """A form. Errors are told beside the field and in a summary (`parts.html`)."""

    def add_error(self, field: str, message: str) -> None:
        """Add an error that only the database, or several fields together, could tell."""
        self[field].errors = [*self[field].errors, message]


def digest(values: Iterable[Any]) -> str:
    """Return what tells whether values are still those that a form was opened over: short, and without any of them."""
    return hashlib.sha256(repr(list(values)).encode()).hexdigest()[:20]


class TextField(StringField):
    """One line of text, without the spaces around it."""

    widget = GovTextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent."""
        self.data = valuelist[0].strip() if valuelist else ""


class SecretField(PasswordField):
    """A password. It is never sent back to the browser."""

    widget = GovPasswordInput()


class Choice(SelectField):
    """One of a list that drops down."""

    widget = GovSelect()


class OneOf(RadioField):
    """One of a few, all of them seen."""

    widget = GovRadioInput()


class Ticks(SelectMultipleField):
    """Any number of a few."""

    widget = GovCheckboxesInput()


class LinesField(TextAreaField):
    """Several lines, each without the spaces around it; blank ones are left out. Its data is a list."""

    widget = GovTextArea()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent."""
        lines = (line.strip() for text in valuelist for line in text.splitlines())
        self.data = [line for line in lines if line]

    def _value(self) -> str:
        return "\n".join(self.data or [])


class Button(SubmitField):
    """What sends the form."""

    widget = GovSubmitInput()


class Required:
    """Refuses an empty field with a message that says what to do; the browser does not check, so ours is seen."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Raise when nothing was filled in."""
        if not field.data:
            raise ValidationError(self.message)


class Longest:
    """Refuses text over a number of characters."""

    def __init__(self, limit: int, noun: str) -> None:
        self.limit, self.noun = limit, noun

    def __call__(self, form: Any, field: Any) -> None:
        """Raise when it is too long."""
        if field.data and len(field.data) > self.limit:
            raise ValidationError(f"{self.noun} must be {self.limit:,} characters or fewer")


class Visible:
    """Refuses characters that nobody sees, which a database may refuse as well."""

    def __init__(self, noun: str) -> None:
        self.noun = noun

    def __call__(self, form: Any, field: Any) -> None:
        """Raise when there are any."""
        if field.data and not field.data.isprintable():
            raise ValidationError(f"{self.noun} must not have characters that can’t be seen")
