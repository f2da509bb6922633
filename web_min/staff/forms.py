"""The forms of staff: a new account, a membership, the search. Each has just the fields that its sender may fill."""

from collections.abc import Iterator
from typing import Any

from flask_login import current_user
from govuk_frontend_wtf.wtforms_widgets import GovSelect
from wtforms import FieldList, FormField
from wtforms import Form as PlainForm
from wtforms.validators import ValidationError

from loaders.memberships import Grant
from loaders.providers import UKPRN, find_provider
from loaders.staff import EMAIL_LIMIT, USERNAME
from schemas.judging.learner_schema import are_emails
from web_min.current import get_session
from web_min.forms import Button, Choice, Form, Longest, OneOf, Required, TextField, Ticks, Visible
from web_min.staff.queries import list_providers
from web_min.staff.reach import find_scope
from web_min.staff.words import PERMISSION_WORDS, STANDINGS

GRANT_LIMIT = 20  # in one form; more can be added one by one
MANAGER, ADMINISTRATOR = "manager", "administrator"


class ProviderField(TextField):
    """A provider by its UKPRN: typed by administrators, chosen among their own by user managers.

    `provider` is the row that was meant, once the field is valid.
    """

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.scope = find_scope()
        self.provider: Any = None
        if self.scope is None:
            self.description = "8 digits. Each provider’s is under Providers."
        else:
            self.widget = GovSelect()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent, without spaces."""
        self.data = "".join(valuelist[0].split()) if valuelist else ""

    def iter_choices(self) -> Iterator[tuple[str, str, bool, dict[str, Any]]]:
        """Give the select its options."""
        yield "", "Choose a provider", not self.data, {}
        for provider in list_providers(get_session(), self.scope or []):
            yield provider.ukprn, f"{provider.name} (UKPRN {provider.ukprn})", self.data == provider.ukprn, {}

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Find the provider. One out of reach is refused like one that there is not."""
        if validation_stopped or not self.data:
            return
        found = find_provider(get_session(), self.data)
        if self.scope is not None and (found is None or found.id not in self.scope):
            raise ValidationError("Choose one of your providers")
        if not UKPRN.fullmatch(self.data):
            raise ValidationError("Enter the UKPRN as 8 digits, for example 10001234")
        if found is None:
            raise ValidationError("No provider has this UKPRN. Check it, or add the provider first")
        self.provider = found


class PermissionsField(Ticks):
    """What somebody may do at a provider."""

    def __init__(self, label: str = "Permissions", **kwargs: Any) -> None:
        super().__init__(label, choices=list(PERMISSION_WORDS.items()), **kwargs)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Refuse none at all."""
        if not validation_stopped and not self.data:
            raise ValidationError("Choose at least one permission")


class GrantFields(PlainForm):
    """One provider of a new account, and the permissions there. A block without a provider is left out."""

    provider = ProviderField("Provider")
    permissions = PermissionsField(default=["can_view"])

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge it, unless it is left out."""
        return not self.provider.data or bool(super().validate(extra_validators))


class CreateForm(Form):
    """A new account. Only administrators have the field that makes an administrator."""

    email = TextField(
        "Email address",
        description="The invitation goes there. It is also the username, until the person changes it.",
        validators=[Required("Enter an email address"), Longest(EMAIL_LIMIT, "Email address")],
        render_kw={"type": "email", "autocomplete": "off", "spellcheck": "false"},
    )
    first_name = TextField("First name (optional)", validators=[Longest(100, "First name"), Visible("First name")])
    last_name = TextField("Last name (optional)", validators=[Longest(100, "Last name"), Visible("Last name")])
    role = OneOf("Role", choices=[(MANAGER, "Learner manager"), (ADMINISTRATOR, "Administrator")], default=MANAGER)
    grants = FieldList(FormField(GrantFields), min_entries=1, max_entries=GRANT_LIMIT)
    submit = Button("Create account and send invitation")
    add_provider = Button("Add another provider")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not current_user.is_administrator:
            del self.role

    @property
    def is_for_administrator(self) -> bool:
        """Whether the new account is to be an administrator's."""
        return "role" in self and str(self.role.data) == ADMINISTRATOR

    def validate_email(self, field: Any) -> None:
        """Ask for an address that can be a username too [manual 1.4, 3.3]."""
        if not are_emails([field.data])[0]:
            raise ValidationError("Enter a full email address, for example name@example.org")
        if not USERNAME.fullmatch(field.data):
            raise ValidationError(
                "The email address becomes the username, so it must have only letters a to z, numbers and the "
                "characters @ . - _"
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge it all; a learner manager has a provider, and none twice."""
        is_valid = bool(super().validate(extra_validators))
        seen: set[str] = set()
        for block in self.grants:
            ukprn = block.form.provider.data
            if ukprn and ukprn in seen:
                block.form.provider.errors = ["This provider is there twice. Leave one of them empty"]
                is_valid = False
            seen.add(ukprn)
        if not any(seen) and not self.is_for_administrator:
            self.grants[0].form.provider.errors = ["Say at which provider the person works"]
            is_valid = False
        return is_valid

    def list_grants(self) -> list[Grant]:
        """Return the memberships that are to be, once the form is valid."""
        filled = (block.form for block in self.grants if block.form.provider.provider)
        return [Grant(form.provider.provider.id, form.permissions.data) for form in filled]


class AddMembershipForm(Form):
    """One more provider for somebody."""

    provider = ProviderField("Provider", validators=[Required("Say at which provider the person works")])
    permissions = PermissionsField(default=["can_view"])
    submit = Button("Add provider")


class PermissionsForm(Form):
    """Other permissions at a provider."""

    permissions = PermissionsField()
    submit = Button("Save permissions")


class SearchForm(Form):
    """Whom to list."""

    class Meta:
        """It changes nothing, so it needs no token, which would stand in the address."""

        csrf = False

    search = TextField("Name, username or email address", validators=[Longest(256, "What you look for")])
    standing = Choice(
        "Status", choices=[("", "All"), *((key, standing.tag.label) for key, standing in STANDINGS.items())]
    )
