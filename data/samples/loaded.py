"""The samples that must be loaded, with or without warnings."""

from datetime import date

from data.samples.case import NORTHFIELD, RIVERSIDE, ST_ALDHELM, Broken, Case, Expected, break_cells
from data.samples.identifiers import NO_ULN, make_uln, make_upn
from data.samples.people import blank_some, make_learners, rename_learner
from data.samples.sheets import Row
from schemas.columns import COLUMN_BY_NAME, COLUMNS

SCHOOL_NAMES = (
    *(("Female", "Zoë", "O'Brien"), ("Female", "Siân", "van der Berg"), ("Male", "Tuấn", "Nguyễn")),
    *(("Male", "Oisín", "Ó Súilleabháin"), ("Male", "Łukasz", "Wiśniewski"), ("Female", "Mary-Kate", "Smith-Jones")),
    *(("Male", "D'Andre", "D'Arcy"), ("Female", "Madonna", "Madonna"), ("Male", "A", "Kumar"), ("Male", "Bo", "Li")),
    *(("Male", "J. P.", "St John-Smythe"), ("Female", "Thị Hồng", "Đặng"), ("Not specified", "X", "Ng")),
    *(("Male", "Mohammed", "Ali"), ("Male", "Mohammed", "Ali"), ("Female", "Isla", "Fox"), ("Male", "Jack", "Fox")),
)
OTHER_HEADINGS = (
    *(
        ("LAST NAME", "last_name"),
        ("first  name", "first_name"),
        (" D.O.B. ", "date_of_birth"),
        ("Post Code", "postcode"),
    ),
    *(("ukprn", "ukprn"), ("E-mail address", "email"), ("TELEPHONE", "telephone"), ("Town ", "town")),
    *(("Learner Year Group", "year_group"), ("U.L.N.", "uln"), ("upn", "upn"), ("STREET", "street")),
    *(("House Name Or Number", "house_name_or_number"), ("gender", "gender"), ("ETHNICITY", "ethnicity")),
)


def make_clean_small() -> Case:
    """A dozen learners, written in every way that is forgiven."""
    rows = make_learners(NORTHFIELD, 0, 12)
    optional: Row = {column.name: "" for column in COLUMNS if not column.is_mandatory}
    year = [str(row["year_group"]).removeprefix("Year ") for row in rows]
    changes: list[Row] = [
        {"year_group": year[0]},
        {"year_group": f"Y{year[1]}", "locality": ""},
        {"year_group": f"year {year[2]}", "ccis": ""},
        {"upn": make_upn(3, is_temporary=True)},
        {"gender": "NOT KNOWN", "ethnicity": " white  and asian "},
        {"postcode": str(rows[5]["postcode"]).replace(" ", "").lower()},
        {"uln": "", "upn": ""},
        {"uln": "", "upn": "", "ccis": ""},
        {"first_name": f"  {rows[8]['first_name']} ", "telephone": "+44 7700 900008"},
        {"postcode": "ZZ99 3WZ", "house_name_or_number": "", "street": "", "locality": "", "town": ""},
        optional,
        {"email": rows[0]["email"]},
    ]
    rows = [row | change for row, change in zip(rows, changes, strict=True)]
    return Case("01-clean-small.xls", "Twelve learners, written in every way that is forgiven.", NORTHFIELD, rows)


def make_clean_250() -> Case:
    """A whole year of a college, with the names real schools have."""
    rows = list(blank_some(make_learners(RIVERSIDE, 300, 250), seed=2))
    for index, (gender, first_name, last_name) in enumerate(SCHOOL_NAMES):
        rows[index] = rename_learner(rows[index], first_name, last_name) | {"gender": gender}
    namesake, other_namesake, twin = 13, 14, 15
    rows[namesake] |= {"date_of_birth": "2009-03-14", "year_group": "Year 13"}
    rows[other_namesake] |= {"date_of_birth": "2010-11-02", "year_group": "Year 11"}
    shared = ("date_of_birth", "email", "house_name_or_number", "street", "locality", "town", "postcode", "telephone")
    rows[twin + 1] |= {name: rows[twin][name] for name in (*shared, "year_group")}
    about = "250 learners with the names real schools have, two namesakes and a pair of twins among them."
    return Case("02-clean-250.xls", about, RIVERSIDE, rows)


def make_excel_types() -> Case:
    """Numbers and dates as Excel keeps them when nobody formats the columns as text."""
    rows = make_number_learners()
    expected = [
        Expected("telephone_zero_restored", index + 2, "telephone", str(row["telephone"]))
        for index, row in enumerate(rows)
        if row["telephone"]
    ]
    about = "Real date cells, and numbers for UKPRN, year group, house number, telephone (zero lost), ULN and CCIS."
    return Case("04-excel-types.xls", about, ST_ALDHELM, [type_as_excel(row) for row in rows], expected)


def make_number_learners() -> list[Row]:
    """Make learners whose identifiers are all digits but the UPN; one has no telephone."""
    rows = [row | {"ccis": f"4{index:05}"} for index, row in enumerate(make_learners(ST_ALDHELM, 600, 10))]
    rows[3]["telephone"] = ""
    return rows


def type_as_excel(row: Row) -> Row:
    """Turn what looks like a number into one, and the date of birth into a date cell."""
    typed = dict(row, date_of_birth=date.fromisoformat(str(row["date_of_birth"])))
    typed["year_group"] = str(row["year_group"]).removeprefix("Year ")
    for name in ("ukprn", "year_group", "house_name_or_number", "telephone", "uln", "ccis"):
        if str(typed[name]).isdigit():
            typed[name] = float(str(typed[name]))
    return typed


def make_reordered_headings() -> Case:
    """Headings in another order, case and spacing; two optional columns left out."""
    rows = make_learners(NORTHFIELD, 900, 8)
    about = "Headings in another order, case, spacing and punctuation; Locality and CCIS left out."
    return Case("05-reordered-headings.xls", about, NORTHFIELD, rows, headings=OTHER_HEADINGS)


def make_update() -> Case:
    """The learners of the first sample a term later."""
    before = make_clean_small()
    changes: list[Row] = [
        {"telephone": "07700900999"},
        {},
        {"town": "", "street": ""},
        {"upn": make_upn(3)},
        {"last_name": "Fairweather"},
        {"year_group": str(before.rows[5]["year_group"]).lower().replace(" ", "")},
        {"street": "Harbour Street", "postcode": "NN4 7DF"},
        {"email": "new.address@students.example.org"},
        {"uln": make_uln(1201), "upn": "", "ccis": ""},
        {},
        {},
    ]
    rows = [row | change for row, change in zip(before.rows, changes, strict=False)]
    return Case(
        "08-update.xls",
        "Learners of the first sample: six changed, five not (a blank cell erases nothing), one new, one not listed.",
        NORTHFIELD,
        [*rows, *make_learners(NORTHFIELD, 1200, 1)],
        [Expected("identifier_changed", 10, "uln")],
        updated_count=6,
        unchanged_count=5,
        after=[before.file_name],
    )


def make_clean_xlsx() -> Case:
    """The newer kind of workbook, with text and typed cells mixed."""
    rows = list(blank_some(make_learners(ST_ALDHELM, 1500, 20), seed=10))
    for row in rows[::2]:
        row["ukprn"] = int(ST_ALDHELM)
        row["date_of_birth"] = date.fromisoformat(str(row["date_of_birth"]))
        if row["uln"]:
            row["uln"] = int(str(row["uln"]))
    return Case("10-clean.xlsx", "An .xlsx with text, numbers and dates mixed.", ST_ALDHELM, rows)


def make_warnings() -> Case:
    """Nothing but warnings: the learners are loaded all the same."""
    broken = [
        Broken("telephone", "ask the form tutor", "telephone_implausible"),
        Broken("uln", NO_ULN, "uln_none"),
        Broken("date_of_birth", "1990-04-17", "dob_age"),
        Broken("uln", int(NO_ULN), "uln_none"),
        Broken("telephone", "12345", "telephone_implausible"),
    ]
    rows, expected = break_cells(make_learners(RIVERSIDE, 1800, 7), broken)
    return Case("11-warnings.xls", "Warnings only; everybody is loaded.", RIVERSIDE, rows, expected)


def make_blank_rows() -> Case:
    """Blank rows between the learners and after them: never touched, emptied, or holding spaces."""
    first, second, third, fourth = make_learners(NORTHFIELD, 2100, 4)
    emptied: Row = dict.fromkeys(COLUMN_BY_NAME, "")
    fourth["telephone"] = 7700900456
    rows: list[Row] = [first, {}, second, third, {}, emptied, {"street": "   "}, fourth, {}, emptied]
    return Case(
        "14-blank-rows.xls",
        "Blank rows between the learners and after them; the row numbers stay those Excel shows.",
        NORTHFIELD,
        rows,
        [Expected("telephone_zero_restored", 9, "telephone", "07700900456")],
        row_count=4,
    )


def make_dates_from_1904() -> Case:
    """The learners of the Excel-typed sample, typed as text: any difference in how they were read would show."""
    rows = make_number_learners()
    for row in rows:
        row["date_of_birth"] = date.fromisoformat(str(row["date_of_birth"]))
    return Case(
        "15-dates-from-1904.xls",
        "The learners of 04 again, numbers typed as text, dates counted from 1904 as on an old Mac: nothing differs.",
        ST_ALDHELM,
        rows,
        unchanged_count=len(rows),
        after=["04-excel-types.xls"],
        from_1904=True,
    )


MAKERS = (
    *(make_clean_small, make_clean_250, make_excel_types, make_reordered_headings, make_update, make_clean_xlsx),
    *(make_warnings, make_blank_rows, make_dates_from_1904),
)
