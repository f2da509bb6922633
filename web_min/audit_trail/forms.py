"""What the audit trail is filtered by."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from wtforms import DateField
from wtforms.validators import ValidationError

from loaders.providers import UKPRN, find_provider
from schemas.dates_shown import UK_TIME
from web_min.audit_trail.queries import Filters
from web_min.audit_trail.shown import word_action
from web_min.current import get_session
from web_min.forms import Choice, Form, Longest, TextField

FIRST_YEAR, LAST_YEAR = 2000, 2999


class DayField(DateField):
    """A day of the UK's calendar, as browsers send it or as people in the UK write it."""

    widget = TextField.widget

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, format=["%Y-%m-%d", "%d/%m/%Y"], render_kw={"type": "date"}, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent; nothing is no fault."""
        if not valuelist or not valuelist[0].strip():
            return
        try:
            super().process_formdata([valuelist[0].strip()])
        except ValueError:
            self.data = None
        if self.data is None or not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            raise ValueError("Enter a real date, for example 23/11/2026")


class FilterForm(Form):
    """Which events to show. What is left empty leaves none out."""

    class Meta:
        """It changes nothing, so it needs no token, which would stand in the address."""

        csrf = False

    action = Choice("What happened", default="")
    actor = TextField("Who did it", validators=[Longest(256, "Who did it")])
    provider = TextField("Provider’s UKPRN")
    from_day = DayField("From")
    until_day = DayField("Until, that day too")

    def __init__(self, *args: Any, actions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action.choices = {"": "Anything"} | {action: word_action(action) for action in actions}
        self.provider_id: int | None = None

    def validate_provider(self, field: Any) -> None:
        """Find the provider."""
        field.data = "".join((field.data or "").split())
        if not field.data:
            return
        found = find_provider(get_session(), field.data) if UKPRN.fullmatch(field.data) else None
        if found is None:
            raise ValidationError("No provider has this UKPRN. It has 8 digits, for example 10001234")
        self.provider_id = found.id

    def validate_until_day(self, field: Any) -> None:
        """Refuse days the wrong way round."""
        if field.data and self.from_day.data and field.data < self.from_day.data:
            raise ValidationError("This day must be the same as “From” or later")

    def read(self) -> Filters:
        """Return what a valid form says."""
        return Filters(
            action=self.action.data or None,
            actor=self.actor.data or None,
            provider_id=self.provider_id,
            from_at=_begin(self.from_day.data),
            before_at=_begin(self.until_day.data + timedelta(days=1)) if self.until_day.data else None,
        )

    def list_filled(self) -> dict[str, str]:
        """Return what the addresses of further pages say, by field."""
        return {name: field._value() for name, field in self._fields.items() if name != "action" and field._value()} | (
            {"action": self.action.data} if self.action.data else {}
        )


def _begin(day: date | None) -> datetime | None:
    """Return when a day begins in the UK, in UTC."""
    return datetime.combine(day, time.min, UK_TIME).astimezone(UTC) if day else None
