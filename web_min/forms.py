"""Forms over the design system's widgets, and what every form does alike. CSRF tokens come with each."""

from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovSubmitInput, GovTextInput
from wtforms import PasswordField, StringField, SubmitField
from wtforms.validators import ValidationError


class Form(FlaskForm):
    """A form. Errors are told beside the field and in a summary (`parts.html`)."""

    def add_error(self, field: str, message: str) -> None:
        """Add an error that only the database, or several fields together, could tell."""
        self[field].errors = [*self[field].errors, message]


class TextField(StringField):
    """One line of text, without the spaces around it."""

    widget = GovTextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent."""
        self.data = valuelist[0].strip() if valuelist else ""


class SecretField(PasswordField):
    """A password. It is never sent back to the browser."""

    widget = GovPasswordInput()


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
