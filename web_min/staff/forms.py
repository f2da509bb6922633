"""The forms of staff: a new account, a membership, the search. Each has just the fields that its sender may fill."""

from typing import Any

from flask_login import current_user
from wtforms.validators import ValidationError

from loaders.staff import EMAIL_LIMIT, USERNAME
from schemas.judging.learner_schema import are_emails
from web_min.forms import Button, Choice, Form, Longest, OneOf, Required, TextField, Visible
from web_min.staff.grant_fields import GrantsField, PermissionsField, ProviderField
from web_min.staff.words import STANDINGS

MANAGER, ADMINISTRATOR = "manager", "administrator"


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
    role = OneOf("Role", choices={MANAGER: "Learner manager", ADMINISTRATOR: "Administrator"}, default=MANAGER)
    grants = GrantsField()
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
        "Status", choices={"": "All"} | {key: one.tag.label for key, one in STANDINGS.items()}, default=""
    )
