"""What the template tells people: a note for each column [manual 7.4], and how to fill in, save and send it, as data.

Owns the words only. Which columns there are, which must be filled and how long they may be is `schemas.columns`'s.
"""

from typing import NamedTuple

from schemas.columns import COLUMNS, ETHNICITIES, GENDERS, YEAR_GROUPS, Column


class Note(NamedTuple):
    """What to write in a column, and an example that is right; "{limit}" stands for the column's longest value."""

    rule: str
    example: str


UKPRN_ROWS = 1_000  # learner rows with the provider's UKPRN
FROM_LIST = "Choose it from the list."

NOTES = {
    "ukprn": Note("The 8 digits of your UK Provider Reference Number, the same in every row.", "10001234"),
    "year_group": Note(
        f"The year the learner is in now, {YEAR_GROUPS[0]} to {YEAR_GROUPS[-1]}. {FROM_LIST}", "Year 12"
    ),
    "first_name": Note("The learner's first or given name, up to {limit} characters.", "Amina"),
    "last_name": Note("The learner's last or family name, up to {limit} characters.", "O'Neill-Example"),
    "email": Note("One address, at school or at home. Two learners may have the same.", "name@example.org"),
    "house_name_or_number": Note("The address's first line: house name or number, up to {limit} characters.", "12b"),
    "street": Note("The street, up to {limit} characters.", "High Street"),
    "locality": Note("The neighbourhood, village or district, up to {limit} characters.", "Castle Hill"),
    "town": Note("The town or city, up to {limit} characters.", "Northfield"),
    "postcode": Note("The whole UK postcode. Where it is not known, write ZZ99 3WZ.", "SW1A 1AA"),
    "telephone": Note("The learner's main number, with the zero at its front.", "01632 960123"),
    "uln": Note("The 10 digits of the Unique Learner Number. The last one checks the others.", "1000000019"),
    "upn": Note(
        "The 13 characters of the Unique Pupil Number: a letter that checks the others, then 12 digits. A temporary "
        "UPN ends with a letter in place of the last digit.",
        "H801200001001",
    ),
    "ccis": Note("The ID of the young person's CCIS record, up to {limit} characters.", "YP-004711"),
    "date_of_birth": Note("The date of birth as YYYY-MM-DD: year, month, day.", "2009-03-31"),
    "gender": Note(f"{', '.join(GENDERS[:-1])} or {GENDERS[-1]}. {FROM_LIST}", GENDERS[0]),
    "ethnicity": Note(
        f"One of the {len(ETHNICITIES)} groups on the sheet Values allowed, spelled as there. {FROM_LIST}", "Irish"
    ),
}

FILLING_IN = (
    "Write one learner in each row of the sheet Learners, beginning in row 2. Leave the headings as they are.",
    "The columns with a dark heading are mandatory: fill them in for every learner. Fill in the others where you can. "
    "A cell left blank never erases what is known of a learner.",
    "Every column but Dob is formatted as text, so that Excel keeps each zero and each digit. When you copy learners "
    "from elsewhere, use Paste Special, Values: the formats and lists then stay.",
    "Year group, gender and ethnicity have a list in each cell. The sheet Values allowed shows all that is in them.",
)
WITH_UKPRN = (
    f"Your UKPRN is in the first {UKPRN_ROWS:,} rows already. Rows in which nothing else is filled in are left out. "
    "Beyond them, copy it down."
)
SAVING_AND_SENDING = (
    "Save as Excel 97-2003 Workbook (.xls) or as Excel Workbook (.xlsx), without a password.",
    "Put the file in your provider's drop folder, which is named by your UKPRN.",
    "The outcome comes back in the folder outcomes beside it, and by email. All or nothing: while one cell is wrong, "
    "no learner is loaded. Correct what you are told and send the whole file again.",
    "The file holds personal data of young people: keep copies only as long as you need them.",
)


def write_rule(column: Column) -> str:
    """Return what is right in a column, in one or two sentences."""
    return NOTES[column.name].rule.format(limit=column.limit)


def write_comment(column: Column) -> str:
    """Return the comment that stands on a column's heading."""
    mandatory = "Mandatory. " if column.is_mandatory else ""
    return f"{mandatory}{write_rule(column)} Example: {NOTES[column.name].example}"


def list_notes(ukprn: str | None) -> list[tuple[str, bool, str, str]]:
    """Return for each column its heading, whether it is mandatory, what is right, and an example.

    Args:
        ukprn: of the provider that the template is made for, as that column's example.
    """
    examples = {name: note.example for name, note in NOTES.items()} | ({"ukprn": ukprn} if ukprn else {})
    return [(column.heading, column.is_mandatory, write_rule(column), examples[column.name]) for column in COLUMNS]
