"""The forms of a learner's details: for creating and for editing. Judging what is filled in is the schemas'."""

import unicodedata
from collections.abc import Sequence
from typing import Any, ClassVar

from wtforms import HiddenField, SelectChoice
from wtforms.validators import ValidationError

from loaders.single_learner.creating import USERNAME
from records.tables import Provider
from schemas.columns import ETHNICITIES, GENDERS, LEARNER_NAMES, YEAR_GROUPS
from web_min.forms import Button, Choice, Form, Longest, OneOf, SecretField, TextField
from web_min.learners.fields import DateBoxes, LongText, Setting
from web_min.learners.profile_settings import PROFILE_SETTINGS
from web_min.signing_in.password_rules import RULES

GENERATED, CHOSEN = "generated", "chosen"
USERNAME_HINT = "6 to 127 letters, digits or the characters @ . - _"
OPEN = [SelectChoice("", "Not said")]
QUIET_BOX = {"autocomplete": "off", "spellcheck": "false"}
STATEMENT_LIMIT, COMMENT_LIMIT = 4000, 1000


class UsernameForm(Form):
    """The user name, which comes first on the page and so among the errors: it is made before the other fields."""

    username = TextField("Username", description=USERNAME_HINT, render_kw=QUIET_BOX | {"autocapitalize": "none"})


class CredentialsForm(UsernameForm):
    """User name and password of somebody new, chosen or made [manual 5.1 c]."""

    credentials = OneOf(
        "Username and password",
        choices=[SelectChoice(GENERATED, "Generate both for me"), SelectChoice(CHOSEN, "I choose them")],
        default=GENERATED,
    )
    initial_password = SecretField("Password", description=RULES, render_kw={"autocomplete": "new-password"})


class DetailsForm(Form):
    """Key information, profile settings and additional information [manual 5.1 d to f].

    Args:
        providers: among which the learner's can be chosen, by name.
    """

    first_name = TextField("First name", render_kw=QUIET_BOX)
    last_name = TextField("Last name", render_kw=QUIET_BOX)
    date_of_birth = DateBoxes("Date of birth (optional)", description="For example, 1 9 2008")
    year_group = Choice("Year group (optional)", choices=[*OPEN, *map(SelectChoice, YEAR_GROUPS)], default="")
    provider_id = Choice("Provider", default="", validate_choice=False)
    email = TextField("Email address (optional)", render_kw=QUIET_BOX)
    is_apply_enabled = Setting(PROFILE_SETTINGS[0].label, description=PROFILE_SETTINGS[0].hint)
    is_profile_approval_required = Setting(PROFILE_SETTINGS[1].label, description=PROFILE_SETTINGS[1].hint)
    is_reference_required = Setting(PROFILE_SETTINGS[2].label, description=PROFILE_SETTINGS[2].hint)
    house_name_or_number = TextField("House name or number (optional)", render_kw=QUIET_BOX)
    street = TextField("Street (optional)", render_kw=QUIET_BOX)
    locality = TextField("Locality (optional)", render_kw=QUIET_BOX)
    town = TextField("Town (optional)", render_kw=QUIET_BOX)
    postcode = TextField("Postcode", description="If it is not known, write ZZ99 3WZ", render_kw=QUIET_BOX)
    telephone = TextField(
        "Telephone (optional)", description="With the area code", render_kw=QUIET_BOX | {"inputmode": "tel"}
    )
    uln = TextField("ULN (optional)", description="10 digits", render_kw=QUIET_BOX)
    upn = TextField("UPN (optional)", description="13 characters", render_kw=QUIET_BOX)
    ccis = TextField("CCIS (optional)", description="Young person record ID", render_kw=QUIET_BOX)
    gender = Choice("Gender (optional)", choices=[*OPEN, *map(SelectChoice, GENDERS)], default="")
    ethnicity = Choice("Ethnicity (optional)", choices=[*OPEN, *map(SelectChoice, ETHNICITIES)], default="")
    is_someone_else = OneOf(
        "Is this the same person?",
        choices=[
            SelectChoice("", "Yes, the same person"),
            SelectChoice("yes", "No, somebody else with the same name"),
        ],
        default="",
    )

    setting_names: ClassVar[tuple[str, ...]] = tuple(setting.name for setting in PROFILE_SETTINGS)

    def __init__(self, providers: Sequence[Provider], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.providers = {str(provider.id): provider for provider in providers}
        choices = [SelectChoice(number, provider.name) for number, provider in self.providers.items()]
        self.provider_id.choices = choices if len(choices) == 1 else [SelectChoice("", "Choose a provider"), *choices]

    @property
    def provider(self) -> Provider:
        """The provider that was chosen; only of a valid form."""
        return self.providers[self.provider_id.data]

    def validate_provider_id(self, field: Any) -> None:
        """Refuse a provider that is none of those offered, whoever's it is."""
        if field.data not in self.providers:
            raise ValidationError("Choose the provider that the learner attends")

    def read_boxes(self) -> dict[str, str]:
        """Return what was filled in, by columns of the spreadsheet."""
        return {name: self[name].data or "" for name in LEARNER_NAMES}

    def read_settings(self) -> dict[str, bool | None]:
        """Return the profile settings by column."""
        return {name: self[name].read() for name in self.setting_names}


class CreateForm(CredentialsForm, DetailsForm):
    """A new learner, with a user name and a password, chosen or made [manual 5.1 c]."""

    save = Button("Save")
    save_and_add = Button("Create learner and add another")

    @property
    def is_generated(self) -> bool:
        """Whether user name and password are to be made."""
        return bool(self.credentials.data == GENERATED)

    @property
    def chosen_password(self) -> str:
        """The initial password that was chosen, as it is kept: at sign-in what is typed is brought into this form."""
        return unicodedata.normalize("NFKC", self.initial_password.data or "").strip()

    def validate_username(self, field: Any) -> None:
        """Judge it by its form."""
        if not self.is_generated:
            check_username(field.data)


class EditForm(UsernameForm, DetailsForm):
    """A known learner. `version` and what was `seen` say what the person looked at when the form was opened.

    The username is one of these: when learners change their own, the audit trail keeps neither the old nor the new one.
    """

    personal_statement = LongText(
        "Personal statement (optional)", validators=[Longest(STATEMENT_LIMIT, "Personal statement")]
    )
    version = HiddenField()
    seen_event = HiddenField()
    seen_username = HiddenField()
    save = Button("Save")

    def validate_username(self, field: Any) -> None:
        """Judge it by its form."""
        check_username(field.data)


def check_username(username: str) -> None:
    """Refuse what is no user name of a learner.

    Raises:
        wtforms.validators.ValidationError: it is none; its text says what to do.
    """
    if not username:
        raise ValidationError("Enter a username")
    if not USERNAME.fullmatch(username):
        raise ValidationError(f"Username must be {USERNAME_HINT}")
