"""The forms of a provider for those who manage its learners: profile defaults, and whom to tell of outcomes."""

from wtforms import HiddenField, SelectChoice

from web_min.forms import Button, Form, OneOf
from web_min.learners.profile_settings import PROFILE_SETTINGS
from web_min.providers.forms import ProviderForm

YES, NO = "yes", "no"
CHOICES = [SelectChoice(YES, "Yes"), SelectChoice(NO, "No")]


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


class ContactsForm(ProviderForm):
    """Whom to tell what became of dropped files. The rest of a provider is for administrators to say."""

    ukprn = name = postcode = submit = None  # type: ignore[assignment]
    save = Button("Save")
