"""The columns of the learner spreadsheet [manual 7.4] and of the progress spreadsheet [manual 4], and fixed values."""

from typing import NamedTuple


class Column(NamedTuple):
    """One column: its heading in the template, our name for it, whether it must be filled, its longest value."""

    heading: str
    name: str
    is_mandatory: bool = False
    limit: int = 100


COLUMNS = (
    Column("UKPRN", "ukprn", is_mandatory=True, limit=8),
    Column("Learner year group", "year_group"),
    Column("First name", "first_name", is_mandatory=True),
    Column("Last name", "last_name", is_mandatory=True),
    Column("Email address", "email", limit=254),
    Column("House name or number", "house_name_or_number"),
    Column("Street", "street"),
    Column("Locality", "locality"),
    Column("Town", "town"),
    Column("Postcode", "postcode", is_mandatory=True),
    Column("Telephone", "telephone"),
    Column("ULN", "uln"),
    Column("UPN", "upn"),
    Column("CCIS", "ccis", limit=50),
    Column("Dob", "date_of_birth"),
    Column("Gender", "gender"),
    Column("Ethnicity", "ethnicity"),
)
PROGRESS_COLUMNS = (
    Column("Username", "username", limit=127),
    Column("ULN", "uln"),
    Column("First name", "first_name"),  # for those who fill it in; not read
    Column("Last name", "last_name"),
    Column("Qualifications", "has_qualifications"),
    Column("Reference", "has_reference"),
    Column("Applications", "application_count"),
    Column("Offers", "offer_count"),
)
LEARNERS, PROGRESS = "learners", "progress"  # what a spreadsheet holds, told by its headings
COLUMNS_BY_KIND = {LEARNERS: COLUMNS, PROGRESS: PROGRESS_COLUMNS}
COLUMN_BY_NAME = {column.name: column for column in (*PROGRESS_COLUMNS, *COLUMNS)}
NAMES = tuple(column.name for column in COLUMNS)
LEARNER_NAMES = NAMES[1:]  # what a learner keeps; the UKPRN is the provider's

YEAR_GROUPS = tuple(f"Year {number}" for number in range(7, 15))

GENDERS = ("Female", "Male", "Not known", "Not specified")

AWAITING, RECEIVED = "Awaiting", "Received"  # of qualifications and reference
PROGRESS_STATES = (AWAITING, RECEIVED)

ETHNICITIES = (
    "English / Welsh / Scottish / Northern Irish / British",
    "Not provided",
    "Irish",
    "Gypsy or Irish Traveller",
    "Any other white background",
    "White and Black Caribbean",
    "White and Black African",
    "White and Asian",
    "Any other mixed / multiple ethnic background",
    "Indian",
    "Pakistani",
    "Bangladeshi",
    "Chinese",
    "Any other Asian background",
    "African",
    "Caribbean",
    "Any other Black African /Caribbean background",
    "Arab",
    "Any other ethnic group",
)
