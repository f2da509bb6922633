"""Fields for what somebody may do where. A provider that the sender does not manage the staff of is refused."""

from collections.abc import Iterator
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovSelect
from wtforms import FieldList, Form, FormField
from wtforms.validators import ValidationError

from loaders.memberships import Grant
from loaders.providers import UKPRN, find_provider
from web_min.current import get_session
from web_min.forms import TextField, Ticks
from web_min.staff.queries import list_providers
from web_min.staff.reach import find_scope
from web_min.staff.words import PERMISSION_WORDS

GRANT_LIMIT = 20  # in one form; more can be added one by one
LONGEST_KEY = 50  # of a field in it


class ProviderField(TextField):
    """A provider by its UKPRN: typed by administrators, chosen among their own by user managers.

    `provider` is the row that was meant, once the field is valid.
    """

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.scope = find_scope()
        self.provider: Any = None
        if self.scope is None:
            self.label.text = "Provider’s UKPRN"
            self.description = "8 digits. You find it under Providers."
        else:
            self.widget = GovSelect()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent, without spaces."""
        self.data = "".join(valuelist[0].split()) if valuelist else ""

    def suggest(self, ukprn: str) -> None:
        """Fill in a UKPRN, or that of the only provider there is to choose."""
        if self.scope is not None and len(self.scope) == 1:
            ukprn = list_providers(get_session(), self.scope)[0].ukprn
        self.data = ukprn

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
        super().__init__(label, choices=PERMISSION_WORDS, **kwargs)

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Refuse none at all."""
        if not validation_stopped and not self.data:
            raise ValidationError("Choose at least one permission")


class GrantFields(Form):
    """One provider of a new account, and the permissions there. A block without a provider is left out."""

    provider = ProviderField("Provider")
    permissions = PermissionsField(default=["can_view"])

    def validate(self, extra_validators: Any = None) -> bool:
        """Judge it, unless it is left out."""
        return not self.provider.data or bool(super().validate(extra_validators))


class GrantsField(FieldList):
    """The providers of a new account: at least one, but for an administrator, and none twice."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(FormField(GrantFields), min_entries=1, max_entries=GRANT_LIMIT, **kwargs)

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        """Leave out what no browser sends: digits of other scripts, and more of them than a number may have."""
        usual = [key for key in formdata if key.isascii() and len(key) <= LONGEST_KEY]
        yield from super()._extract_indices(prefix, usual)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        """Judge each block, and all of them together."""
        super().validate(form, extra_validators)
        seen: set[str] = set()
        for block in self:
            provider = block.form.provider
            if provider.data and provider.data in seen:
                provider.errors = ["This provider is there twice. Leave one of them empty"]
            seen.add(provider.data)
        if not any(seen) and not form.is_for_administrator:
            self[0].form.provider.errors = ["Say at which provider the person works"]
        self.errors = [block.errors for block in self]
        return not any(self.errors)

    def list_grants(self) -> list[Grant]:
        """Return the memberships that are to be, once all is valid."""
        filled = (block.form for block in self if block.form.provider.provider)
        return [Grant(form.provider.provider.id, form.permissions.data) for form in filled]
