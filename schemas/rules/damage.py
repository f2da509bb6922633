"""Rules for what Excel and school systems do to cells, before anybody can have meant it."""

from schemas.rules.rule import WARNING, Rule

DAMAGE_RULES = {
    "cell_error": Rule(
        "The cell holds an error such as #REF! or Err:502, or the ### of a column too narrow.",
        "The cell holds an Excel error in place of a value. Type the {heading} in again.",
    ),
    "formula_unsaved": Rule(
        "The cell holds a formula, and the program that saved the file did not save its result.",
        "The cell holds a formula whose result was not saved. Open the file in Excel and save it there, or type the "
        "{heading} in place of the formula.",
    ),
    "character_invalid": Rule(
        "The cell holds characters that no text has (control characters, halves of characters, U+FFFD), or letters "
        "that a program has misread: two signs for each accented letter, or a sign or ? beside a letter of a name.",
        "The cell holds characters that can't be kept, or signs where a program has misread letters. Type the "
        "{heading} in again.",
        "The same text decoded as the UTF-8 or Windows text it seems to have been.",
    ),
    "scientific_notation": Rule(
        "The cell shows a number such as 1.23457E+09, or holds one of more digits than Excel keeps.",
        "Excel has shortened this number and its last digits are lost. Format the column as Text and type the whole "
        "{heading} again.",
    ),
    "date_in_text": Rule(
        "A column that holds no dates has a date cell.",
        "Excel has turned this cell into a date. Format it as Text and type the {heading} again.",
    ),
    "date_as_number": Rule(
        "A date of birth is a number of days, such as 39692.",
        "The date of birth has become a plain number. Write it as YYYY-MM-DD, for example 2008-09-01.",
        "The date that Excel means by the number, from 17:00 on the next day, when a learner can be born on it.",
        section="7.4",
    ),
    "name_without_letters": Rule(
        "A first or last name has no letter of any script.",
        "This {heading} has no letter in it. Write the learner's own; a sign or number can't stand for it.",
        section="7.4",
    ),
    "dob_day_early": Rule(
        "A date of birth has a time of day from 17:00 on.",
        "This date has a time of day, as programs leave that move midnight to another time zone: the day may be one "
        "too early. Look the date of birth up and write it as YYYY-MM-DD, for example 2008-09-01.",
        "The next day.",
        section="7.4",
    ),
    "leading_zeros_lost": Rule(
        "A number is shorter than the column's texts, which are all of one length and partly begin with zeros.",
        "Excel has dropped the zeros at the front of this {heading}: the others in the column have {width} "
        "characters. Format the column as Text and write the zeros again.",
        "The number with its zeros.",
    ),
    "number_ending": Rule(
        "A text such as 1234567890.0, as a program leaves that took an identifier for a number.",
        "A program has added .0 to this {heading}. It will be read without.",
        "The text without its ending.",
        severity=WARNING,
    ),
    "row_shifted": Rule(
        "Most cells of a row fit the headings beside their own, all on the same side.",
        "Cells of this row stand one column too far to the {side}, from this cell on or from one before it. Find where "
        "that begins, and move the rest back under its headings.",
    ),
}
