"""What the rules say of a box that somebody fills in on a page, where their own texts speak of cells and Excel.

Owns the words only: what is right and wrong is the same on a page as in a spreadsheet. Places are filled as there.
"""

DATE = "Write the day, the month and the year in numbers, for example 1 9 2008."

FORM_MESSAGES = {
    "mandatory_missing": "Enter the {heading}.",
    "too_long": "This must be {limit} characters or fewer.",
    "email_invalid": "Write a full email address, for example name@example.org, or leave the box blank.",
    "telephone_implausible": "This does not look like a telephone number. It is kept as it was written.",
    "telephone_zero_restored": "The telephone number had no zero at its front. It was put there.",
    "uln_format": "Write the ULN as 10 digits, or leave the box blank.",
    "uln_none": "9999999999 stands for no ULN. The learner is kept without one.",
    "ccis_none": "What was written stands for no CCIS ID. The learner is kept without one.",
    "upn_format": (
        "Write the UPN as 13 characters: a letter, then 12 digits (or 11 digits and a letter), or leave the box blank."
    ),
    "gender_unknown": "Choose one of the four genders, or leave it open.",
    "ethnicity_unknown": "Choose one of the 19 ethnicities, or leave it open.",
    "year_group_unknown": "Choose a year group from Year 7 to Year 14, or leave it open.",
    "dob_format": DATE,
    "dob_two_digit_year": "The year has only two digits. Write all four.",
    "dob_not_real": "There is no such date. Look at the day and the month again.",
    "cell_error": "This is an error from a spreadsheet. Type the {heading} in again.",
    "formula_unsaved": "This is an error from a spreadsheet. Type the {heading} in again.",
    "character_invalid": (
        "This holds characters that can’t be kept, or signs where a program has misread letters. Type the {heading} in "
        "again."
    ),
    "scientific_notation": "A spreadsheet has shortened this number and its last digits are lost. Type the whole "
    "{heading} again.",
    "date_as_number": DATE,
    "dob_day_early": DATE,
    "dob_day_first": DATE,
    "dob_month_first": DATE,
    "dob_ambiguous": DATE,
    "number_ending": "The {heading} ended in .0, as a program leaves it. It is kept without.",
}
