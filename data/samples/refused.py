"""The samples that must come back with errors, and load nobody."""

from datetime import date

from data.samples.case import (
    NORTHFIELD,
    RIVERSIDE,
    ST_ALDHELM,
    TEMPLATE,
    Broken,
    Case,
    Expected,
    break_cells,
)
from data.samples.identifiers import NO_ULN, make_uln, make_upn, put_letter, spoil_check
from data.samples.people import make_learners
from data.samples.sheets import ExcelError

BRITISH = "English / Welsh / Scottish / Northern Irish / British"

EVERY_ERROR = (
    Broken("town", ExcelError("#REF!"), "cell_error"),
    Broken("postcode", ExcelError("#N/A"), "cell_error"),
    Broken("locality", "Old\0Town", "character_invalid"),
    Broken("uln", "9.02E+09", "scientific_notation"),
    Broken("house_name_or_number", date(2026, 3, 2), "date_in_text"),
    Broken("date_of_birth", 39692, "date_as_number", "2008-09-01"),
    Broken("first_name", "", "mandatory_missing"),
    Broken("postcode", "   ", "mandatory_missing"),
    Broken("street", "Long Lane " * 11, "too_long"),
    Broken("ccis", "C" * 51, "too_long"),
    Broken("ukprn", "1000123", "ukprn_format", NORTHFIELD),
    Broken("ukprn", RIVERSIDE, "ukprn_mismatch", NORTHFIELD),
    Broken("year_group", "Reception", "year_group_unknown"),
    Broken("year_group", "Year 6", "year_group_unknown"),
    Broken("email", "zoe.example.org", "email_invalid"),
    Broken("postcode", "SW1A OAA", "postcode_invalid", "SW1A 0AA"),
    Broken("postcode", "not known", "postcode_invalid"),
    Broken("telephone", "ring the aunt", "telephone_implausible"),
    Broken("telephone", 7700900123, "telephone_zero_restored", "07700900123"),
    Broken("uln", "90000", "uln_format"),
    Broken("uln", spoil_check(make_uln(2420)), "uln_check_digit", make_uln(2420)),
    Broken("uln", NO_ULN, "uln_none"),
    Broken("upn", "A20100", "upn_format"),
    Broken("upn", spoil_check(make_upn(2423)), "upn_check_letter", put_letter(spoil_check(make_upn(2423))[1:])),
    Broken("date_of_birth", "25/12/2007", "dob_day_first", "2007-12-25"),
    Broken("date_of_birth", "01/09/2008", "dob_day_first", "2008-09-01"),
    Broken("date_of_birth", "last spring", "dob_format"),
    Broken("date_of_birth", "2009-02-30", "dob_not_real"),
    Broken("date_of_birth", "2090-05-01", "dob_not_past"),
    Broken("date_of_birth", date(1990, 4, 17), "dob_age"),
    Broken("gender", "Femal", "gender_unknown", "Female"),
    Broken("gender", "F", "gender_unknown", "Female"),
    Broken("ethnicity", "White British", "ethnicity_unknown", BRITISH),
    Broken("ethnicity", "Carribean", "ethnicity_unknown", "Caribbean"),
    Broken("ethnicity", "see paper form", "ethnicity_unknown"),
    Broken("first_name", "#UNSAVED!", "formula_unsaved"),
    Broken("date_of_birth", "1 September 2008", "dob_format", "2008-09-01"),
    Broken("date_of_birth", "01/09/08", "dob_two_digit_year", "2008-09-01"),
    Broken("email", "zoe@example,co.uk", "email_invalid", "zoe@example.co.uk"),
    Broken("upn", make_upn(2440)[1:], "upn_format", make_upn(2440)),
    Broken("year_group", "12.0", "number_ending", "12"),
    Broken("ccis", "TBC", "ccis_none"),
    Broken("last_name", "-", "name_without_letters"),
    Broken("date_of_birth", "2008-08-31T23:00:00Z", "dob_day_early", "2008-09-01"),
    Broken("first_name", "ZoÃ«", "character_invalid", "Zoë"),
    Broken("uln", make_uln(2400), "duplicate_row"),
)

WEB_PAGE = """<html>
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>Learners</title></head>
<body>
<table border="1">
<tr><th>UKPRN</th><th>First name</th><th>Last name</th><th>Postcode</th></tr>
<tr><td>10009012</td><td>Sofía</td><td>Walker</td><td>PE9 3XX</td></tr>
</table>
</body>
</html>
"""


def make_every_error() -> Case:
    """Each rule that a cell of one workbook can break by itself, one to a row, among rows that are right."""
    rows, expected = break_cells(make_learners(NORTHFIELD, 2400, len(EVERY_ERROR) + 3), EVERY_ERROR)
    about = "Every rule for single cells broken once or more, one cell to a row; three rows at the end are right."
    return Case("03-every-error.xls", about, NORTHFIELD, rows, expected)


def make_missing_heading() -> Case:
    """No Postcode column, and one heading misspelt; the other columns are looked at all the same."""
    rows = make_learners(ST_ALDHELM, 2700, 4)
    rows[1]["gender"] = "Femal"
    headings = [
        ("Ethnicty" if name == "ethnicity" else heading, name) for heading, name in TEMPLATE if name != "postcode"
    ]
    expected = [
        Expected("heading_missing", name="postcode"),
        Expected("heading_misspelt", suggestion="Ethnicity"),
        Expected("gender_unknown", 3, "gender", "Female"),
    ]
    about = "The Postcode column is missing and Ethnicity is misspelt; errors in other columns are reported with it."
    return Case("06-missing-heading.xls", about, ST_ALDHELM, rows, expected, headings)


def make_duplicates() -> Case:
    """The same learner twice or three times over, by each of the four keys."""
    rows = make_learners(RIVERSIDE, 3000, 12)
    rows[4]["uln"] = rows[9]["uln"] = rows[0]["uln"]
    rows[6]["upn"] = str(rows[1]["upn"]).lower()
    rows[7]["ccis"] = rows[2]["ccis"]
    rows[3] |= {"uln": "", "upn": "", "ccis": ""}
    rows[10] = rows[3] | {"postcode": str(rows[3]["postcode"]).replace(" ", "")}
    rows[11] |= {"uln": rows[8]["uln"], "upn": rows[8]["upn"]}
    expected = [
        Expected("duplicate_row", 6, "uln"),
        Expected("duplicate_row", 8, "upn"),
        Expected("duplicate_row", 9, "ccis"),
        Expected("duplicate_row", 11, "uln"),
        Expected("duplicate_row", 12, "first_name"),
        Expected("duplicate_row", 13, "uln"),
    ]
    about = (
        "Rows that are the same learner: by ULN (three rows), by UPN, by CCIS, by name with date of birth and postcode."
    )
    return Case("07-duplicates.xls", about, RIVERSIDE, rows, expected)


def make_other_provider() -> Case:
    """A file dropped into another provider's folder."""
    rows = make_learners(RIVERSIDE, 3300, 5)
    expected = [Expected("ukprn_other_provider", index + 2, "ukprn") for index in range(len(rows))]
    about = "Dropped for Northfield Sixth Form, but every row carries the UKPRN of Riverside College."
    return Case("09-other-provider.xls", about, NORTHFIELD, rows, expected)


def make_not_a_workbook() -> Case:
    """What many school systems export: a web page under a workbook's name."""
    about = "A web page named .xls, as many school systems export."
    return Case("12-not-a-workbook.xls", about, ST_ALDHELM, expected=[Expected("file_html")], text=WEB_PAGE)


def make_errors_xlsx() -> Case:
    """A few errors in the newer kind of workbook, two of them in one row."""
    broken = [
        Broken("email", ExcelError("#N/A"), "cell_error"),
        Broken("date_of_birth", "2009-13-01", "dob_not_real"),
        Broken("last_name", ExcelError("#REF!"), "cell_error"),
        Broken("gender", "M", "gender_unknown", "Male"),
        Broken("date_of_birth", "03/04/2009", "dob_ambiguous"),
    ]
    rows, expected = break_cells(make_learners(RIVERSIDE, 3600, 7), broken)
    rows[6] |= {"email": "nobody@", "house_name_or_number": date(2026, 5, 12)}
    expected += [Expected("email_invalid", 8, "email"), Expected("date_in_text", 8, "house_name_or_number")]
    return Case("13-errors.xlsx", "A few errors in an .xlsx, two of them in one row.", RIVERSIDE, rows, expected)


MAKERS = (
    *(make_every_error, make_missing_heading, make_duplicates, make_other_provider, make_not_a_workbook),
    make_errors_xlsx,
)
