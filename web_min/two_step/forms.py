"""The forms of turning two-step sign-in on and off."""

from typing import Any

from web_min.forms import Button
from web_min.signing_in.forms import CodeField, CurrentPasswordForm


class SetUpForm(CurrentPasswordForm):
    """The first code, which proves that the app has the secret.

    Args:
        needs_password: whether the password is to be typed as well; not where it has just been.
    """

    code = CodeField("Code from your app")
    submit = Button("Turn on")

    def __init__(self, *, needs_password: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not needs_password:
            del self.current_password


class TurnOffForm(CurrentPasswordForm):
    """The password, to turn it off."""

    submit = Button("Turn off")
