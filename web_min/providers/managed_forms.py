"""The forms of a provider for those who manage its learners: profile defaults, and whom to tell of outcomes."""

import hashlib
from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, SelectChoice
from wtforms.validators import ValidationError

from schemas.judging.learner_schema import are_emails
from web_min.forms import Button, Form, LinesField, OneOf
from web_min.learners.profile_settings import PROFILE_SETTINGS

YES, NO = "yes", "no"
CHOICES = [SelectChoice(YES, "Yes"), SelectChoice(NO, "No")]
CONTACT_LIMIT, EMAIL_LIMIT = 50, 254


class DefaultsForm(Form):
    """What holds for learners whose profile settings say "Use provider default" [manual 5.1 e]."""

    is_apply_enabled = OneOf(PROFILE_SETTINGS[0].label, description=PROFILE_SETTINGS[0].hint, choices=CHOICES)
    is_profile_approval_required = OneOf(
        PROFILE_SETTINGS[1].label, description=PROFILE_SETTINGS[1].hint, choices=CHOICES
    )
    is_reference_required = OneOf(PROFILE_SETTINGS[2].label, description=PROFILE_SETTINGS[2].hint, choices=CHOICES)
    seen = HiddenField()
    save = Button("Save")

    def read(self) -> dict[str, bool]:
        """Return the defaults by column."""
        return {setting.name: self[setting.name].data == YES for setting in PROFILE_SETTINGS}


class ContactsForm(Form):
    """Whom to tell what became of dropped files."""

    contacts = LinesField(
        "Email addresses, one a line",
        description="Each is told what became of each file that is dropped in the provider’s folder. Without any, the "
        "staff who may import there are told.",
    )
    seen = HiddenField()
    save = Button("Save")

    def validate_contacts(self, field: Any) -> None:
        """Ask for whole addresses; leave the second of two alike out."""
        first: dict[str, str] = {}
        for email in field.data or []:
            first.setdefault(email.lower(), email)
        field.data = list(first.values())
        if len(field.data) > CONTACT_LIMIT:
            raise ValidationError(f"Enter {CONTACT_LIMIT} addresses or fewer")
        for email in field.data:
            if len(email) > EMAIL_LIMIT or not are_emails([email])[0]:
                raise ValidationError(f"“{email[:EMAIL_LIMIT]}” is not a full email address. Enter one a line")


def digest(values: Sequence[Any]) -> str:
    """Return what tells whether values are still the same: short, and without any of them."""
    return hashlib.sha256(repr(list(values)).encode()).hexdigest()[:20]
