"""How numbers and dates are written as text."""

from datetime import date, datetime, time, timedelta

import pytest

from schemas.reading.cells import show_cells, show_number
from schemas.table import CellKind

Shown = tuple[CellKind, str]


def show(value: object, kind: CellKind, *, is_1904: bool = False) -> Shown:
    texts, kinds = show_cells([value], bytes([kind]), is_1904=is_1904)
    return CellKind(kinds[0]), texts[0]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (10007063.0, "10007063"),
        (1234567890.0, "1234567890"),
        (7700900123.0, "7700900123"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (-7.25, "-7.25"),
        (1.23457e9, "1234570000"),
        (123456789012345678.0, "123456789012346000"),
        (1e20, "100000000000000000000"),
        (1e-7, "0.0000001"),
    ],
)
def test_numbers_are_written_as_excel_shows_them(number: float, text: str) -> None:
    assert show_number(number) == text


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_an_error(number: float) -> None:
    assert show(number, CellKind.NUMBER) == (CellKind.ERROR, "#NUM!")


@pytest.mark.parametrize(
    ("serial", "text"),
    [
        (39692.0, "2008-09-01"),
        (39692.25, "2008-09-01 06:00:00"),
        (39692.9999999, "2008-09-02"),
        (1.0, "1900-01-01"),
        (59.0, "1900-02-28"),
        (61.0, "1900-03-01"),
        (2958465.0, "9999-12-31"),
        (0.5, "12:00:00"),
        (0.0, "00:00:00"),
    ],
)
def test_serial_dates_are_written_as_iso_dates(serial: float, text: str) -> None:
    assert show(serial, CellKind.DATE) == (CellKind.DATE, text)


def test_serial_dates_may_count_from_1904() -> None:
    assert show(38230.0, CellKind.DATE, is_1904=True) == (CellKind.DATE, "2008-09-01")
    assert show(60.0, CellKind.DATE, is_1904=True) == (CellKind.DATE, "1904-03-01")


@pytest.mark.parametrize(
    ("serial", "text"), [(-1.0, "-1"), (60.0, "60"), (2958466.0, "2958466"), (1e12, "1" + "0" * 12)]
)
def test_a_date_that_no_calendar_has_stays_a_number(serial: float, text: str) -> None:
    assert show(serial, CellKind.DATE) == (CellKind.NUMBER, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2008, 9, 1), "2008-09-01"),
        (datetime.fromisoformat("2008-09-01T00:00:00"), "2008-09-01"),
        (datetime.fromisoformat("2008-09-01T06:30:00"), "2008-09-01 06:30:00"),
        (datetime.fromisoformat("2008-09-01T23:59:59.914000"), "2008-09-02"),
        (datetime.fromisoformat("9999-12-31T23:59:59.914000"), "9999-12-31 23:59:59"),
        (time(6, 30), "06:30:00"),
        (timedelta(hours=6), "06:00:00"),
        (timedelta(days=39692), "2008-09-01"),
    ],
)
def test_dates_of_either_reader_are_written_alike(value: object, text: str) -> None:
    assert show(value, CellKind.DATE) == (CellKind.DATE, text)


def test_each_cell_of_a_mixed_column_keeps_its_kind() -> None:
    kinds = bytes([CellKind.TEXT, CellKind.NUMBER, CellKind.BOOLEAN, CellKind.BLANK, CellKind.ERROR, CellKind.NUMBER])
    texts, shown = show_cells(["1", 1.0, True, "", "#REF!", 0.0], kinds, is_1904=False)
    assert texts == ["1", "1", "TRUE", "", "#REF!", "0"]
    assert shown == kinds
