"""The forms of signing in and choosing passwords."""

import re
from typing import Any

from flask import current_app
from wtforms import HiddenField
from wtforms.validators import ValidationError

from records.tables import Account
from web_min.forms import Button, Form, Longest, Required, SecretField, TextField

WRONG_CODE = "That code is wrong or was used already. Wait until your app shows the next one, and enter that"


class SignInForm(Form):
    """One username box for staff and learners [manual 2.1]."""

    username = TextField(
        "Username",
        validators=[Required("Enter your username")],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = SecretField("Password", validators=[Required("Enter your password")])
    next = HiddenField()
    submit = Button("Sign in")


class ForgottenForm(Form):
    """Whose password is forgotten."""

    username = TextField(
        "Username or email address",
        validators=[Required("Enter your username or your email address"), Longest(256, "Username or email address")],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    submit = Button("Send me a link")


class CurrentPasswordForm(Form):
    """The password of whoever is signed in, once more."""

    current_password = SecretField(
        "Current password",
        validators=[Required("Enter your current password")],
        render_kw={"autocomplete": "current-password"},
    )


class CodeField(TextField):
    """A code as the app shows it, with or without the space in its middle; of any other form it is no try."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        attributes = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}
        super().__init__(label, render_kw=attributes, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent, without spaces."""
        self.data = "".join(valuelist[0].split()) if valuelist else ""

    def _value(self) -> str:
        """Give the browser none back: the next one is another."""
        return ""

    def pre_validate(self, form: Any) -> None:
        """Raise when it is not six digits."""
        if not re.fullmatch(r"[0-9]{6}", self.data or ""):
            raise ValidationError("Enter the 6 digits that your app shows")


class GiveCodeForm(Form):
    """The code of the second step."""

    code = CodeField("Code from your app")
    submit = Button("Sign in")


class ChoosePasswordForm(Form):
    """A new password, twice.

    Args:
        account: whose it is to be.
    """

    new_password = SecretField("New password", render_kw={"autocomplete": "new-password"})
    confirm_password = SecretField("Confirm new password", render_kw={"autocomplete": "new-password"})
    submit = Button("Save password")

    def __init__(self, account: Account, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.account = account
        self.normalised = ""

    def validate_new_password(self, field: Any) -> None:
        """Judge it by the rules."""
        rules = current_app.extensions["security"].password_util
        faults, self.normalised = rules.validate(field.data or "", False, user=self.account)
        if faults:
            raise ValidationError(faults[0])

    def validate_confirm_password(self, field: Any) -> None:
        """Compare it with the first."""
        if not self.new_password.errors and field.data != self.new_password.data:
            raise ValidationError("Enter the same password again, to be sure of it")


class ChangePasswordForm(ChoosePasswordForm, CurrentPasswordForm):
    """The current password, then a new one twice [manual 3.4]."""
