"""Every rule in one table: its id, severity, message and the manual's section. Nothing else words a finding.

A message says what to do. It never holds what a learner's cell holds: messages are mailed and shown to operators.
Places in braces are filled where the finding is made: a heading, a limit, row numbers, the provider's UKPRN.
"""

from typing import NamedTuple

ERROR = "error"
WARNING = "warning"


class Rule(NamedTuple):
    """One rule. `section` is the manual's, or None where Excel or plain sense is the source."""

    message: str
    section: str | None = None
    severity: str = ERROR


SAVE_AGAIN = (
    "Open it in Excel, choose Save As and Excel Workbook (.xlsx) or Excel 97-2003 Workbook (.xls), "
    "and send the saved file."
)

FILE_RULES = {
    "file_empty": Rule("The file is empty: it holds 0 bytes. Save the workbook again and send it once more."),
    "file_not_spreadsheet": Rule(f"This is not an Excel workbook. {SAVE_AGAIN}", "7.1 d"),
    "file_html": Rule(f"This is a web page under a workbook's name. {SAVE_AGAIN}", "7.1 d"),
    "file_csv": Rule(f"This is a text file (CSV), not a workbook. {SAVE_AGAIN}", "7.1 d"),
    "file_other_format": Rule(f"This is a {{format}}, which can't be imported. {SAVE_AGAIN}", "7.1 d"),
    "file_password_protected": Rule(
        "The workbook is protected with a password. In Excel, choose File, Info, Protect Workbook, Encrypt with "
        "Password, clear the password, save, and send the file again."
    ),
    "file_damaged": Rule(
        "The file is damaged or was cut off on its way, so none of it was used. Open it in Excel to see that it is "
        "whole, save it and send it again."
    ),
    "file_too_large": Rule(
        "The file is larger than {limit_megabytes} MB once opened. Split the learners over several files, or copy them "
        "into a fresh copy of the template, which leaves pictures and formatting behind."
    ),
    "file_too_wide": Rule(
        "The sheet is {column_count} columns wide. Delete the columns beyond the template's {expected_count}, save, "
        "and send the file again."
    ),
    "file_second_sheet": Rule(
        "More than one sheet of the workbook holds learners, and only one can be imported. Put all learners on one "
        "sheet, or send each sheet as a workbook of its own.",
        "7.1 d",
    ),
    "file_no_headings": Rule(
        "The first row does not hold the template's headings (UKPRN, Learner year group, First name, ...). Copy your "
        "learners into the template and send that.",
        "7.1 c",
    ),
    "file_no_rows": Rule("There are no learners below the headings. Fill in one row for each learner.", "7.1 d"),
    "heading_missing": Rule(
        'There is no column headed "{heading}", which is mandatory. Add it to the first row.', "7.4"
    ),
    "heading_unknown": Rule(
        "The heading of column {letters} is not one of the template's. Correct its spelling, or delete the column.",
        "7.4",
    ),
    "heading_doubled": Rule(
        'The heading "{heading}" stands over more than one column ({letters}). Keep one and delete the others.', "7.4"
    ),
    "heading_blank": Rule(
        "Column {letters} holds values and has no heading. Give it one of the template's headings, or clear it.", "7.4"
    ),
}

DAMAGE_RULES = {
    "cell_error": Rule("The cell holds an Excel error in place of a value. Type the {heading} in again."),
    "character_invalid": Rule("The cell holds characters that can't be shown or kept. Type the {heading} in again."),
    "scientific_notation": Rule(
        "Excel has shortened this number and its last digits are lost. Format the column as Text and type the whole "
        "{heading} again."
    ),
    "date_in_text": Rule(
        "Excel has turned this cell into a date. Format it as Text and type the {heading} again.",
    ),
    "date_as_number": Rule(
        "The date of birth has become a plain number. Write it as YYYY-MM-DD, for example 2008-09-01.", "7.4"
    ),
}

CELL_RULES = {
    "mandatory_missing": Rule("{heading} is mandatory and is missing. Fill it in.", "7.4"),
    "too_long": Rule("{heading} is longer than {limit} characters. Shorten it.", "7.4"),
    "ukprn_format": Rule("Write the UKPRN as 8 digits. For this import it is {ukprn}.", "7.4"),
    "ukprn_mismatch": Rule(
        "This row has another UKPRN than the provider that the import is for. Write {ukprn}, or send the row to the "
        "other provider's folder.",
        "7.4",
    ),
    "year_group_unknown": Rule("Write the year group as Year 7 to Year 14, for example Year 12.", "7.4"),
    "email_invalid": Rule("Write a full email address, for example name@example.org, or leave the cell blank.", "7.4"),
    "postcode_invalid": Rule(
        "Write a full UK postcode, for example SW1A 1AA. If it is not known, write ZZ99 3WZ.", "7.4"
    ),
    "telephone_implausible": Rule(
        "This does not look like a telephone number. It will be kept as it is.", "7.4", WARNING
    ),
    "telephone_zero_restored": Rule(
        "Excel has dropped the zero at the front of this telephone number. It will be put back.", "7.4", WARNING
    ),
    "uln_format": Rule("Write the ULN as 10 digits, or leave the cell blank.", "7.4"),
    "uln_check_digit": Rule(
        "This is not a valid ULN: its last digit does not fit the others. Compare it with the learner's record.", "7.4"
    ),
    "uln_none": Rule("9999999999 stands for no ULN. The learner will be kept without one.", "7.4", WARNING),
    "upn_format": Rule(
        "Write the UPN as 13 characters: a letter, then 12 digits (or 11 digits and a letter), or leave the cell "
        "blank.",
        "7.4",
    ),
    "upn_check_letter": Rule(
        "This is not a valid UPN: its letters do not fit its digits. Compare it with the learner's record.", "7.4"
    ),
    "dob_format": Rule("Write the date of birth as YYYY-MM-DD, for example 2008-09-01.", "7.4"),
    "dob_not_real": Rule(
        "There is no such date. Write the date of birth as YYYY-MM-DD, for example 2008-09-01.", "7.4"
    ),
    "dob_not_past": Rule("The date of birth lies in the future or before 1900. Write the learner's own.", "7.4"),
    "dob_age": Rule("By this date of birth the learner is younger than 11 or older than 25. Check it.", "7.4", WARNING),
    "gender_unknown": Rule("Write Female, Male, Not known or Not specified, or leave the cell blank.", "7.4"),
    "ethnicity_unknown": Rule(
        "Write one of the template's 19 ethnicities, spelled as there, or leave the cell blank.", "7.4"
    ),
}

ROW_RULES = {
    "duplicate_row": Rule(
        "This row is the same learner as row {other_row}: both have the same {keys}. Delete one of them."
    ),
    "match_ambiguous": Rule(
        "This row fits more than one learner you already have ({candidates}). Give the ULN or UPN of the one you mean, "
        "or put those learners right first."
    ),
    "match_shared": Rule(
        "This row and row {other_row} fit the same learner ({candidates}). Delete one of them, or give each its own "
        "ULN or UPN."
    ),
    "identifier_changed": Rule(
        "The learner you already have ({candidates}) had another {heading}. It will be replaced by this one.",
        None,
        WARNING,
    ),
}

RULES: dict[str, Rule] = FILE_RULES | DAMAGE_RULES | CELL_RULES | ROW_RULES
