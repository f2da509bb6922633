"""Moments as people in the UK read them, in mails and on pages. Kept moments are UTC everywhere else."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

UK_TIME = ZoneInfo("Europe/London")

# Not strftime's names: those follow the machine's locale.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def format_moment(moment: datetime) -> str:
    """Write a moment in UK local time, such as "23 November 2026 at 18:55".

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    local = moment.astimezone(UK_TIME)
    return f"{format_date(local)} at {local:%H:%M}"


def format_date(day: date) -> str:
    """Write a date, such as "1 September 2008"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
