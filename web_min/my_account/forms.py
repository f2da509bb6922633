"""The forms of one's own details and username. That of the password is beside those for choosing one."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField
from wtforms.validators import ValidationError

from web_min.forms import Button, Form, TextField
from web_min.my_account.details import DETAILS, Judged, judge_details
from web_min.signing_in.username_rules import find_username_fault

MANDATORY_OF_STAFF = frozenset(("email",))
MANDATORY_OF_LEARNERS = frozenset(("first_name", "last_name"))


class DetailsForm(Form):
    """First name, last name, email address and telephone [manual 3.2].

    Args:
        is_staff: whether they are those of staff, who must have an email address; learners must have their names.
    """

    first_name = TextField("First name", render_kw={"autocomplete": "given-name", "spellcheck": "false"})
    last_name = TextField("Last name", render_kw={"autocomplete": "family-name", "spellcheck": "false"})
    email = TextField("Email address", render_kw={"autocomplete": "email", "type": "email", "spellcheck": "false"})
    telephone = TextField("Telephone", render_kw={"autocomplete": "tel", "type": "tel"})
    seen = HiddenField()  # a digest of what the form was opened over
    submit = Button("Save")

    def __init__(self, *, is_staff: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mandatory = MANDATORY_OF_STAFF if is_staff else MANDATORY_OF_LEARNERS
        self.judged = Judged({}, {}, is_telephone_plausible=True)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Judge what was typed; `judged` says what is to be saved."""
        is_valid = bool(super().validate(extra_validators))
        self.judged = judge_details({name: self[name].data for name in DETAILS})
        missing = {
            name: f"Enter your {self[name].label.text.lower()}" for name in self.mandatory if not self[name].data
        }
        errors = self.judged.errors | missing
        for name, message in errors.items():
            self.add_error(name, message)
        return is_valid and not errors


class UsernameForm(Form):
    """A new username [manual 3.3].

    Args:
        is_staff: whose may be longer.
    """

    username = TextField(
        "Username", render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
    )
    submit = Button("Save")

    def __init__(self, *, is_staff: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.is_staff = is_staff

    def validate_username(self, field: Any) -> None:
        """Judge it by the rules."""
        if fault := find_username_fault(field.data or "", is_staff=self.is_staff):
            raise ValidationError(fault)
