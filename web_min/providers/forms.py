"""The forms of providers: the search, and all that can be said of one."""

from typing import Any

from wtforms import HiddenField
from wtforms.validators import ValidationError

from loaders.provider_fields import ProviderFields
from loaders.providers import NAME_LIMIT, UKPRN
from schemas.judging.learner_schema import are_emails
from schemas.normalising.codes import POSTCODE, normalise_postcodes
from web_min.forms import Button, Form, LinesField, Longest, Required, TextField, Visible

CONTACT_LIMIT = 50
EMAIL_LIMIT = 254


class SearchForm(Form):
    """Which providers to list."""

    class Meta:
        """It changes nothing, so it needs no token, which would stand in the address."""

        csrf = False

    search = TextField("Name or UKPRN", validators=[Longest(NAME_LIMIT, "What you look for")])


class ProviderForm(Form):
    """A provider's fields."""

    ukprn = TextField("UKPRN", description="8 digits, for example 10001234", render_kw={"inputmode": "numeric"})
    name = TextField(
        "Name", validators=[Required("Enter the provider’s name"), Longest(NAME_LIMIT, "Name"), Visible("Name")]
    )
    postcode = TextField("Postcode (optional)")
    contacts = LinesField(
        "Contacts (optional)",
        description="Email addresses, one a line. They are told what became of each file that is dropped in the "
        "provider’s folder. Without any, the staff who may import there are told.",
    )
    seen = HiddenField()  # a digest of what the form was opened over; a new provider has none
    submit = Button("Save")

    def validate_ukprn(self, field: Any) -> None:
        """Ask for 8 digits."""
        field.data = "".join((field.data or "").split())
        if not UKPRN.fullmatch(field.data):
            raise ValidationError("Enter the UKPRN as 8 digits, for example 10001234")

    def validate_postcode(self, field: Any) -> None:
        """Ask for a postcode of the UK, and bring it into form."""
        if field.data:
            field.data = normalise_postcodes([field.data])[0]
            if not POSTCODE.match(field.data):
                raise ValidationError("Enter a full UK postcode, for example AB1 2CD")

    def validate_contacts(self, field: Any) -> None:
        """Ask for whole addresses, leave the second of two alike out."""
        first: dict[str, str] = {}
        for email in field.data or []:
            first.setdefault(email.lower(), email)
        field.data = list(first.values())
        if len(field.data) > CONTACT_LIMIT:
            raise ValidationError(f"Enter {CONTACT_LIMIT} addresses or fewer")
        if field.data and not are_emails(field.data).all():
            wrong = next(email for email in field.data if not are_emails([email])[0])
            raise ValidationError(f"“{wrong[:EMAIL_LIMIT]}” is not a full email address. Enter one a line")
        if any(len(email) > EMAIL_LIMIT for email in field.data):
            raise ValidationError(f"Each address must be {EMAIL_LIMIT} characters or fewer")

    def read(self, *, ukprn: str = "") -> ProviderFields:
        """Return what a valid form says; the given UKPRN where it has no field for one."""
        return ProviderFields(
            self.ukprn.data if "ukprn" in self else ukprn,
            self.name.data,
            self.postcode.data or None,
            tuple(self.contacts.data or ()),
        )
