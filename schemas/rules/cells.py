"""Rules for single cells, column by column [manual 7.4]."""

from schemas.rules.rule import WARNING, Rule

MANUAL = "7.4"
DATE_FORM = "YYYY-MM-DD, for example 2008-09-01"
SAME_DATE = "The same date as YYYY-MM-DD."

CELL_RULES = {
    "mandatory_missing": Rule(
        "A mandatory cell is blank.",
        "{heading} is mandatory and is missing. Fill it in.",
        "For the UKPRN, the provider's own, unless rows with others are more.",
        MANUAL,
    ),
    "too_long": Rule(
        "A text has more characters than its column keeps.",
        "{heading} is longer than {limit} characters. Shorten it.",
        section=MANUAL,
    ),
    "ukprn_format": Rule(
        "The UKPRN is not 8 digits.",
        "Write the UKPRN as 8 digits. For this import it is {ukprn}.",
        "The provider's own UKPRN, unless rows with others are more.",
        MANUAL,
    ),
    "ukprn_mismatch": Rule(
        "The UKPRN is another than that of the provider whose folder or upload this is.",
        "This row has another UKPRN than the provider that the import is for. Write {ukprn}, or send the row to the "
        "other provider's folder.",
        "The provider's own UKPRN, when nine rows of ten have it, or when one character differs or two neighbours have "
        "changed places.",
        MANUAL,
    ),
    "ukprn_other_provider": Rule(
        "Nine rows of ten or more have the same UKPRN, which is another provider's; the provider's own is nowhere.",
        "All rows or nearly all have the UKPRN of one other provider: this looks like the file of another "
        "provider. Send it for that one. Only if these are your learners, write {ukprn} in every row.",
        section=MANUAL,
    ),
    "ukprn_counted_up": Rule(
        "The UKPRN grows by one from row to row, beginning with the provider's own.",
        "The UKPRN counts up from row to row, as Excel does when a cell is dragged down. Write {ukprn} in every row.",
        "The provider's own UKPRN.",
        MANUAL,
    ),
    "year_group_unknown": Rule(
        "The year group is none of Year 7 to Year 14, however written.",
        "Write the year group as Year 7 to Year 14, for example Year 12.",
        "The one year group that the text names, in words or as a number.",
        MANUAL,
    ),
    "year_groups_behind": Rule(
        "Nearly all year groups are one below what the dates of birth say. Told once, of the whole column.",
        "{count} of {total} learners are one year group lower than their dates of birth say, as in last year's list. "
        "Send this year's list, or raise every year group by one.",
        section=MANUAL,
        severity=WARNING,
    ),
    "email_invalid": Rule(
        "The email address is not of the form name@example.org.",
        "Write a full email address, for example name@example.org, or leave the cell blank.",
        "The address without slips such as a comma for a dot, .con for .com or a name around it.",
        MANUAL,
    ),
    "postcode_invalid": Rule(
        "The postcode does not have the form of a UK postcode.",
        "Write a full UK postcode, for example SW1A 1AA. If it is not known, write ZZ99 3WZ.",
        "The postcode with O and 0, I and 1 put right (failing that S and 5, Z and 2, B and 8), when only one "
        "reading is possible.",
        MANUAL,
    ),
    "telephone_implausible": Rule(
        "The telephone number can't be dialled.",
        "This does not look like a telephone number. It will be kept as it is.",
        section=MANUAL,
        severity=WARNING,
    ),
    "telephone_zero_restored": Rule(
        "The telephone number has lost the zero at its front.",
        "Excel has dropped the zero at the front of this telephone number. It will be put back.",
        "The number with its zero.",
        MANUAL,
        WARNING,
    ),
    "uln_format": Rule(
        "The ULN is not 10 digits.",
        "Write the ULN as 10 digits, or leave the cell blank.",
        "The 10 digits among signs and letters such as O for 0, when their check digit is right.",
        MANUAL,
    ),
    "uln_check_digit": Rule(
        "The last digit of the ULN does not fit the other nine.",
        "This is not a valid ULN: its last digit does not fit the others. Compare it with the learner's record.",
        "The first nine digits with the last one that fits them.",
        MANUAL,
    ),
    "uln_none": Rule(
        "The ULN is 9999999999.",
        "9999999999 stands for no ULN. The learner will be kept without one.",
        section=MANUAL,
        severity=WARNING,
    ),
    "ccis_none": Rule(
        "The CCIS ID is a word or sign that stands for none, such as TBC, n/a, 0 or -.",
        "This stands for no CCIS ID. The learner will be kept without one.",
        section=MANUAL,
        severity=WARNING,
    ),
    "upn_format": Rule(
        "The UPN does not have the form of a permanent or temporary UPN.",
        "Write the UPN as 13 characters: a letter, then 12 digits (or 11 digits and a letter), or leave the cell "
        "blank.",
        "The UPN among signs and letters such as O for 0, when its check letter is right; of 12 digits alone, "
        "the letter that fits before them.",
        MANUAL,
    ),
    "upn_check_letter": Rule(
        "The first letter of the UPN does not fit the rest.",
        "This is not a valid UPN: its letters do not fit its digits. Compare it with the learner's record.",
        "The same UPN with the first letter that fits the rest.",
        MANUAL,
    ),
    "dob_format": Rule(
        "The date of birth is not written YYYY-MM-DD.",
        f"Write the date of birth as {DATE_FORM}.",
        "The same date as YYYY-MM-DD, when it can mean only one.",
        MANUAL,
    ),
    "dob_day_first": Rule(
        "A date such as 01/09/2008 in a column where one date in ten or more proves that the day comes first, and "
        "none, or at most 2 in 100 of the proofs, the contrary.",
        "The dates of this column are written with the day first; those that prove it: {count}. Write each as "
        f"{DATE_FORM}.",
        SAME_DATE,
        MANUAL,
    ),
    "dob_month_first": Rule(
        "A date such as 09/01/2008 in a column where two different dates, and one in five or more, prove that the "
        "month comes first, and none, or at most 2 in 100 of the proofs, the contrary.",
        "The dates of this column are written with the month first; those that prove it: {count}. Write each as "
        f"{DATE_FORM}.",
        SAME_DATE,
        MANUAL,
    ),
    "dob_ambiguous": Rule(
        "A date such as 01/09/2008 in a column that does not prove, or too seldom, whether day or month comes first.",
        "This could be day/month or month/day, and the other dates of the column do not settle which. Write the date "
        f"of birth as {DATE_FORM}.",
        section=MANUAL,
    ),
    "dob_two_digit_year": Rule(
        "The year of a date has two digits.",
        f"The year has only two digits. Write the date of birth with all four, as {DATE_FORM}.",
        "The same date as YYYY-MM-DD, when the order of day and month is proven or only one date is a learner's.",
        MANUAL,
    ),
    "dob_swapped": Rule(
        "A date cell with a day up to 12 in a column where two different texts prove an order of day and month, while "
        "fewer than one date cell in five has a day above 12.",
        "Day and month may be the wrong way round here: Excel did not understand other dates of this column and left "
        f"them as text. Compare this date with the learner's record. Format the column as Text and write {DATE_FORM}.",
        "The date with day and month exchanged, when a learner can be born on it.",
        MANUAL,
    ),
    "dob_not_real": Rule(
        "The date is in no calendar, such as 2009-02-30.",
        f"There is no such date. Write the date of birth as {DATE_FORM}.",
        section=MANUAL,
    ),
    "dob_not_past": Rule(
        "The date of birth is today, later, or before 1900.",
        "The date of birth lies in the future or before 1900. Write the learner's own.",
        section=MANUAL,
    ),
    "dob_age": Rule(
        "The learner would be younger than 11 or older than 25.",
        "By this date of birth the learner is younger than 11 or older than 25. Check it.",
        section=MANUAL,
        severity=WARNING,
    ),
    "gender_unknown": Rule(
        "The gender is none of the four values.",
        "Write Female, Male, Not known or Not specified, or leave the cell blank.",
        "The value that is most like it, or that schools mean by it (F, Boy, Prefer not to say, ...).",
        MANUAL,
    ),
    "ethnicity_unknown": Rule(
        "The ethnicity is none of the 19 values.",
        "Write one of the template's 19 ethnicities, spelled as there, or leave the cell blank.",
        "The value that is most like it, or that schools mean by it (White British, WBRI, ...).",
        MANUAL,
    ),
}
