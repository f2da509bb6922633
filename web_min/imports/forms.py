"""The form by which a spreadsheet is uploaded, on the list's page and on that of an import to be corrected."""

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField
from govuk_frontend_wtf.wtforms_widgets import GovFileInput, GovSelect
from wtforms import SelectField
from wtforms.validators import ValidationError

from web_min.forms import Button, Form

NO_FILE = "Choose the spreadsheet with your learners, then press Import again"
EMPTY_FILE = "The file is empty. Choose the one that holds your learners"
TOO_LARGE = "The file is larger than {megabytes:,} MB. Split the learners over several files"
NO_PROVIDER = "Choose the provider whose learners these are"
NOT_KEPT = "The file could not be kept, which is our fault. Try again in a minute"


class UploadForm(Form):
    """A file for one provider, to be imported or only to be checked.

    Args:
        providers: what those are called at which the person may import, by id; with one there is nothing to choose.
        limit_bytes: the largest file that is taken.
        chosen_id: the provider that is chosen beforehand.
    """

    provider_id = SelectField("Provider", widget=GovSelect(), coerce=int, validate_choice=False)
    file = FileField("Spreadsheet of learners", widget=GovFileInput())
    load = Button("Import")
    check = Button("Check only")

    def __init__(
        self, providers: Mapping[int, str], *, limit_bytes: int, chosen_id: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.limit_bytes = limit_bytes
        self._providers = providers
        self.provider_id.choices = sorted(providers.items(), key=lambda choice: (choice[1].casefold(), choice[0]))
        if not self.provider_id.raw_data:
            self.provider_id.data = self._find_default(chosen_id)
        self.provider_id.choices.insert(0, (0, "Choose a provider"))

    def _find_default(self, chosen_id: int | None) -> int:
        if len(self._providers) == 1:
            (chosen_id,) = self._providers
        return chosen_id if chosen_id is not None and chosen_id in self._providers else 0

    @property
    def has_providers(self) -> bool:
        """Whether there is any provider to import for."""
        return bool(self._providers)

    @property
    def has_choice(self) -> bool:
        """Whether there is a provider to choose."""
        return len(self._providers) > 1

    @property
    def limit_megabytes(self) -> int:
        """The largest file that is taken, in megabytes."""
        return self.limit_bytes // 2**20

    def validate_provider_id(self, field: Any) -> None:
        """Refuse providers of others, and none."""
        if field.data not in self._providers:
            raise ValidationError(NO_PROVIDER)

    def validate_file(self, field: Any) -> None:
        """Refuse no file, an empty one, and one that is too large."""
        if not field.data:
            raise ValidationError(NO_FILE)
        stream = field.data.stream
        size = stream.seek(0, 2)
        stream.seek(0)
        if not size:
            raise ValidationError(EMPTY_FILE)
        if size > self.limit_bytes:
            raise ValidationError(self.word_too_large())

    def word_too_large(self) -> str:
        """Say that a file is too large."""
        return TOO_LARGE.format(megabytes=self.limit_megabytes)
