"""Rules for the file as a whole: what it is, which sheet of it is read, its heading row."""

from schemas.rules.rule import WARNING, Rule

SAVE_AGAIN = (
    "Open it in Excel, choose Save As and Excel Workbook (.xlsx) or Excel 97-2003 Workbook (.xls), "
    "and send the saved file."
)
FRESH_COPY = "copy the learners into a fresh copy of the template, which leaves pictures and formatting behind"

FILE_RULES = {
    "file_empty": Rule(
        "The file holds no byte.",
        "The file is empty: it holds 0 bytes. Save the workbook again and send it once more.",
    ),
    "file_not_spreadsheet": Rule(
        "The content is neither a workbook nor a table of text.",
        f"This is neither a workbook nor a table of text. {SAVE_AGAIN}",
        section="7.1 d",
    ),
    "file_html": Rule(
        "The content is a web page, as some school systems export under the name .xls.",
        f"This is a web page under a workbook's name. {SAVE_AGAIN}",
        section="7.1 d",
    ),
    "file_other_format": Rule(
        "The content is of another program: a PDF, a Word document, a picture, an archive, ...",
        f"This is a {{format}}, which can't be imported. {SAVE_AGAIN}",
        section="7.1 d",
    ),
    "file_password_protected": Rule(
        "The workbook is encrypted.",
        "The workbook is protected with a password. In Excel, choose File, Info, Protect Workbook, Encrypt with "
        "Password, clear the password, save, and send the file again.",
    ),
    "file_damaged": Rule(
        "The file is cut off, its parts contradict each other, or its reader broke down on it.",
        "The file is damaged or was cut off on its way, so none of it was used. Open it in Excel to see that it is "
        "whole, save it and send it again.",
    ),
    "file_too_large": Rule(
        "The file, once opened, is larger than the limit.",
        "The file is larger than {limit_megabytes} MB once opened. Split the learners over several files of up to "
        f"{{learner_limit:,}} learners, each with the row of headings at its top, or {FRESH_COPY}.",
    ),
    "file_too_long": Rule(
        "The sheet has more rows of learners than the limit.",
        "The sheet has {row_count:,} rows, and a file may hold {learner_limit:,} learners at most. Split them over "
        "{file_count} files: give each the row of headings at its top and up to {learner_limit:,} learners below it, "
        "and send one after the other.",
    ),
    "file_too_heavy": Rule(
        "Reading used up its time, or was ended twice for the memory it took.",
        "Opening this file takes more time or memory than a workbook of learners can need, so none of it was used. "
        f"Split the learners over several files, or {FRESH_COPY}.",
    ),
    "file_too_wide": Rule(
        "The sheet has more columns than any list of learners.",
        "The sheet is {column_count} columns wide. Delete the columns beyond the template's {expected_count}, save, "
        "and send the file again.",
    ),
    "file_too_spread": Rule(
        "A stray cell far away makes the sheet's used area larger than can be read.",
        "The sheet reaches to row {row_count} and is {column_count} columns wide, because something stands or stood "
        "far away from the learners. Delete the rows below them and the columns beside them (select them, right-click, "
        "Delete), save, and send the file again.",
    ),
    "file_second_sheet": Rule(
        "More than one visible sheet has three of the mandatory headings, or six of the template's, and rows.",
        "More than one sheet of the workbook holds learners, and only one can be imported. Put all learners on one "
        "sheet, or send each sheet as a workbook of its own.",
        section="7.1 d",
    ),
    "file_no_headings": Rule(
        "No visible sheet has a row with at least three of the template's headings near its top.",
        "There is no row with the template's headings (UKPRN, Learner year group, First name, ...). Copy your "
        "learners into the template and send that. Hidden sheets are not read: if the learners are on one, unhide it.",
        section="7.1 c",
    ),
    "file_no_rows": Rule(
        "Nothing stands below the headings.",
        "There are no learners below the headings. Fill in one row for each learner.",
        section="7.1 d",
    ),
    "heading_missing": Rule(
        "A mandatory column is not there.",
        'There is no column headed "{heading}", which is mandatory. Add it to the row of headings.',
        section="7.4",
    ),
    "heading_misspelt": Rule(
        "A heading is none of the template's but like one, or often written for one. The cells below it are judged "
        "under that one.",
        'The heading of column {letters} is not one of the template\'s. Write "{heading}" there, if that is what the '
        "column holds; else delete the column.",
        "The template's heading.",
        section="7.4",
    ),
    "heading_unknown": Rule(
        "Headings are none of the template's, and like none of them. Told once, of all such columns.",
        "Columns headed with what is none of the template's headings: {letters}. Delete what is not to be imported, or "
        "correct the heading.",
        section="7.4",
    ),
    "heading_doubled": Rule(
        "A heading stands over several columns.",
        'The heading "{heading}" stands over more than one column ({letters}). Keep one and delete the others.',
        section="7.4",
    ),
    "heading_blank": Rule(
        "A column holds values and has no heading.",
        "Column {letters} holds values and has no heading. Give it one of the template's headings, or clear it.",
        section="7.4",
    ),
    "rows_hidden": Rule(
        "Rows of the sheet are hidden or filtered out of sight.",
        "{row_count} of the rows are hidden or filtered out of sight in Excel, and were read like all others. If they "
        "are not meant to be imported, show them and delete them.",
        severity=WARNING,
    ),
    "cells_merged": Rule(
        "Cells of one column are merged over several rows.",
        "Cells of this column are merged over several rows. Every one of those rows was given what the merged cell "
        "shows.",
        severity=WARNING,
    ),
    "sheet_left_out": Rule(
        "Another visible sheet has three headings of the template's or much like them, and rows; or it has learners "
        "without headings.",
        "Sheet {sheet_number} of the workbook seems to hold learners too. It was not read and is not in the marked-up "
        "workbook. If they are to be imported, put them on the same sheet as the others.",
        section="7.1 d",
        severity=WARNING,
    ),
}
