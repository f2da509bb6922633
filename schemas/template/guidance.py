"""The template's sheets for reading: the notes, and the values that drop-downs allow.

Owns their layout. Their words are `schemas.template.notes`'s and `lists`'s.
"""

from typing import Any

from schemas.findings import column_letters
from schemas.template import styles
from schemas.template.lists import DROP_DOWNS
from schemas.template.notes import FILLING_IN, SAVING_AND_SENDING, WITH_UKPRN, list_notes

VALUES = "Values allowed"
NOTE_HEADINGS = (("Column", 24), ("Mandatory", 12), ("What to write", 72), ("Example", 20))  # with widths
RULE_CHARACTERS, STEP_CHARACTERS = 80, 128  # that fit on a line of the rule's column, of a step over all columns


def write_notes(book: Any, sheet: Any, ukprn: str | None) -> None:
    """Write how to fill the template in, save and send it, and a table with each column's rule."""
    for index, (_, width) in enumerate(NOTE_HEADINGS):
        sheet.set_column(index, index, width)
    sheet.set_row(0, styles.HEADING_HEIGHT)
    sheet.write_string(0, 0, "Learner import template", book.add_format(styles.TITLE))
    filling_in = (*FILLING_IN, WITH_UKPRN) if ukprn else FILLING_IN
    row = _write_steps(book, sheet, 1, "Filling it in", filling_in)
    row = _write_steps(book, sheet, row, "Saving and sending it", SAVING_AND_SENDING)
    _write_columns(book, sheet, row, ukprn)
    sheet.hide_gridlines(2)
    sheet.fit_to_pages(1, 1)


def write_values(book: Any, sheet: Any) -> None:
    """Write each list under its title, and name the cells of those that drop-downs look at."""
    heading, tabled = book.add_format(styles.OPTIONAL), book.add_format(styles.TABLED)
    sheet.set_row(0, styles.HEADING_HEIGHT)
    for index, (title, values, range_name) in enumerate(DROP_DOWNS.values()):
        sheet.set_column(index, index, max(18, *(len(value) for value in values)))
        sheet.write_string(0, index, title, heading)
        for row, value in enumerate(values, start=1):
            sheet.write_string(row, index, value, tabled)
        if range_name:
            letter = column_letters(index)
            book.define_name(range_name, f"='{VALUES}'!${letter}$2:${letter}${len(values) + 1}")
    sheet.freeze_panes(1, 0)
    sheet.fit_to_pages(1, 1)


def _write_steps(book: Any, sheet: Any, row: int, title: str, steps: tuple[str, ...]) -> int:
    """Write a title and numbered steps across all columns; return the next row."""
    body = book.add_format(styles.BODY)
    _write_subtitle(book, sheet, row, title)
    for number, step in enumerate(steps, start=1):
        sheet.set_row(row + number, styles.LINE_HEIGHT * _count_lines(step, STEP_CHARACTERS))
        sheet.merge_range(row + number, 0, row + number, len(NOTE_HEADINGS) - 1, f"{number}. {step}", body)
    return row + len(steps) + 1


def _write_columns(book: Any, sheet: Any, row: int, ukprn: str | None) -> None:
    heading, tabled = book.add_format(styles.OPTIONAL), book.add_format(styles.TABLED)
    mandatory = book.add_format(styles.TABLED_MANDATORY)
    _write_subtitle(book, sheet, row, "What each column holds")
    for index, (words, _) in enumerate(NOTE_HEADINGS):
        sheet.write_string(row + 1, index, words, heading)
    for place, (name, is_mandatory, rule, example) in enumerate(list_notes(ukprn), start=row + 2):
        sheet.set_row(place, styles.LINE_HEIGHT * _count_lines(rule, RULE_CHARACTERS))
        sheet.write_string(place, 0, name, mandatory if is_mandatory else tabled)
        for index, words in enumerate(("Yes" if is_mandatory else "No", rule, example), start=1):
            sheet.write_string(place, index, words, tabled)


def _write_subtitle(book: Any, sheet: Any, row: int, title: str) -> None:
    sheet.set_row(row, styles.HEADING_HEIGHT)
    sheet.write_string(row, 0, title, book.add_format(styles.SUBTITLE))


def _count_lines(words: str, character_count: int) -> int:
    """Reckon the lines a text takes: neither Excel nor LibreOffice fits the height of merged cells to their text."""
    return -(-len(words) // character_count)
