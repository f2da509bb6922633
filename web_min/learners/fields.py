"""Fields that a learner's forms need beside the common ones."""

import unicodedata
from datetime import date
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovDateInput
from markupsafe import Markup
from wtforms import Field, SelectChoice, TextAreaField

from web_min.forms import OneOf

YES, NO, DEFAULT = "yes", "no", ""
SETTING_CHOICES = [SelectChoice(DEFAULT, "Use provider default"), SelectChoice(YES, "Yes"), SelectChoice(NO, "No")]


class _DateWidget(GovDateInput):
    """Three boxes. The summary of errors leads to the first of them."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        """Render them."""
        return Markup(super().__call__(field, id=f"{field.name}-boxes", value="", **kwargs))  # noqa: S704 - a template's


class DateBoxes(Field):
    """A date in boxes for day, month and year. Its data is text: YYYY-MM-DD, or what was typed where that is no date.

    Whether it is one, and whose, is judged with everything else.
    """

    widget = _DateWidget()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.id = f"{self.name}-day"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was typed: three boxes, whatever was sent."""
        self.raw_data = [text.strip() for text in [*valuelist, "", "", ""][:3]]
        self.data = _join(*self.raw_data)

    def put(self, text: str) -> None:
        """Show a date given as YYYY-MM-DD, or none."""
        self.data = text
        day = date.fromisoformat(text) if text else None
        self.raw_data = [str(day.day), str(day.month), str(day.year)] if day else ["", "", ""]

    def process(self, formdata: Any, data: Any = None, **kwargs: Any) -> None:
        """Take the stored date where nothing was sent."""
        super().process(formdata, data, **kwargs)
        if not self.raw_data:
            self.put(data if isinstance(data, str) else "")


def _join(day: str, month: str, year: str) -> str:
    parts = (day, month, year)
    if all(part.isascii() and part.isdigit() for part in parts) and len(year) == 4:
        return f"{year}-{month:0>2}-{day:0>2}"
    return " ".join(part for part in parts if part)


class Setting(OneOf):
    """A profile setting: Yes, No, or as the provider has it [manual 5.1 e]."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, choices=SETTING_CHOICES, default=DEFAULT, **kwargs)

    def read(self) -> bool | None:
        """Return it as it is stored."""
        return {YES: True, NO: False}.get(self.data or "")


class LongText(TextAreaField):
    """Text of several lines, with a count of its characters. Its data is as the database keeps it."""

    widget = GovCharacterCount()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent."""
        self.data = tidy_lines("\n".join(valuelist[0].splitlines())).strip() if valuelist else ""


def tidy_lines(text: str) -> str:
    """Return a text without what comes along when it is pasted: tabs, hard spaces, characters of control.

    What letters and emoji are joined with, and signs of direction, belong to the text and stay.
    """
    spaced = "".join(" " if unicodedata.category(one) == "Zs" or one == "\t" else one for one in text)
    return "".join(one for one in spaced if one == "\n" or unicodedata.category(one) not in ("Cc", "Cs"))
