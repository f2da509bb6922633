"""The samples that Excel, or a careless hand in it, has damaged column by column. They load nobody."""

from datetime import date

from data.samples.case import NORTHFIELD, RIVERSIDE, TEMPLATE, Case, Expected
from data.samples.people import make_learners
from data.samples.sheets import Row
from schemas.columns import COLUMNS, NAMES

BEYOND = "beyond"  # the column beside the last heading, which a shifted row reaches
INSTRUCTIONS: Row = {
    "ukprn": "Mandatory, 8 digits",
    "first_name": "Mandatory",
    "last_name": "Mandatory",
    "postcode": "Mandatory",
    "uln": "10 digits, optional",
    "date_of_birth": "YYYY-MM-DD",
}
SWAPPED = ("2009-01-09", "2008-03-04", "2010-11-02")  # as Excel keeps 01/09/2009 when it expects the month first
KEPT = ("13/05/2009", "25/12/2008", "30/01/2010")  # and what it then leaves as text


def make_excel_damage() -> Case:
    """A template filled in and saved by Excel with American dates, with most of what can happen to it."""
    learners = [row | {"ccis": f"{4001 + index:06}"} for index, row in enumerate(make_learners(NORTHFIELD, 3900, 12))]
    expected = [Expected("instruction_row", 2), *_spoil_dates(learners)]
    learners[4]["ccis"] = 4005
    expected.append(Expected("leading_zeros_lost", 7, "ccis", "004005"))
    learners[7]["uln"] = f"{learners[7]['uln']}.0"
    expected.append(Expected("number_ending", 10, "uln", str(learners[7]["uln"]).removesuffix(".0")))
    for index in (9, 10):
        learners[index]["ukprn"] = str(int(NORTHFIELD) + index - 8)
        expected.append(Expected("ukprn_counted_up", index + 3, "ukprn", NORTHFIELD))
    learners[11] = _shift_right(learners[11])
    expected += [Expected("row_shifted", 14, "year_group"), Expected("heading_row_again", 15)]
    again: Row = {column.name: column.heading for column in COLUMNS}
    order = {name: place for place, name in enumerate(NAMES)}
    return Case(
        "16-excel-damage.xls",
        "Day and month exchanged, zeros lost, a UKPRN dragged down, a row shifted, instructions and headings among the "
        "learners, and rows prepared with the UKPRN only.",
        NORTHFIELD,
        [INSTRUCTIONS, *learners, again, {"ukprn": NORTHFIELD}, {"ukprn": NORTHFIELD}],
        sorted(expected, key=lambda finding: (finding.row_number or 0, order.get(finding.name or "", 0))),
        (*TEMPLATE, ("", BEYOND)),
        row_count=len(learners),
    )


def make_month_first() -> Case:
    """Dates as an American program exports them."""
    rows = make_learners(RIVERSIDE, 4200, 6)
    written = ("05/13/2009", "12/25/2008", "01/09/2009", "09/01/2008", "2/3/10")
    meant = ("2009-05-13", "2008-12-25", "2009-01-09", "2008-09-01", "2010-02-03")
    rules = ["dob_month_first"] * 4 + ["dob_two_digit_year"]
    for row, text in zip(rows, written, strict=False):
        row["date_of_birth"] = text
    expected = [
        Expected(rule, index + 2, "date_of_birth", iso)
        for index, (rule, iso) in enumerate(zip(rules, meant, strict=True))
    ]
    about = "Dates with the month first, as two of them prove; one has a year of two digits."
    return Case("17-month-first.xlsx", about, RIVERSIDE, rows, expected)


def _spoil_dates(learners: list[Row]) -> list[Expected]:
    expected = []
    for index, iso in enumerate(SWAPPED):
        learners[index]["date_of_birth"] = date.fromisoformat(iso)
        expected.append(Expected("dob_swapped", index + 3, "date_of_birth", f"{iso[:4]}-{iso[8:]}-{iso[5:7]}"))
    for index, text in enumerate(KEPT, len(SWAPPED)):
        learners[index]["date_of_birth"] = text
        expected.append(Expected("dob_day_first", index + 3, "date_of_birth", f"{text[6:]}-{text[3:5]}-{text[:2]}"))
    learners[6]["date_of_birth"] = "14/03/09"
    expected.append(Expected("dob_two_digit_year", 9, "date_of_birth", "2009-03-14"))
    return expected


def _shift_right(row: Row) -> Row:
    """Put every cell one column further to the right."""
    return {"ukprn": ""} | {after: row[name] for name, after in zip(NAMES, (*NAMES[1:], BEYOND), strict=True)}


MAKERS = (make_excel_damage, make_month_first)
