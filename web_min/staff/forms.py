"""The forms of staff: a new account, a membership, the search. Each has just the fields that its sender may fill."""

from typing import Any

from flask_login import current_user

from web_min.forms import Button, Choice, Form, Longest, OneOf, Required, TextField
from web_min.my_account.details import Values, judge_details
from web_min.signing_in.username_rules import find_username_fault, to_username
from web_min.staff.grant_fields import GrantsField, PermissionsField, ProviderField
from web_min.staff.words import STANDINGS

MANAGER, ADMINISTRATOR = "manager", "administrator"
DETAILS = ("email", "first_name", "last_name")


class CreateForm(Form):
    """A new account. Only administrators have the field that makes an administrator."""

    email = TextField(
        "Email address",
        description="The invitation goes there. It is also the username, with _ for an apostrophe and the like, until "
        "the person changes it.",
        render_kw={"type": "email", "autocomplete": "off", "spellcheck": "false"},
    )
    first_name = TextField("First name (optional)", render_kw={"autocomplete": "off", "spellcheck": "false"})
    last_name = TextField("Last name (optional)", render_kw={"autocomplete": "off", "spellcheck": "false"})
    role = OneOf("Role", choices={MANAGER: "Learner manager", ADMINISTRATOR: "Administrator"}, default=MANAGER)
    grants = GrantsField()
    submit = Button("Create account and send invitation")
    add_provider = Button("Add another provider")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.values: Values = {}
        if not current_user.is_administrator:
            del self.role

    @property
    def is_for_administrator(self) -> bool:
        """Whether the new account is to be an administrator's."""
        return "role" in self and str(self.role.data) == ADMINISTRATOR

    @property
    def username(self) -> str:
        """The first username: the email address, with a "_" for what no username may have, such as an apostrophe."""
        return to_username(self.values["email"] or "")

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge what was typed; `values` says what is to be kept of the person's details."""
        is_valid = bool(super().validate(extra_validators))
        self.values, errors, _ = judge_details({name: self[name].data for name in DETAILS})
        if not self.email.data:
            errors["email"] = "Enter an email address"
        elif "email" not in errors and (fault := find_username_fault(self.username, is_staff=True)):
            errors["email"] = f"The email address becomes the username. {fault}"
        for name, message in errors.items():
            self.add_error(name, message)
        return is_valid and not errors


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
