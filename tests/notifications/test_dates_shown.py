"""Moments are shown in UK local time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from schemas.dates_shown import format_moment


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 11, 23, 18, 55, 59, tzinfo=UTC), "23 November 2026 at 18:55"),
        (datetime(2026, 7, 1, 23, 5, tzinfo=UTC), "2 July 2026 at 00:05"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "29 March 2026 at 00:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29 March 2026 at 02:00"),
        (datetime(2026, 1, 1, 3, 0, tzinfo=timezone(timedelta(hours=5))), "31 December 2025 at 22:00"),
    ],
)
def test_a_moment_is_shown_in_uk_local_time_summer_and_winter(moment: datetime, shown: str) -> None:
    assert format_moment(moment) == shown


def test_a_moment_without_zone_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="time zone"):
        format_moment(datetime(2026, 1, 1))  # noqa: DTZ001
